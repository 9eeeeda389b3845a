import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId, Entrance } from '@parley/contracts';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import { describeDevice } from '../access/describe-device.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import { createAllowance } from './allowance.ts';
import type { Presence } from './presence.ts';
import { conversationsOf } from './rooms.ts';
import type { RealtimeSocket, SocketIdentity } from './socket-server.ts';

/** Events a socket may send at once, and for long; one that goes on and on beyond them is cut off. */
const burst = 40;
const perSecond = 5;
const mostDropped = 200;
/** Conversations a socket may look at. */
const mostEntered = 20;

const answerSchema = z.custom<(entrance: Entrance | null) => void>((value) => typeof value === 'function');

interface ConversationEventsOptions {
  readonly presence: Presence;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly log: Logger;
}

/** Serves what a client may say. Anything malformed is ignored, anything too frequent, too. */
export function createConversationEvents({ presence, conversations, log }: ConversationEventsOptions) {
  async function enter(socket: RealtimeSocket, identity: SocketIdentity, id: ConversationId): Promise<Entrance | null> {
    if (conversationsOf(socket.rooms).length >= mostEntered) return null;
    if ((await conversations.find(identity.userId, id)) === undefined) return null;
    const others = await presence.enter(socket, identity, id);
    return { devices: others.map((session) => describeDevice(session, true)) };
  }

  function report(error: unknown): void {
    log.warn({ err: error }, 'What a socket asked for failed');
  }

  return function serve(socket: RealtimeSocket, identity: SocketIdentity): void {
    limit(socket);
    socket.on('enter-conversation', (givenId: unknown, givenAnswer: unknown) => {
      const answer = answerSchema.safeParse(givenAnswer);
      if (!answer.success) return;
      const id = conversationIdSchema.safeParse(givenId);
      if (!id.success) {
        answer.data(null);
        return;
      }
      enter(socket, identity, id.data).then(answer.data, (error: unknown) => {
        report(error);
        answer.data(null);
      });
    });
    socket.on('leave-conversation', (givenId: unknown) => {
      const id = conversationIdSchema.safeParse(givenId);
      if (id.success) presence.leave(socket, identity, id.data).catch(report);
    });
  };
}

function limit(socket: RealtimeSocket): void {
  const spend = createAllowance({ burst, perSecond, now: () => performance.now() });
  let dropped = 0;
  socket.use((_event, next) => {
    if (spend()) {
      next();
      return;
    }
    dropped += 1;
    if (dropped > mostDropped) socket.disconnect(true);
  });
}
