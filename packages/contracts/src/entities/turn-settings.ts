import * as z from 'zod/mini';
import { modelParametersSchema } from './agent.ts';
import { wellFormed } from './well-formed.ts';

/** What somebody tells a model beside the prompt, for a turn that no agent answers. Absent: nothing is told. */
export const turnSettingsSchema = z.object({
  /** May hold the variables that an agent's instructions may hold. */
  instructions: z.optional(z.string().check(z.maxLength(32_000), wellFormed())),
  parameters: z.optional(modelParametersSchema),
});
export type TurnSettings = z.infer<typeof turnSettingsSchema>;
