import * as z from 'zod/mini';
import { tagSchema } from '../entities/conversation.ts';
import { agentIdSchema, conversationIdSchema, messageIdSchema, projectIdSchema } from '../entities/ids.ts';
import { personSchema } from '../entities/participant.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { defineRoute } from './route.ts';

/** A piece of text with what was looked for in it: half-open spans of UTF-16 units, in order, none over another. */
export const markedTextSchema = z.object({
  text: z.string(),
  marks: z.array(z.tuple([z.int().check(z.nonnegative()), z.int().check(z.nonnegative())])),
});
export type MarkedText = z.infer<typeof markedTextSchema>;

/** A message that was found, or a conversation whose title was. */
export const searchHitSchema = z.object({
  conversationId: conversationIdSchema,
  /** `null`: it is the title that was found. */
  messageId: z.nullable(messageIdSchema),
  role: z.nullable(z.enum(['user', 'assistant'])),
  /** Who wrote a prompt, where that was somebody else. */
  author: z.optional(personSchema),
  /** Whose conversation it is, where it is somebody else's. */
  sharedBy: z.optional(personSchema),
  title: markedTextSchema,
  /** The surroundings of what was found in the message; empty where it is the title. */
  snippet: markedTextSchema,
  /** When the message was written, or the conversation last moved. */
  at: timestampSchema,
  model: z.string(),
  archived: z.boolean(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/** Longest text to search for. */
export const longestSearch = 300;

export const searchRoutes = {
  search: defineRoute({
    id: 'search',
    summary:
      'Your conversations and messages, and those that others share with you, that have all words; the last one may be unfinished. "Quoted words" must stand together. Titles first, then whole words, then beginnings of words, each newest first.',
    method: 'GET',
    path: '/api/search',
    access: 'user',
    status: 200,
    query: z.object({
      q: z.string().check(z.maxLength(longestSearch)),
      /** Only messages of this side; titles are not looked at. */
      role: z.optional(z.enum(['user', 'assistant'])),
      /** Answers of this model, and prompts and titles of conversations that use it now. */
      model: z.optional(z.string().check(z.maxLength(200))),
      agent: z.optional(agentIdSchema),
      tag: z.optional(tagSchema),
      projectId: z.optional(projectIdSchema),
      /** Written at this moment or later. */
      from: z.optional(timestampSchema),
      /** Written before this moment. */
      to: z.optional(timestampSchema),
      /** Absent: both. */
      archived: z.optional(z.stringbool()),
      /** Only conversations that others share with you, or none of them. Absent: both. Tags, projects and the archive are of your own. */
      shared: z.optional(z.stringbool()),
      /** Opaque; from the page before. */
      cursor: z.optional(z.string().check(z.maxLength(200))),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(50)), 20),
    }),
    response: z.object({
      /** May be fewer than `limit`, even none, although there is another page. */
      items: z.array(searchHitSchema),
      nextCursor: z.nullable(z.string()),
      /** How much of this install can be found, while not all of it can: 0 to 1. */
      progress: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
    }),
  }),
} as const;
