import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';

const text = lenient(z.string());
const count = lenient(z.number());

const callSchema = z.object({ id: text, function: lenient(z.object({ name: text })) });

/** One line of an answer, or a whole one, with what this gateway reads of it. */
export const chatLineSchema = z.object({
  model: text,
  created_at: text,
  message: lenient(z.object({ content: text, thinking: text, tool_calls: lenient(z.array(lenient(callSchema))) })),
  done: lenient(z.boolean()),
  done_reason: text,
  prompt_eval_count: count,
  eval_count: count,
  error: z.optional(z.unknown()),
});

export type ChatLine = z.infer<typeof chatLineSchema>;
