import * as z from 'zod/mini';
import { conversationSchema } from '../entities/conversation.ts';
import { conversationIdSchema, messageIdSchema, shareIdSchema } from '../entities/ids.ts';
import {
  shareAccessSchema,
  shareDaysSchema,
  sharedMessageSchema,
  shareSchema,
  shareTitleSchema,
} from '../entities/share.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: shareIdSchema });
const days = z.nullable(shareDaysSchema);
/** Any text, so that a wrong one answers like one that was revoked. */
const token = z.string();

export const shareRoutes = {
  list: defineRoute({
    id: 'listShares',
    summary: 'Your links to snapshots, newest first; those of one conversation when it is named.',
    method: 'GET',
    path: '/api/shares',
    access: 'user',
    status: 200,
    query: z.object({ conversationId: z.optional(conversationIdSchema) }),
    response: z.object({ items: z.array(shareSchema) }),
  }),
  create: defineRoute({
    id: 'createShare',
    summary:
      'A link to a snapshot of a conversation: the messages from its start to `messageId`, with which files there were but not what is in them, and without reasoning, and what tools were given and gave.',
    method: 'POST',
    path: '/api/shares',
    access: 'user',
    status: 201,
    body: z.strictObject({
      conversationId: conversationIdSchema,
      messageId: messageIdSchema,
      access: shareAccessSchema,
      /** `null`: it does not expire. */
      days: z._default(days, null),
      /** Absent: that of the conversation. */
      title: z.optional(shareTitleSchema),
    }),
    response: shareSchema,
  }),
  update: defineRoute({
    id: 'updateShare',
    summary:
      'Change who may read a snapshot and for how long, from now on; `messageId` takes a new snapshot that ends there, under the same address.',
    method: 'PATCH',
    path: '/api/shares/:id',
    access: 'user',
    status: 200,
    params,
    body: z
      .strictObject({
        messageId: z.optional(messageIdSchema),
        access: z.optional(shareAccessSchema),
        days: z.optional(days),
        title: z.optional(shareTitleSchema),
      })
      .check(z.refine((body) => Object.keys(body).length > 0, 'Name at least one thing to change')),
    response: shareSchema,
  }),
  remove: defineRoute({
    id: 'revokeShare',
    summary: 'End a link at once.',
    method: 'DELETE',
    path: '/api/shares/:id',
    access: 'user',
    status: 204,
    params,
  }),
  read: defineRoute({
    id: 'readSharedChat',
    summary:
      'What a link leads to, some messages at a time. 404 for a link that is wrong, was revoked or has expired; 401 for one that is for people who are signed in.',
    method: 'GET',
    path: '/api/shared/:token',
    access: 'public',
    status: 200,
    params: z.object({ token }),
    query: z.object({
      /** The number of the first message, from 0. */
      from: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(1_000_000)), 0),
    }),
    response: z.object({
      title: z.string(),
      access: shareAccessSchema,
      /** When the snapshot was taken; another time on a later page means another snapshot. */
      updatedAt: timestampSchema,
      messages: z.array(sharedMessageSchema),
      /** The number of the next message, `null` at the end. */
      next: z.nullable(z.int()),
    }),
  }),
  copy: defineRoute({
    id: 'copySharedChat',
    summary:
      'A conversation of your own with the words of a snapshot. Repeating it with the same `conversationId` changes nothing.',
    method: 'POST',
    path: '/api/shared/:token/copy',
    access: 'user',
    status: 201,
    params: z.object({ token }),
    /** Chosen by the client. */
    body: z.strictObject({ conversationId: conversationIdSchema }),
    response: conversationSchema,
  }),
} as const;
