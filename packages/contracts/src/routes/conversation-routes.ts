import * as z from 'zod/mini';
import { conversationSchema, mostTags, tagSchema } from '../entities/conversation.ts';
import { conversationIdSchema, projectIdSchema } from '../entities/ids.ts';
import { messageSchema } from '../entities/message.ts';
import { rankSchema } from '../entities/rank.ts';
import { problemCodeSchema } from '../problem.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: conversationIdSchema });

/** Most conversations that are pinned at a time. */
export const mostPins = 100;

/** Most conversations of one bulk change. */
export const mostBulkIds = 200;

const tagList = z.array(tagSchema).check(z.maxLength(mostTags, `must be at most ${mostTags} tags`));

const changeable = {
  archived: z.optional(z.boolean()),
  /** Whether there is something new to look at. */
  unread: z.optional(z.boolean()),
  /** `null` takes it out of its project. */
  projectId: z.optional(z.nullable(projectIdSchema)),
};

const bulkChangeSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('delete') }),
  z
    .strictObject({
      action: z.literal('change'),
      ...changeable,
      addTags: z.optional(tagList),
      removeTags: z.optional(tagList),
    })
    .check(z.refine((change) => Object.keys(change).length > 1, 'Name at least one thing to change')),
]);
export type BulkChange = z.infer<typeof bulkChangeSchema>;

const bulkOutcomeSchema = z.object({
  id: conversationIdSchema,
  /** Why nothing was done to this one; `null` where it was done. */
  problem: z.nullable(problemCodeSchema),
});
export type BulkOutcome = z.infer<typeof bulkOutcomeSchema>;

export const conversationRoutes = {
  list: defineRoute({
    id: 'listConversations',
    summary:
      'Your conversations, newest first, a page at a time; with `pinned=true` all that are pinned, in your order. Temporary ones are never listed.',
    method: 'GET',
    path: '/api/conversations',
    access: 'user',
    status: 200,
    query: z.object({
      /** Opaque; from the page before. */
      cursor: z.optional(z.string().check(z.maxLength(200))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
      archived: z._default(z.stringbool(), false),
      /** Only those that are pinned, or only those that are not. */
      pinned: z.optional(z.stringbool()),
      tag: z.optional(tagSchema),
      projectId: z.optional(projectIdSchema),
      /** Instead of your own: those that others share with you, whatever else is asked for. */
      shared: z._default(z.stringbool(), false),
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
    summary:
      'Rename, tag, pin, mark or move a conversation, or keep a temporary one. What goes into the archive is not pinned any more.',
    method: 'PATCH',
    path: '/api/conversations/:id',
    access: 'user',
    status: 200,
    params,
    body: z
      .strictObject({
        title: z.optional(z.string().check(z.trim(), z.minLength(1, 'Please enter a title'), z.maxLength(200))),
        ...changeable,
        /** All its tags from now on. */
        tags: z.optional(tagList),
        /** Its place among the pinned ones; `null` unpins it. */
        pin: z.optional(z.nullable(rankSchema)),
        /** Keeps a temporary conversation. */
        expiresAt: z.optional(z.null()),
      })
      .check(z.refine((body) => Object.keys(body).length > 0, 'Name at least one thing to change')),
    response: conversationSchema,
  }),
  bulk: defineRoute({
    id: 'changeConversations',
    summary: 'Change or delete many conversations; each has its own outcome.',
    method: 'POST',
    path: '/api/conversations/bulk',
    access: 'user',
    status: 200,
    body: z.strictObject({
      ids: z.array(conversationIdSchema).check(z.minLength(1), z.maxLength(mostBulkIds)),
      change: bulkChangeSchema,
    }),
    response: z.object({ outcomes: z.array(bulkOutcomeSchema) }),
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
