import { participantRoutes } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { call, session } from '../api/call.ts';
import { forgetConversation } from './conversation-cache.ts';

/** Takes part no more in a conversation that somebody else shares, and forgets it here. */
export async function leaveConversation(client: QueryClient, id: ConversationId): Promise<void> {
  const userId = session.current()?.user.id;
  if (userId === undefined) return;
  await call(participantRoutes.remove, { params: { id, userId } });
  forgetConversation(client, id);
}
