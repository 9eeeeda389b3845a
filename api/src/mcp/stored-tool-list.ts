import type { McpToolList } from '@parley/mcp';
import * as z from 'zod/mini';

const schemaObject = z.record(z.string(), z.unknown());
const listSchema = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      title: z.exactOptional(z.string()),
      description: z.string(),
      inputSchema: schemaObject,
      outputSchema: z.exactOptional(schemaObject),
      annotations: z.object({
        readOnly: z.exactOptional(z.boolean()),
        destructive: z.exactOptional(z.boolean()),
        idempotent: z.exactOptional(z.boolean()),
        openWorld: z.exactOptional(z.boolean()),
      }),
      appUri: z.exactOptional(z.string()),
      appOnly: z.exactOptional(z.boolean()),
    }),
  ),
  problems: z.array(z.object({ tool: z.string(), reason: z.string() })),
  instructions: z.exactOptional(z.string()),
});

/** A list that was stored as JSON; undefined for one that another version of Parley wrote differently. */
export function readStoredList(text: string): McpToolList | undefined {
  return listSchema.safeParse(JSON.parse(text)).data;
}
