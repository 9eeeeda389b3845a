import { sessionIdSchema } from '@parley/contracts';
import * as z from 'zod/mini';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { RealtimeServer } from './socket-server.ts';

const identitySchema = z.object({ sessionId: sessionIdSchema });

/**
 * Lets a connection be recovered only while its session goes on: what it missed is sent before the handshake is looked
 * at. One that is refused connects anew.
 */
export function guardRecovery(
  io: RealtimeServer,
  sessions: Pick<SessionRepository, 'filterLive'>,
  now: () => number,
): void {
  const adapter = io.of('/').adapter;
  const restore = adapter.restoreSession.bind(adapter);
  adapter.restoreSession = async (privateId, offset) => {
    const found = await restore(privateId, offset);
    const identity = identitySchema.safeParse(found.data);
    const live = identity.success ? await sessions.filterLive([identity.data.sessionId], new Date(now())) : [];
    if (live.length === 0) throw new Error('The session has ended');
    return found;
  };
}
