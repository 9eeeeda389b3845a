import * as z from 'zod/mini';
import { accessRoleSchema } from './access.ts';
import { agentIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';
import { toolRefsSchema } from './tool.ts';
import { withoutDeception } from './visible-name.ts';

/** The `endpoint` of turns that an agent answers; their `model` is the agent's id. */
export const agentsEndpoint = 'agents';

/** One version of an agent: versions never change. */
export const agentRefSchema = z.object({ id: agentIdSchema, version: z.int().check(z.positive()), name: z.string() });
export type AgentRef = z.infer<typeof agentRefSchema>;

/** Every field optional; what is absent is the model's own way. */
export const modelParametersSchema = z.object({
  temperature: z.optional(z.number().check(z.minimum(0), z.maximum(2))),
  topP: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  maxOutputTokens: z.optional(z.int().check(z.minimum(1), z.maximum(1_000_000))),
  reasoningEffort: z.optional(z.enum(['none', 'minimal', 'low', 'medium', 'high'])),
});
export type ModelParameters = z.infer<typeof modelParametersSchema>;

/** Bounds of one turn; `null` is none. What ends a run is told in the answer. */
export const agentLimitsSchema = z.object({
  /** Model calls. */
  steps: z.int().check(z.minimum(1, 'must be at least 1'), z.maximum(50, 'must be at most 50')),
  seconds: z.nullable(z.int().check(z.minimum(1), z.maximum(86_400))),
  /** Millionths of a US dollar, sub-agents included. */
  costMicroUsd: z.nullable(z.int().check(z.minimum(1), z.maximum(1_000_000_000))),
});
export type AgentLimits = z.infer<typeof agentLimitsSchema>;

const otherAgents = z.array(agentIdSchema).check(z.maxLength(10, 'must be at most 10 agents'));

/** What people decide about an agent: one version of it. */
export const agentSettingsSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(100), withoutDeception()),
  description: z.string().check(z.maxLength(500)),
  /** A picture as `data:image/(png|jpeg|webp);base64,…`, 128 pixels wide; `null` for the first letter of the name. */
  avatar: z.nullable(
    z
      .string()
      .check(
        z.maxLength(200_000, 'must be a smaller picture'),
        z.regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/, 'must be a PNG, JPEG or WebP picture'),
      ),
  ),
  /** May hold `{{current_date}}`, `{{current_datetime}}` and `{{current_user}}`. */
  instructions: z.string().check(z.maxLength(32_000)),
  endpoint: z.string().check(z.minLength(1, 'Please choose a model'), z.maxLength(100)),
  model: z.string().check(z.minLength(1, 'Please choose a model'), z.maxLength(200)),
  parameters: modelParametersSchema,
  tools: toolRefsSchema,
  /** Agents it may ask for help; each runs inside a call. */
  subAgents: otherAgents,
  /** Agents it may pass the conversation on to. */
  handOffs: otherAgents,
  conversationStarters: z
    .array(z.string().check(z.trim(), z.minLength(1), z.maxLength(200)))
    .check(z.maxLength(6, 'must be at most 6')),
  limits: agentLimitsSchema,
  /** Its place in the marketplace. */
  category: z.nullable(z.string().check(z.maxLength(50))),
});
export type AgentSettings = z.infer<typeof agentSettingsSchema>;

/** An agent as everybody sees it who may use it: without its instructions. */
export const agentSchema = z.object({
  id: agentIdSchema,
  /** The newest version, from 1. */
  version: z.int().check(z.positive()),
  name: z.string(),
  description: z.string(),
  avatar: z.nullable(z.string()),
  category: z.nullable(z.string()),
  conversationStarters: z.array(z.string()),
  /** What the asker may do with it. */
  myRole: accessRoleSchema,
  authorName: z.string(),
  /** Shown first in the marketplace, by an admin's choice. */
  promoted: z.boolean(),
  /** Nobody may use it until an admin enables it again. */
  disabled: z.boolean(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type Agent = z.infer<typeof agentSchema>;

/** One saved version with who made it. */
export const agentVersionSchema = z.object({
  version: z.int().check(z.positive()),
  settings: agentSettingsSchema,
  authorName: z.string(),
  createdAt: timestampSchema,
  /** The version whose settings it brought back. */
  restoredFrom: z.optional(z.int().check(z.positive())),
});
export type AgentVersion = z.infer<typeof agentVersionSchema>;

/** An agent as a file, for another install: other agents are named, not numbered, and have to be there already. */
export const agentFileSchema = z.object({
  format: z.literal('parley-agent'),
  formatVersion: z.literal(1),
  settings: z.extend(z.omit(agentSettingsSchema, { subAgents: true, handOffs: true }), {
    subAgents: z.array(z.string().check(z.maxLength(100))).check(z.maxLength(10)),
    handOffs: z.array(z.string().check(z.maxLength(100))).check(z.maxLength(10)),
  }),
});
export type AgentFile = z.infer<typeof agentFileSchema>;
