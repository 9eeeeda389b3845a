import { sessionIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId, UserId } from '@parley/contracts';
import * as z from 'zod/mini';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import { conversationsOf } from './rooms.ts';
import type { RealtimeServer } from './socket-server.ts';

const identitySchema = z.object({ sessionId: sessionIdSchema, userId: userIdSchema });

interface RecoveryOptions {
  readonly sessions: Pick<SessionRepository, 'filterLive'>;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly access: Pick<ConversationAccess, 'find'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Lets a connection be recovered only while its session goes on, and what it looked at may be looked at: what it missed is sent before the handshake is looked
 * at. One that is refused connects anew.
 */
export function guardRecovery(io: RealtimeServer, { sessions, conversations, access, now }: RecoveryOptions): void {
  async function mayLookAt(userId: UserId, id: ConversationId): Promise<boolean> {
    if ((await conversations.find(userId, id)) !== undefined) return true;
    return (await access.find(id, userId)) !== undefined;
  }

  const adapter = io.of('/').adapter;
  const restore = adapter.restoreSession.bind(adapter);
  adapter.restoreSession = async (privateId, offset) => {
    const found = await restore(privateId, offset);
    const identity = identitySchema.safeParse(found.data);
    const live = identity.success ? await sessions.filterLive([identity.data.sessionId], new Date(now())) : [];
    if (!identity.success || live.length === 0) throw new Error('The session has ended');
    for (const id of conversationsOf(new Set(found.rooms))) {
      if (!(await mayLookAt(identity.data.userId, id))) throw new Error('This conversation is not shared any more');
    }
    return found;
  };
}
