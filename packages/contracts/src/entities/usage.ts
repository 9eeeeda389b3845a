import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** Tokens of one model call, by kind. `cachedInput` is contained in `input`, `reasoning` in `output`. */
export const usageSchema = z.object({
  input: count,
  output: count,
  cachedInput: z.optional(count),
  reasoning: z.optional(count),
});
export type Usage = z.infer<typeof usageSchema>;
