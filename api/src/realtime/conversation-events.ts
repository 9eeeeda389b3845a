import { conversationIdSchema } from '@parley/contracts';
import type { ConversationId, Entrance } from '@parley/contracts';
import type { Logger } from 'pino';
import * as z from 'zod/mini';
import { describeDevice } from '../access/describe-device.ts';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
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
  readonly access: Pick<ConversationAccess, 'find'>;
  readonly log: Logger;
}

/** Serves what a client may say. Anything malformed is ignored, anything too frequent, too. */
export function createConversationEvents({ presence, conversations, access, log }: ConversationEventsOptions) {
  async function enter(socket: RealtimeSocket, identity: SocketIdentity, id: ConversationId): Promise<Entrance | null> {
    if (conversationsOf(socket.rooms).length >= mostEntered) return null;
    const own = await conversations.find(identity.userId, id);
    const isGuest = own === undefined && (await access.find(id, identity.userId)) !== undefined;
    if (own === undefined && !isGuest) return null;
    const others = await presence.enter(socket, identity, id);
    // They may have been removed before the socket was there to be sent away.
    if (isGuest && (await access.find(id, identity.userId)) === undefined) {
      await presence.leave(socket, identity, id);
      return null;
    }
    const devices = others.map((session) => describeDevice(session, true));
    const isShared = isGuest || own?.participants !== undefined;
    return isShared ? { devices, people: await presence.tellPeople(id) } : { devices };
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
    socket.on('set-typing', (givenId: unknown, isTyping: unknown) => {
      const id = conversationIdSchema.safeParse(givenId);
      if (id.success) presence.setTyping(socket, id.data, isTyping === true).catch(report);
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
