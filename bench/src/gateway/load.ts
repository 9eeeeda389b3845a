import * as z from 'zod/mini';
import { answerKinds } from './mock-answers.ts';

/** What the loader is asked to do, and what it answers: messages between two processes of the bench. */
export const loadSchema = z.object({
  /** Origin of the subject. */
  origin: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  kind: z.enum(answerKinds),
  concurrency: z.number(),
  /** Asks for so long, or so many times. */
  until: z.union([z.object({ ms: z.number() }), z.object({ requests: z.number() })]),
  /** Every n-th request is aborted; 0 for none. */
  abortEvery: z.number(),
  /** Bytes that a whole answer has, where the subject passes it through. */
  exactLength: z.optional(z.number()),
  /** What a stream must end with. */
  endMark: z.string(),
  /** Whether a stream must tell usage, or must not. */
  usage: z.enum(['told', 'hidden', 'any']),
});
export type Load = z.infer<typeof loadSchema>;

export const loadResultSchema = z.object({
  /** Whole and right answers. */
  requests: z.number(),
  aborted: z.number(),
  /** What was wrong, and how often. */
  failures: z.record(z.string(), z.number()),
  wallMs: z.number(),
  /** Milliseconds of each answer to its end; at most 20,000. */
  totalMs: z.array(z.number()),
  /** To the first token of each stream. */
  firstMs: z.array(z.number()),
  /** The longest silence between two pieces of each stream. */
  gapMs: z.array(z.number()),
  /** Pieces that streams arrived in. */
  pieces: z.number(),
  /** Streams whose events held one token each, as the upstream sent them. */
  oneToOne: z.number(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;
