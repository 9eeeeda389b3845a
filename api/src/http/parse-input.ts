import { problem } from '@parley/contracts';
import type { ProblemIssue, Route, RouteInput } from '@parley/contracts';
import * as z from 'zod/mini';

interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** zod's small build has no words of its own. */
const { localeError } = z.locales.en();
const places = ['params', 'query', 'body'] as const;

/** The parsed input of a route. Throws `invalid-request` with everything that is wrong, in all three places. */
export function parseInput<R extends Route>(route: R, raw: RawInput): RouteInput<R>;
export function parseInput(route: Route, raw: RawInput): RawInput {
  const parsed: { params: unknown; query: unknown; body: unknown } = {
    params: undefined,
    query: undefined,
    body: undefined,
  };
  const issues: ProblemIssue[] = [];
  for (const place of places) {
    const schema = route[place];
    if (schema === undefined) continue;
    const result = z.core.safeParse(schema, raw[place], { error: localeError });
    if (result.success) parsed[place] = result.data;
    else issues.push(...result.error.issues.map((issue) => toProblemIssue(place, issue)));
  }
  if (issues.length > 0) throw problem('invalid-request', { detail: summary(issues), issues });
  return parsed;
}

function toProblemIssue(place: string, issue: z.core.$ZodIssue): ProblemIssue {
  return { path: [place, ...issue.path.map(String)].join('.'), message: issue.message };
}

function summary(issues: readonly ProblemIssue[]): string {
  return issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ');
}
