import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';

const text = lenient(z.string());
const count = lenient(z.number());

/** How the payload of each kind of event looks, with what this gateway reads of it. */
export const startSchema = z.object({
  contentBlockIndex: count,
  start: lenient(z.object({ toolUse: lenient(z.object({ toolUseId: text, name: text })) })),
});

export const deltaSchema = z.object({
  contentBlockIndex: count,
  delta: lenient(
    z.object({
      text,
      toolUse: lenient(z.object({ input: text })),
      reasoningContent: lenient(z.object({ text, signature: text, redactedContent: text })),
    }),
  ),
});

export const blockStopSchema = z.object({ contentBlockIndex: count });

export const stopSchema = z.object({ stopReason: text });

const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheWriteInputTokens: count,
  cacheDetails: lenient(z.array(lenient(z.object({ ttl: text, inputTokens: count })))),
});
export type BedrockUsage = z.infer<typeof usageSchema>;

export const metadataSchema = z.object({ usage: lenient(usageSchema) });

const blockSchema = z.object({
  text,
  toolUse: lenient(z.object({ toolUseId: text, name: text })),
  reasoningContent: lenient(
    z.object({ reasoningText: lenient(z.object({ text, signature: text })), redactedContent: text }),
  ),
});
export type BedrockBlock = z.infer<typeof blockSchema>;

/** The answer of `Converse`, which comes in one piece. */
export const wholeSchema = z.object({
  output: z.object({ message: z.object({ content: z.array(lenient(blockSchema)) }) }),
  stopReason: text,
  usage: lenient(usageSchema),
});
