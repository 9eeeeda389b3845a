import * as z from 'zod/mini';
import { comparisonChoiceSchema, fewestCompared, modelResultSchema, mostCompared } from '../entities/comparison.ts';
import { conversationIdSchema, generationIdSchema, messageIdSchema } from '../entities/ids.ts';
import { messageSchema } from '../entities/message.ts';
import { answererFields, startGenerationBodySchema, startedGenerationSchema } from './generation-routes.ts';
import { defineRoute } from './route.ts';

const asked = z.omit(startGenerationBodySchema, {
  generationId: true,
  endpoint: true,
  model: true,
  tools: true,
  agentVersion: true,
  settings: true,
  spec: true,
});

export const comparisonBodySchema = z.extend(asked, {
  /** The columns come in another order, which the server draws, and nobody is shown which model is which. */
  blind: z.boolean(),
  /** Who answers. The first one’s generation id names the comparison when the request is repeated. */
  answers: z.array(z.object({ generationId: generationIdSchema, ...answererFields })).check(
    z.minLength(fewestCompared),
    z.maxLength(mostCompared),
    z.refine(
      (answers) => new Set(answers.map(({ generationId }) => generationId)).size === answers.length,
      'Each answer needs a generation id of its own',
    ),
  ),
});
export type ComparisonBody = z.infer<typeof comparisonBodySchema>;

export const comparisonRoutes = {
  start: defineRoute({
    id: 'startComparison',
    summary:
      'Ask two or three models the same thing at once. `new` as conversation id begins a conversation. A repeated request is answered as the first time, and completes what it began; another one with the same generation ids is answered with 409.',
    method: 'POST',
    path: '/api/conversations/:id/comparisons',
    access: 'user',
    status: 202,
    params: z.object({ id: z.union([z.literal('new'), conversationIdSchema]) }),
    body: comparisonBodySchema,
    response: z.object({
      /** In the order of their columns. */
      items: z.array(startedGenerationSchema),
    }),
  }),
  choose: defineRoute({
    id: 'chooseAnswer',
    summary:
      'Say which of the compared answers to a prompt is kept, or that none is better. It may be changed until one of them is continued, then 409.',
    method: 'PUT',
    path: '/api/conversations/:id/messages/:messageId/choice',
    access: 'user',
    status: 200,
    params: z.object({ id: conversationIdSchema, messageId: messageIdSchema }),
    body: z.object({ choice: comparisonChoiceSchema }),
    response: messageSchema,
  }),
  results: defineRoute({
    id: 'modelResults',
    summary:
      'How models have done in your comparisons, the best first; for admins also over everybody, where only blind votes count.',
    method: 'GET',
    path: '/api/comparisons/results',
    access: 'user',
    status: 200,
    query: z.object({ of: z._default(z.enum(['mine', 'everybody']), 'mine') }),
    response: z.object({ items: z.array(modelResultSchema) }),
  }),
} as const;
