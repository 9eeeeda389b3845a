import * as z from 'zod/mini';
import { messageIdSchema } from './ids.ts';

/** Fewest and most answers to one prompt that are written side by side. */
export const fewestCompared = 2;
export const mostCompared = 3;

/** Which answer is kept; or that they are equally good, or equally bad. */
export const comparisonChoiceSchema = z.union([messageIdSchema, z.literal('tie'), z.literal('none')]);
export type ComparisonChoice = z.infer<typeof comparisonChoiceSchema>;

/** What a prompt carries whose answers are compared. */
export const comparisonSchema = z.object({
  /** Nobody is shown which model wrote which answer before there is a choice. */
  blind: z.boolean(),
  /** The answers, in the order of their columns. */
  answers: z.array(messageIdSchema),
  /** Absent: not chosen yet. */
  choice: z.optional(comparisonChoiceSchema),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** How a model has done against others. */
export const modelResultSchema = z.object({
  endpoint: z.string(),
  /** An agent's id when the endpoint is `agents`. */
  model: z.string(),
  wins: z.int(),
  losses: z.int(),
  /** Votes for a tie, and votes that both are bad. */
  ties: z.int(),
  /** Comparisons that it took part in. */
  votes: z.int(),
  /** Strength by Bradley and Terry on the scale of Elo, where 1500 is the middle. */
  rating: z.int(),
});
export type ModelResult = z.infer<typeof modelResultSchema>;
