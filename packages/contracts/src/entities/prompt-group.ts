import * as z from 'zod/mini';
import { accessRoleSchema } from './access.ts';
import { promptGroupIdSchema } from './ids.ts';
import { mostVariables, promptVariables } from './prompt-variables.ts';
import { timestampSchema } from './timestamp.ts';
import { withoutDeception } from './visible-name.ts';

const version = z.int().check(z.positive());
const variablesMessage = `must have at most ${mostVariables} different variables`;

/** The text of a prompt, with `{{variables}}`; see `promptVariables`. */
export const promptTextSchema = z.string().check(
  z.maxLength(50_000, 'must have at most 50,000 characters'),
  z.refine((text) => text.trim() !== '', 'Please write something'),
  z.refine((text) => promptVariables(text).length <= mostVariables, variablesMessage),
);

/** What a prompt is called and how it is found. */
export const promptCardSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100), withoutDeception()),
  /** One line. */
  description: z.string().check(z.trim(), z.maxLength(200), withoutDeception()),
  category: z.string().check(z.trim(), z.maxLength(50), withoutDeception()),
  /** What is typed after `/` to use it; empty for none. */
  command: z
    .string()
    .check(
      z.trim(),
      z.maxLength(50),
      z.regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/, 'may have lower-case letters, digits and single hyphens between them'),
    ),
});
export type PromptCard = z.infer<typeof promptCardSchema>;

/** A prompt of the library, without its text. */
export const promptGroupSchema = z.object({
  id: promptGroupIdSchema,
  name: z.string(),
  description: z.string(),
  category: z.string(),
  command: z.string(),
  /** The version that is used. */
  production: version,
  newest: version,
  /** How often it was used, by everybody. */
  uses: z.int(),
  /** What the asker may do with it. */
  myRole: accessRoleSchema,
  authorName: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type PromptGroup = z.infer<typeof promptGroupSchema>;

/** A version of a prompt's text; versions never change. */
export const promptVersionSchema = z.object({
  version,
  text: z.string(),
  authorName: z.string(),
  createdAt: timestampSchema,
});
export type PromptVersion = z.infer<typeof promptVersionSchema>;
