import * as z from 'zod/mini';
import { conversationSchema } from '../entities/conversation.ts';
import { conversationIdSchema, messageIdSchema } from '../entities/ids.ts';
import { feedbackSchema, messageSchema } from '../entities/message.ts';
import { maxPromptLength } from './generation-routes.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: conversationIdSchema, messageId: messageIdSchema });

/** Which messages a fork takes along: those from the start to the message, with their other versions, or all. */
export const forkScopeSchema = z.enum(['path', 'branches', 'all']);
export type ForkScope = z.infer<typeof forkScopeSchema>;

/** One piece of what a model was sent, for people to read. */
export const sentPieceSchema = z.object({
  kind: z.enum(['instructions', 'user', 'assistant', 'tool', 'tools', 'parameters']),
  text: z.string(),
});
export type SentPiece = z.infer<typeof sentPieceSchema>;

export const messageRoutes = {
  edit: defineRoute({
    id: 'editMessage',
    summary:
      'Change the words of a message in place; nothing is answered anew. In an answer, `part` is the index of one of its text parts. 409 while it is being written.',
    method: 'PATCH',
    path: '/api/conversations/:id/messages/:messageId',
    access: 'user',
    status: 200,
    params,
    body: z.strictObject({
      text: z.string().check(
        z.maxLength(maxPromptLength),
        z.refine((text) => text.trim() !== '', 'Please write something'),
      ),
      part: z.optional(z.int().check(z.nonnegative())),
      /** The text as the editor found it; 409 `message-changed` when it is another one by now. Absent: whatever it is. */
      was: z.optional(z.string().check(z.maxLength(1_000_000))),
    }),
    response: messageSchema,
  }),
  remove: defineRoute({
    id: 'deleteMessages',
    summary: 'Delete a message and everything that follows from it, for good. 409 while one of them is being written.',
    method: 'DELETE',
    path: '/api/conversations/:id/messages/:messageId',
    access: 'user',
    status: 200,
    params,
    response: z.object({ removed: z.array(messageIdSchema) }),
  }),
  rate: defineRoute({
    id: 'rateMessage',
    summary: 'Say what you think of an answer, in place of what you said before.',
    method: 'PUT',
    path: '/api/conversations/:id/messages/:messageId/feedback',
    access: 'user',
    status: 200,
    params,
    body: feedbackSchema,
    response: messageSchema,
  }),
  unrate: defineRoute({
    id: 'unrateMessage',
    summary: 'Take back what you said about an answer.',
    method: 'DELETE',
    path: '/api/conversations/:id/messages/:messageId/feedback',
    access: 'user',
    status: 200,
    params,
    response: messageSchema,
  }),
  sent: defineRoute({
    id: 'readSentPrompt',
    summary:
      'What the model was sent for the last step of an answer. `exact` is false when something it was made of has changed since.',
    method: 'GET',
    path: '/api/conversations/:id/messages/:messageId/sent',
    access: 'user',
    status: 200,
    params,
    response: z.object({ exact: z.boolean(), pieces: z.array(sentPieceSchema) }),
  }),
  fork: defineRoute({
    id: 'forkConversation',
    summary:
      'A new conversation of your own from a part of this one, with its files. Repeating it with the same `conversationId` changes nothing.',
    method: 'POST',
    path: '/api/conversations/:id/fork',
    access: 'user',
    status: 201,
    params: z.object({ id: conversationIdSchema }),
    body: z.object({
      /** Chosen by the client. */
      conversationId: conversationIdSchema,
      messageId: messageIdSchema,
      scope: forkScopeSchema,
      /** Begin at the message instead of ending there: what follows from it, in the same scope. */
      startHere: z.optional(z.boolean()),
    }),
    response: conversationSchema,
  }),
} as const;
