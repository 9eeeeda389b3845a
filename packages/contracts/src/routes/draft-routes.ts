import * as z from 'zod/mini';
import { draftPlaceSchema, draftSchema } from '../entities/draft.ts';
import { maxPromptLength } from './generation-routes.ts';
import { defineRoute } from './route.ts';

export const draftRoutes = {
  list: defineRoute({
    id: 'listDrafts',
    summary: 'Your unsent prompts.',
    method: 'GET',
    path: '/api/drafts',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(draftSchema) }),
  }),
  save: defineRoute({
    id: 'saveDraft',
    summary: 'Keep an unsent prompt for your other devices; an empty text removes it. `new` is the chat not begun yet.',
    method: 'PUT',
    path: '/api/drafts/:place',
    access: 'user',
    status: 200,
    params: z.object({ place: draftPlaceSchema }),
    body: z.object({ text: z.string().check(z.maxLength(maxPromptLength)) }),
    response: draftSchema,
  }),
} as const;
