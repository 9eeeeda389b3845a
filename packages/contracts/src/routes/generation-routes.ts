import * as z from 'zod/mini';
import { conversationIdSchema, generationIdSchema, messageIdSchema } from '../entities/ids.ts';
import { defineRoute } from './route.ts';

/** Longest prompt, in UTF-16 units. */
export const maxPromptLength = 200_000;

export const startGenerationBodySchema = z.object({
  generationId: generationIdSchema,
  /** The message this turn continues; `null` for a first message. */
  parentMessageId: z.nullable(messageIdSchema),
  text: z.string().check(
    z.maxLength(maxPromptLength),
    z.refine((text) => text.trim() !== '', 'Please write something'),
  ),
  endpoint: z.string().check(z.minLength(1), z.maxLength(100)),
  model: z.string().check(z.minLength(1), z.maxLength(200)),
});
export type StartGenerationBody = z.infer<typeof startGenerationBodySchema>;

export const startedGenerationSchema = z.object({
  generationId: generationIdSchema,
  conversationId: conversationIdSchema,
  userMessageId: messageIdSchema,
  responseMessageId: messageIdSchema,
  /** Where to read it: a Durable Streams URL, relative to the app. */
  streamUrl: z.string(),
});
export type StartedGeneration = z.infer<typeof startedGenerationSchema>;

export const generationRoutes = {
  start: defineRoute({
    id: 'startGeneration',
    summary:
      'Ask. `new` as conversation id begins a conversation. The same generation id with the same body is answered as the first time, with another body 409.',
    method: 'POST',
    path: '/api/conversations/:id/generations',
    access: 'user',
    status: 202,
    params: z.object({ id: z.union([z.literal('new'), conversationIdSchema]) }),
    body: startGenerationBodySchema,
    response: startedGenerationSchema,
  }),
  stream: defineRoute({
    id: 'readGeneration',
    summary:
      'Read a generation’s events from an offset (Durable Streams: catch-up, long-poll or SSE). `-1` is the start, `now` the end.',
    method: 'GET',
    path: '/api/generations/:id/stream',
    access: 'user',
    status: 200,
    params: z.object({ id: generationIdSchema }),
  }),
  stop: defineRoute({
    id: 'stopGeneration',
    summary: 'Stop a running answer and keep what was written. Harmless when it has ended.',
    method: 'POST',
    path: '/api/generations/:id/stop',
    access: 'user',
    status: 202,
    params: z.object({ id: generationIdSchema }),
  }),
} as const;
