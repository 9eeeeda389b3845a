import * as z from 'zod/mini';
import { conversationSchema } from '../entities/conversation.ts';
import { conversationIdSchema } from '../entities/ids.ts';
import { messageSchema } from '../entities/message.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: conversationIdSchema });

export const conversationRoutes = {
  list: defineRoute({
    id: 'listConversations',
    summary: 'Your conversations, newest first, a page at a time.',
    method: 'GET',
    path: '/api/conversations',
    access: 'user',
    status: 200,
    query: z.object({
      /** Opaque; from the page before. */
      cursor: z.optional(z.string().check(z.maxLength(200))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
      archived: z._default(z.stringbool(), false),
    }),
    response: z.object({ items: z.array(conversationSchema), nextCursor: z.nullable(z.string()) }),
  }),
  get: defineRoute({
    id: 'getConversation',
    summary: 'One conversation, without its messages.',
    method: 'GET',
    path: '/api/conversations/:id',
    access: 'user',
    status: 200,
    params,
    response: conversationSchema,
  }),
  update: defineRoute({
    id: 'updateConversation',
    summary: 'Rename a conversation, or move it into or out of the archive.',
    method: 'PATCH',
    path: '/api/conversations/:id',
    access: 'user',
    status: 200,
    params,
    body: z
      .strictObject({
        title: z.optional(z.string().check(z.trim(), z.minLength(1, 'Please enter a title'), z.maxLength(200))),
        archived: z.optional(z.boolean()),
      })
      .check(z.refine((body) => Object.keys(body).length > 0, 'Name at least one of: title, archived')),
    response: conversationSchema,
  }),
  remove: defineRoute({
    id: 'deleteConversation',
    summary: 'Delete a conversation with its messages, for good. A running answer is stopped.',
    method: 'DELETE',
    path: '/api/conversations/:id',
    access: 'user',
    status: 204,
    params,
  }),
  markRead: defineRoute({
    id: 'markConversationRead',
    summary: 'Say that you have seen the newest answer.',
    method: 'POST',
    path: '/api/conversations/:id/read',
    access: 'user',
    status: 204,
    params,
  }),
  messages: defineRoute({
    id: 'listMessages',
    summary: 'All messages of a conversation, oldest first; `parentId` makes the tree.',
    method: 'GET',
    path: '/api/conversations/:id/messages',
    access: 'user',
    status: 200,
    params,
    response: z.object({ items: z.array(messageSchema) }),
  }),
} as const;
