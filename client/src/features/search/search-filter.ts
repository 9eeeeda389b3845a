import { agentIdSchema, projectIdSchema } from '@parley/contracts';
import * as z from 'zod/mini';
import type { SearchAsked } from '../../lib/query/search-queries.ts';

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const word = z.string().check(z.minLength(1), z.maxLength(200));

const filterSchema = z.object({
  q: z.string().check(z.maxLength(300)),
  role: z.optional(z.enum(['user', 'assistant'])),
  model: z.optional(word),
  agent: z.optional(agentIdSchema),
  tag: z.optional(word),
  project: z.optional(projectIdSchema),
  from: z.optional(day),
  to: z.optional(day),
  place: z.optional(z.enum(['active', 'archived'])),
  whose: z.optional(z.enum(['mine', 'shared'])),
});

/** What the address of the search page says; days are days of the reader. */
export type SearchFilter = z.infer<typeof filterSchema>;

/** Reads the search of an address; what is unreadable is as if it was not there. */
export function readSearchFilter(search: Readonly<Record<string, unknown>>): SearchFilter {
  // The router reads numbers and JSON where they look like some.
  const asked = search['q'] ?? '';
  const all = { ...search, q: typeof asked === 'string' ? asked : JSON.stringify(asked) };
  const parsed = z.safeParse(filterSchema, all);
  if (parsed.success) return parsed.data;
  const broken = new Set(parsed.error.issues.map((issue) => issue.path[0]));
  const kept = Object.fromEntries(Object.entries(all).filter(([name]) => !broken.has(name)));
  return z.parse(filterSchema, { q: '', ...kept });
}

/** The request for a filter. */
export function toAsked({ q, role, model, agent, tag, project, from, to, place, whose }: SearchFilter): SearchAsked {
  const [after, before] = [startOf(from, 0), startOf(to, 1)];
  return {
    q,
    ...(role === undefined ? {} : { role }),
    ...(model === undefined ? {} : { model }),
    ...(agent === undefined ? {} : { agent }),
    ...(tag === undefined ? {} : { tag }),
    ...(project === undefined ? {} : { projectId: project }),
    ...(after === undefined ? {} : { from: after }),
    ...(before === undefined ? {} : { to: before }),
    ...(whose === undefined ? {} : { shared: whose === 'shared' ? ('true' as const) : ('false' as const) }),
    ...(place === undefined ? {} : { archived: place === 'archived' ? ('true' as const) : ('false' as const) }),
  };
}

/** The first moment of a day here, or of one some days later. */
function startOf(date: string | undefined, later: number): string | undefined {
  const [year = Number.NaN, month = Number.NaN, dayOfMonth = Number.NaN] = (date ?? '').split('-').map(Number);
  const moment = new Date(year, month - 1, dayOfMonth + later);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
