import * as z from 'zod/mini';
import {
  commandIdSchema,
  conversationIdSchema,
  fileIdSchema,
  generationIdSchema,
  messageIdSchema,
  projectIdSchema,
} from '../entities/ids.ts';
import { inputAnswerSchema } from '../entities/input-request.ts';
import { answerGuidanceSchema, messageStatusSchema } from '../entities/message.ts';
import { quotePartSchema } from '../entities/message-part.ts';
import { personSchema } from '../entities/participant.ts';
import { mostPromptFiles } from '../entities/stored-file.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { toolRefsSchema } from '../entities/tool.ts';
import { turnSettingsSchema } from '../entities/turn-settings.ts';
import { wellFormed } from '../entities/well-formed.ts';
import { defineRoute } from './route.ts';

/** Longest prompt, in UTF-16 units. */
export const maxPromptLength = 200_000;

const promptText = z.string().check(
  wellFormed(),
  z.maxLength(maxPromptLength),
  z.refine((text) => text.trim() !== '', 'Please write something'),
);
/** Who is to answer, and how. */
export const answererFields = {
  endpoint: z.string().check(z.minLength(1), z.maxLength(100)),
  /** An agent's id when the endpoint is `agents`. */
  model: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Tools the model may call in this turn, beside those of an agent. Absent: none. */
  tools: z.optional(toolRefsSchema),
  /** Absent: the version the conversation has used before, otherwise the newest one. */
  agentVersion: z.optional(z.int().check(z.positive())),
  /** Of no effect when an agent answers. */
  settings: z.optional(turnSettingsSchema),
  /** The entry of `modelSpecs` all this was taken from, by its name. */
  spec: z.optional(z.string().check(z.maxLength(200))),
};
const prompt = {
  text: promptText,
  ...answererFields,
  /** Uploaded files of the asker's that come into the conversation's workspace with it. */
  files: z.optional(z.array(fileIdSchema).check(z.maxLength(mostPromptFiles))),
  /** Words of earlier messages that the prompt is about. */
  quotes: z.optional(z.array(z.omit(quotePartSchema, { type: true })).check(z.maxLength(10))),
};

export const startGenerationBodySchema = z.object({
  generationId: generationIdSchema,
  /** The message this turn continues; `null` for a first message. */
  parentMessageId: z.nullable(messageIdSchema),
  ...prompt,
  /** For `new` only: the chat is temporary, see `Conversation.expiresAt`. */
  temporary: z.optional(z.boolean()),
  /** For `new` only: the project it begins in. */
  projectId: z.optional(projectIdSchema),
});
export type StartGenerationBody = z.infer<typeof startGenerationBodySchema>;

export const answerBodySchema = z.object({
  generationId: generationIdSchema,
  /** The prompt that is answered once more. */
  userMessageId: messageIdSchema,
  ...answererFields,
  guidance: z.optional(answerGuidanceSchema),
  /** An ended answer to the same prompt: the new one begins with what that one holds, and goes on. */
  continues: z.optional(messageIdSchema),
});
export type AnswerBody = z.infer<typeof answerBodySchema>;

export const startedGenerationSchema = z.object({
  generationId: generationIdSchema,
  conversationId: conversationIdSchema,
  userMessageId: messageIdSchema,
  responseMessageId: messageIdSchema,
  /** Where to read it: a Durable Streams URL, relative to the app. */
  streamUrl: z.string(),
});
export type StartedGeneration = z.infer<typeof startedGenerationSchema>;

/** Most prompts that may wait behind one running answer. */
export const longestQueue = 20;

/** A prompt that becomes the next turn when the running answer has ended; `generationId` is the one it will have. */
export const queuedPromptSchema = z.object({
  generationId: generationIdSchema,
  ...prompt,
  createdAt: timestampSchema,
  /** Who asks, as in `Message.author`. */
  author: z.optional(personSchema),
});
export type QueuedPrompt = z.infer<typeof queuedPromptSchema>;

/** How a generation stands, without its text. */
export const generationStateSchema = z.object({
  id: generationIdSchema,
  conversationId: conversationIdSchema,
  responseMessageId: messageIdSchema,
  status: messageStatusSchema,
  /** It runs, and waits for an answer of its user. */
  waitingForInput: z.boolean(),
  /** The end of its log right now; `null` when the log has expired. */
  offset: z.nullable(z.string()),
  /** Words for the device that asked, such as “Firefox on Linux”; `null` for whoever is not the asker. */
  startedOn: z.nullable(z.string()),
  /** Who asked for it, as in `Message.author`; nobody else may steer it or give it what it waits for. */
  askedBy: z.optional(personSchema),
  /** What comes after it, first come first. */
  queue: z.array(queuedPromptSchema),
});
export type GenerationState = z.infer<typeof generationStateSchema>;

const generationParams = z.object({ id: generationIdSchema });

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
  answer: defineRoute({
    id: 'answerAgain',
    summary:
      'Answer a prompt once more: a sibling of the answers it has. The same generation id with the same body is answered as the first time, with another body 409.',
    method: 'POST',
    path: '/api/conversations/:id/answers',
    access: 'user',
    status: 202,
    params: z.object({ id: conversationIdSchema }),
    body: answerBodySchema,
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
    params: generationParams,
  }),
  stop: defineRoute({
    id: 'stopGeneration',
    summary: 'Stop a running answer and keep what was written. Harmless when it has ended.',
    method: 'POST',
    path: '/api/generations/:id/stop',
    access: 'user',
    status: 202,
    params: generationParams,
  }),
  state: defineRoute({
    id: 'getGeneration',
    summary: 'How a generation stands: running or ended, where its log ends, and what is queued behind it.',
    method: 'GET',
    path: '/api/generations/:id',
    access: 'user',
    status: 200,
    params: generationParams,
    response: generationStateSchema,
  }),
  steer: defineRoute({
    id: 'steerGeneration',
    summary:
      'Tell the model something before its next step; what it does not come to read waits as the next prompt. Repeating a command id changes nothing; 409 once the answer has ended.',
    method: 'POST',
    path: '/api/generations/:id/steer',
    access: 'user',
    status: 202,
    params: generationParams,
    body: z.object({ commandId: commandIdSchema, text: promptText }),
  }),
  giveInput: defineRoute({
    id: 'giveInput',
    summary:
      'Approve, deny or answer what a call of a running answer waits for, from any device. Repeating a command id changes nothing; 409 when nothing waits there any more.',
    method: 'POST',
    path: '/api/generations/:id/inputs',
    access: 'user',
    status: 202,
    params: generationParams,
    body: z.object({
      commandId: commandIdSchema,
      callId: z.string().check(z.minLength(1), z.maxLength(1_000)),
      answer: inputAnswerSchema,
    }),
  }),
  queue: defineRoute({
    id: 'queuePrompt',
    summary:
      'Ask again as soon as this answer has ended; at once if it has. The same generation id with the same body is answered as the first time.',
    method: 'POST',
    path: '/api/generations/:id/queue',
    access: 'user',
    status: 202,
    params: generationParams,
    body: z.object({ generationId: generationIdSchema, ...prompt }),
    response: z.object({ state: z.enum(['queued', 'started']), queue: z.array(queuedPromptSchema) }),
  }),
  unqueue: defineRoute({
    id: 'removeQueuedPrompt',
    summary: 'Take a prompt out of the queue. Harmless when it is not there; 409 when its answer has begun.',
    method: 'DELETE',
    path: '/api/generations/:id/queue/:queuedId',
    access: 'user',
    status: 204,
    params: z.object({ id: generationIdSchema, queuedId: generationIdSchema }),
  }),
} as const;
