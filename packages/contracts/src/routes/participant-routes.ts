import * as z from 'zod/mini';
import { conversationIdSchema, userIdSchema } from '../entities/ids.ts';
import { participantSchema } from '../entities/participant.ts';
import { defineRoute } from './route.ts';

const params = z.object({ id: conversationIdSchema, userId: userIdSchema });
const response = z.object({ items: z.array(participantSchema) });

/** Who takes part in a conversation. What others share with somebody is `GET /api/conversations?shared=true`. */
export const participantRoutes = {
  list: defineRoute({
    id: 'listParticipants',
    summary: 'Who takes part in a conversation, its owner first. One that is not shared has its owner alone.',
    method: 'GET',
    path: '/api/conversations/:id/participants',
    access: 'user',
    status: 200,
    params: z.object({ id: conversationIdSchema }),
    response,
  }),
  invite: defineRoute({
    id: 'inviteParticipant',
    summary:
      'Let somebody take part: read all of it, ask, and be answered as themselves. For its owner. Harmless when they do already; 403 for a temporary chat.',
    method: 'PUT',
    path: '/api/conversations/:id/participants/:userId',
    access: 'user',
    status: 200,
    params,
    response,
  }),
  remove: defineRoute({
    id: 'removeParticipant',
    summary:
      'Remove somebody at once, or leave: their answers in the making are stopped, their waiting prompts taken out; what they asked stays. Harmless when they take no part.',
    method: 'DELETE',
    path: '/api/conversations/:id/participants/:userId',
    access: 'user',
    status: 204,
    params,
  }),
} as const;
