import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

const faultSchema = z.object({
  /** `cut` closes the connection, `stall` falls silent, `error` sends an error object, `status` answers 500 at once. */
  kind: z.enum(['cut', 'stall', 'error', 'status']),
  /** Tokens that are sent before. */
  after: count,
  /** How many calls it happens to; later ones go well. */
  calls: count,
});
export type ProviderFault = z.infer<typeof faultSchema>;

/** What the provider is to do with one prompt. It is sent as the prompt, so that every request says what its answer must be. */
export const providerScriptSchema = z.object({
  id: z.string(),
  tokens: count,
  /** Milliseconds between two tokens. */
  paceMs: z.number().check(z.nonnegative()),
  /** Tokens carry the moment at which they were sent: `w7@<nanoseconds of the monotonic clock> `. */
  stamped: z.optional(z.boolean()),
  /** Nothing is said before the provider is told to `release` what has this name, so that many answers begin together. */
  heldAs: z.optional(z.string()),
  fault: z.optional(faultSchema),
});
export type ProviderScript = z.infer<typeof providerScriptSchema>;

/** A script of its own id. */
export function newScript(script: Omit<ProviderScript, 'id'>): ProviderScript {
  return { id: randomUUID(), ...script };
}

/** The answer of so many tokens: `w0 w1 w2 … `. */
export function words(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => `w${index} `).join('');
}

/** Numbers of the tokens in a text, in its order. */
export function tokensIn(text: string): number[] {
  return [...text.matchAll(/w(\d+)/g)].map(([, number]) => Number(number));
}
