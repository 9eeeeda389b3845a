import * as z from 'zod/mini';
import { tagSchema } from '../entities/conversation.ts';
import { defineRoute } from './route.ts';

/** A tag and how many conversations in the list have it: those in the archive and temporary ones are not counted. */
export const tagCountSchema = z.object({ tag: z.string(), count: z.int() });
export type TagCount = z.infer<typeof tagCountSchema>;

const list = z.object({ items: z.array(tagCountSchema) });

export const tagRoutes = {
  list: defineRoute({
    id: 'listTags',
    summary: 'The tags of your conversations, the most used first; at most 1,000.',
    method: 'GET',
    path: '/api/tags',
    access: 'user',
    status: 200,
    response: list,
  }),
  rename: defineRoute({
    id: 'renameTag',
    summary: 'Give a tag another name on every conversation that has it; an existing name joins the two.',
    method: 'PATCH',
    path: '/api/tags',
    access: 'user',
    status: 200,
    body: z.strictObject({ tag: tagSchema, name: tagSchema }),
    response: list,
  }),
  remove: defineRoute({
    id: 'deleteTag',
    summary: 'Take a tag off every conversation that has it. The conversations stay.',
    method: 'DELETE',
    path: '/api/tags',
    access: 'user',
    status: 204,
    query: z.object({ tag: tagSchema }),
  }),
} as const;
