import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1, 'must not be empty'));
const optionalText = z.optional(z.nullable(z.string()));
const temperature = z.number().check(z.minimum(0, 'must be at least 0'), z.maximum(2, 'must be at most 2'));
const share = z.number().check(z.minimum(0, 'must be at least 0'), z.maximum(1, 'must be at most 1'));
const tokens = z.int().check(z.minimum(1, 'must be at least 1'), z.maximum(1_000_000, 'must be at most 1,000,000'));
const effort = z.enum(['', 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], {
  error: 'must be none, minimal, low, medium or high',
});

/** `preset` of an entry of `modelSpecs`: LibreChat names some things in several ways, by provider. */
export const modelSpecPresetConfigSchema = z.object({
  endpoint: text,
  model: z.optional(z.nullable(text)),
  /** With the endpoint `agents`: who answers. */
  agent_id: optionalText,
  promptPrefix: optionalText,
  system: optionalText,
  instructions: optionalText,
  additional_instructions: optionalText,
  append_current_datetime: z.optional(z.boolean()),
  greeting: z.optional(z.string()),
  tools: z.optional(z.nullable(z.array(text))),
  temperature: z.optional(z.nullable(temperature)),
  top_p: z.optional(z.nullable(share)),
  topP: z.optional(z.nullable(share)),
  max_tokens: z.optional(z.nullable(tokens)),
  maxTokens: z.optional(z.nullable(tokens)),
  maxOutputTokens: z.optional(z.nullable(tokens)),
  reasoning_effort: z.optional(z.nullable(effort)),
  effort: z.optional(z.nullable(effort)),
});
export type ModelSpecPresetConfig = z.infer<typeof modelSpecPresetConfigSchema>;

/** One entry of `modelSpecs.list`. */
export const modelSpecConfigSchema = z.object({
  name: text.check(z.maxLength(200, 'must have at most 200 characters')),
  label: z.optional(z.string()),
  description: z.optional(z.string()),
  order: z.optional(z.number()),
  /** New chats begin with it. */
  default: z.optional(z.boolean()),
  /** The same, as long as nothing else was chosen before. */
  softDefault: z.optional(z.boolean()),
  group: z.optional(z.string()),
  conversation_starters: z.optional(z.array(text)),
  /** People do not choose tools beside those of the entry. */
  hideBadgeRow: z.optional(z.boolean()),
  executeCode: z.optional(z.boolean()),
  mcpServers: z.optional(z.array(text)),
  preset: modelSpecPresetConfigSchema,
});
export type ModelSpecConfig = z.infer<typeof modelSpecConfigSchema>;

export const modelSpecsConfigSchema = z.object({
  /** A turn has to name an entry of the list, and is answered as that says. */
  enforce: z.optional(z.boolean()),
  /** Entries of the list come before endpoints and their models, which are not listed then. */
  prioritize: z.optional(z.boolean()),
  /** The endpoints whose models are listed all the same. */
  addedEndpoints: z.optional(z.array(text)),
  list: z.array(modelSpecConfigSchema).check(z.minLength(1, 'must list at least one model spec')),
});

/** What people who are no admins may do with the prompt library: everything unless told otherwise. */
export const promptsInterfaceConfigSchema = z.object({
  use: z.optional(z.boolean()),
  create: z.optional(z.boolean()),
  share: z.optional(z.boolean()),
  public: z.optional(z.boolean()),
});
