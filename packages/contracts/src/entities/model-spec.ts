import * as z from 'zod/mini';

/** An entry of `modelSpecs` as browsers see it: what it tells the model stays on the server. */
export const modelSpecSchema = z.object({
  /** Unique; what a turn names as its `spec`. */
  name: z.string(),
  label: z.string(),
  description: z.optional(z.string()),
  /** The heading it is listed under. */
  group: z.optional(z.string()),
  /** Who answers; a turn with this spec names the same. */
  endpoint: z.string(),
  model: z.string(),
  /** Words above the composer of a chat that begins with it. */
  greeting: z.optional(z.string()),
  /** What there is to ask it. */
  starters: z.optional(z.array(z.string())),
  /** The tools of a turn are the operator's choice. */
  toolsFixed: z.optional(z.literal(true)),
});
export type ModelSpec = z.infer<typeof modelSpecSchema>;
