import * as z from 'zod/mini';
import { modelSpecSchema } from '../entities/model-spec.ts';
import { toolRefsSchema } from '../entities/tool.ts';
import { turnSettingsSchema } from '../entities/turn-settings.ts';
import { defineRoute } from './route.ts';

/** An endpoint of `librechat.yaml` as the browser may see it: no address, no key. */
export const endpointSchema = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['custom']),
  defaultModel: z.string(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const modelSchema = z.object({ id: z.string(), description: z.optional(z.string()) });
export type Model = z.infer<typeof modelSchema>;

/** What a chat begins with. */
const beginChoiceSchema = z.object({
  endpoint: z.string(),
  model: z.string(),
  spec: z.optional(z.string()),
  settings: z.optional(turnSettingsSchema),
  tools: z.optional(toolRefsSchema),
});
export type BeginChoice = z.infer<typeof beginChoiceSchema>;

/** Everything that may answer; what is absent is not restricted and not there. */
const answerersSchema = z.object({
  items: z.array(endpointSchema),
  /** The operator’s own choices, in the operator’s order. */
  specs: z.optional(z.array(modelSpecSchema)),
  /** `specs`: a turn has to name one of them. */
  only: z.optional(z.literal('specs')),
  /** The endpoints whose models are listed beside the specs; absent: all. */
  listed: z.optional(z.array(z.string())),
  /** What new chats begin with whatever was chosen before. */
  begin: z.optional(beginChoiceSchema),
  /** What they begin with where nothing was chosen before. */
  fallback: z.optional(beginChoiceSchema),
  /** What the operator has switched off. */
  without: z.optional(z.array(z.enum(['parameters', 'presets', 'prompts', 'new-prompts', 'auto-submit']))),
});
export type AnswerersOffer = z.infer<typeof answerersSchema>;

export const modelRoutes = {
  endpoints: defineRoute({
    id: 'listEndpoints',
    summary:
      'The endpoints you may use, in the operator’s order, the operator’s model specs, and what your new chats begin with.',
    method: 'GET',
    path: '/api/endpoints',
    access: 'user',
    status: 200,
    response: answerersSchema,
  }),
  models: defineRoute({
    id: 'listModels',
    summary: 'The models of each endpoint, by endpoint name.',
    method: 'GET',
    path: '/api/models',
    access: 'user',
    status: 200,
    response: z.record(z.string(), z.array(modelSchema)),
  }),
} as const;
