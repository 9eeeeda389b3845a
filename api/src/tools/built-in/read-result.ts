import { toolResultIdSchema } from '@parley/contracts';
import * as z from 'zod/mini';
import type { ToolResultStore } from '../tool-results.ts';
import type { Tool } from '../tool.ts';
import { builtInSpec } from './built-in-spec.ts';

/** UTF-16 units of a result that are read at once. */
const longestPiece = 30_000;

const parsedInput = z.object({
  id: z.string(),
  offset: z._default(z.number(), 0),
  length: z._default(z.number(), longestPiece),
});

interface ReadResultOptions {
  readonly results: Pick<ToolResultStore, 'text'>;
}

/** Reads on in a result that was too long for the message; only its owner's. */
export function createReadResult({ results }: ReadResultOptions): Tool {
  return {
    spec: builtInSpec({
      name: 'read_result',
      title: 'Read on in a result',
      description:
        'Reads a part of an earlier tool result that was too long to be given whole. The result says its id.',
      needsNoApproval: true,
      inputSchema: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'As the result says it.' },
          offset: { type: 'integer', minimum: 0, description: 'The character to begin at.' },
          length: { type: 'integer', minimum: 1, maximum: longestPiece, description: 'Characters to read.' },
        },
        required: ['id'],
        additionalProperties: false,
      },
    }),

    async run(input, { userId }) {
      const { id, offset, length } = parsedInput.parse(input);
      const parsed = toolResultIdSchema.safeParse(id.trim().toLowerCase());
      const piece = parsed.success ? await results.text(userId, parsed.data, offset, length) : undefined;
      if (piece === undefined) return { output: 'There is no result of this id any more.', failed: true };
      if (offset >= piece.length) {
        return { output: `The result has ${piece.length} characters; there is nothing at ${offset}.`, failed: true };
      }
      const end = offset + piece.text.length;
      const rest = end < piece.length ? `It goes on at offset ${end}.` : 'This is its end.';
      return { output: `${piece.text}\n\n[Characters ${offset} to ${end} of ${piece.length}. ${rest}]`, failed: false };
    },
  };
}
