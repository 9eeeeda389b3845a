import type { MessagePart } from '@parley/contracts';
import * as z from 'zod/mini';
import { cleanLine } from '../clean-text.ts';
import type { Tool, ToolSpec } from './tool.ts';
import { toolDigest } from '../tool-identity.ts';
import { searchTools } from './tool-search.ts';

const name = 'find_tools';
const mostFound = 10;
/** Sources that the description names. */
const mostSources = 40;
/** Characters of one schema in the answer; the model gets all of it with the tool itself. */
const longestSchema = 3_000;

const inputSchema = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'A few keywords: what the tool should do, and with what.', maxLength: 500 },
  },
  required: ['query'],
  additionalProperties: false,
} as const;

const parsedInput = z.object({ query: z.string() });

/** The tool that finds tools. Whatever it names is offered from then on. */
export function createFindTools(hidden: readonly Tool[]): Tool {
  const sources = [...new Set(hidden.map(({ spec }) => cleanLine(spec.source.title, 60)))];
  const listed = sources.slice(0, mostSources).join(', ') + (sources.length > mostSources ? ' and others' : '');
  const description = `There are ${hidden.length} more tools, of: ${listed}. This one finds them by keywords; what it finds can be called afterwards.`;
  const spec: ToolSpec = {
    name,
    ref: name,
    title: 'Find tools',
    source: { kind: 'built-in', title: 'Parley' },
    description,
    inputSchema,
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    isTrusted: true,
    needsNoApproval: true,
    digest: toolDigest(name, '', inputSchema),
  };
  return {
    spec,
    run(input) {
      const found = searchTools(hidden, parsedInput.parse(input).query, mostFound);
      return Promise.resolve({ output: describe(found), failed: false });
    },
  };
}

function describe(found: readonly Tool[]): string {
  if (found.length === 0) return 'No tool fits these words. Other words may find one.';
  return [
    `These tools can be called now, best match first. What follows is their authors’ description of them.`,
    ...found.map(({ spec }) => {
      const schema = JSON.stringify(spec.inputSchema);
      const input = schema.length > longestSchema ? '' : `\nInput: ${schema}`;
      return `## ${spec.name}\n${cleanLine(`${spec.title} (${spec.source.title}). ${spec.description}`, 600)}${input}`;
    }),
  ].join('\n\n');
}

/** The names of tools that are known to the conversation: found by search, or called. The most recent last. */
export function discoveredNames(parts: readonly MessagePart[]): Set<string> {
  const names = new Set<string>();
  const add = (found: string): void => {
    names.delete(found);
    names.add(found);
  };
  for (const part of parts) {
    if (part.type !== 'tool-call') continue;
    if (part.name !== name) add(part.name);
    else for (const [, found = ''] of (part.output ?? '').matchAll(/^## ([\w-]{1,64})$/gm)) add(found);
  }
  return names;
}
