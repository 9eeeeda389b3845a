import * as z from 'zod/mini';
import { presetIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';
import { toolRefsSchema } from './tool.ts';
import { turnSettingsSchema } from './turn-settings.ts';
import { withoutDeception } from './visible-name.ts';

/** What a person decides about a preset: who answers, what it is told, and what it may use. */
export const presetSettingsSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100), withoutDeception()),
  endpoint: z.string().check(z.minLength(1, 'Please choose a model'), z.maxLength(100)),
  /** An agent's id when the endpoint is `agents`. */
  model: z.string().check(z.minLength(1, 'Please choose a model'), z.maxLength(200)),
  settings: z.optional(turnSettingsSchema),
  tools: toolRefsSchema,
  /** New chats begin with it; one preset at most. */
  isDefault: z.boolean(),
});
export type PresetSettings = z.infer<typeof presetSettingsSchema>;

export const presetSchema = z.extend(presetSettingsSchema, {
  id: presetIdSchema,
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type Preset = z.infer<typeof presetSchema>;

/** A preset as a file. */
export const presetFileSchema = z.object({
  format: z.literal('parley-preset'),
  formatVersion: z.literal(1),
  preset: z.omit(presetSettingsSchema, { isDefault: true }),
});
