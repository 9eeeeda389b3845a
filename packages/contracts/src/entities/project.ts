import * as z from 'zod/mini';
import { projectIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';
import { withoutDeception } from './visible-name.ts';

/** Most projects of one person. */
export const mostProjects = 200;

/** A mark to tell projects apart by; each theme has its own shade of it. */
export const projectColors = ['blue', 'green', 'yellow', 'red'] as const;

/** What its owner says about a project. */
export const projectSettingsSchema = z.strictObject({
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100), withoutDeception()),
  description: z.string().check(z.trim(), z.maxLength(1_000)),
  /** What the model is told at the start of every turn in it. */
  instructions: z.string().check(z.trim(), z.maxLength(16_000)),
  /** `null` for none. */
  color: z.nullable(z.enum(projectColors)),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

/** A folder of somebody's conversations with instructions of its own. */
export const projectSchema = z.object({
  id: projectIdSchema,
  ...projectSettingsSchema.shape,
  /** Its place among the others, lowest first. */
  position: z.number(),
  /** Conversations in it, without those in the archive and temporary ones. */
  conversations: z.int(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type Project = z.infer<typeof projectSchema>;
