import * as z from 'zod/mini';
import { usageSchema } from './usage.ts';

const count = z.int().check(z.nonnegative());

/** How one step of an answer went. Times are whole milliseconds of the producer's clock. */
export const stepTraceSchema = z.object({
  step: count,
  /** The model that was asked for, as its endpoint calls it. */
  model: z.string(),
  /** Who really answered, when the gateway says so. */
  servedBy: z.optional(z.object({ provider: z.string(), model: z.string() })),
  /** How often the gateway tried, when it says so. */
  attempts: z.optional(count),
  /** Whether the gateway took the answer from its cache. */
  cached: z.optional(z.boolean()),
  /** From the call to its first token; absent when none came. */
  firstTokenMs: z.optional(count),
  /** Of the model call. */
  modelMs: count,
  /** Of the tools that were called after it, waiting for people left out. */
  toolsMs: z.optional(count),
  usage: z.optional(usageSchema),
  /** Millionths of a US dollar; absent when the price is not known. */
  costMicroUsd: z.optional(count),
  /** Of what the model was sent, to tell whether it can still be shown as it was. */
  sentHash: z.optional(z.string()),
});
export type StepTrace = z.infer<typeof stepTraceSchema>;

/** How an answer came about, a step at a time. */
export const answerTraceSchema = z.array(stepTraceSchema);
export type AnswerTrace = z.infer<typeof answerTraceSchema>;
