import { messageRoutes, problem } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { Seat, Seats } from '../participants/seats.ts';
import type { ForkService } from './fork-service.ts';
import type { MessageService } from './message-service.ts';
import type { SentPrompts } from './sent-prompt.ts';

interface MessageRouterOptions {
  readonly messages: MessageService;
  readonly forks: Pick<ForkService, 'fork'>;
  readonly sent: SentPrompts;
  readonly seats: Pick<Seats, 'inConversation' | 'showMessages' | 'isBlind'>;
  readonly mount: Mount;
}

/** Edit, delete and rate messages, read what a model was sent, and fork. */
export function createMessageRouter(options: MessageRouterOptions): Router {
  const {
    messages,
    forks,
    sent,
    seats,
    mount: { mount },
  } = options;
  const router = Router();
  mount(router, messageRoutes.edit, ({ actor, params, body }) =>
    seats.inConversation(
      messageRoutes.edit,
      actor.userId,
      params.id,
      async (seat) => await show(seat, await messages.edit(pathOf(seat.ownerId, params), body, seat.guest)),
    ),
  );
  mount(router, messageRoutes.remove, async ({ actor, params }) => ({
    removed: await seats.inConversation(messageRoutes.remove, actor.userId, params.id, ({ ownerId }) =>
      messages.remove(pathOf(ownerId, params)),
    ),
  }));
  mount(router, messageRoutes.rate, ({ actor, params, body }) =>
    seats.inConversation(
      messageRoutes.rate,
      actor.userId,
      params.id,
      async (seat) => await show(seat, await messages.rate(pathOf(seat.ownerId, params), body)),
    ),
  );
  mount(router, messageRoutes.unrate, ({ actor, params }) =>
    seats.inConversation(
      messageRoutes.unrate,
      actor.userId,
      params.id,
      async (seat) => await show(seat, await messages.rate(pathOf(seat.ownerId, params), undefined)),
    ),
  );
  mount(router, messageRoutes.sent, ({ actor, params, signal }) =>
    seats.inConversation(messageRoutes.sent, actor.userId, params.id, async (seat) => {
      const answer = { conversationId: params.id, messageId: params.messageId };
      if (await seats.isBlind(seat, { conversationId: params.id, id: params.messageId })) {
        throw problem('forbidden', { detail: 'Say first which of these answers is better.' });
      }
      return await sent.read(actor, answer, signal);
    }),
  );
  mount(router, messageRoutes.fork, ({ actor, params, body }) =>
    seats.inConversation(messageRoutes.fork, actor.userId, params.id, ({ ownerId, guest }) =>
      forks.fork(actor.userId, params.id, body, guest === undefined ? undefined : ownerId),
    ),
  );

  async function show(seat: Seat, message: Message): Promise<Message> {
    return (await seats.showMessages(seat, [message]))[0] ?? message;
  }

  return router;
}

function pathOf<U, C, M>(userId: U, { id, messageId }: { readonly id: C; readonly messageId: M }) {
  return { userId, conversationId: id, messageId };
}
