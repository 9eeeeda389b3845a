import { conversationRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ParticipantService } from '../participants/participant-service.ts';
import type { Seats } from '../participants/seats.ts';
import type { ConversationService } from './conversation-service.ts';
import { pageOf } from './page-of.ts';

interface ConversationRouterOptions {
  readonly conversations: ConversationService;
  readonly participants: Pick<ParticipantService, 'listShared' | 'markRead'>;
  readonly seats: Seats;
  readonly mount: Mount;
}

/** List, read, change and delete conversations, one by one or many at a time. */
export function createConversationRouter(options: ConversationRouterOptions): Router {
  const {
    conversations,
    participants,
    seats,
    mount: { mount },
  } = options;
  const router = Router();
  mount(router, conversationRoutes.list, async ({ actor, query: { shared, ...query } }) => {
    if (!shared) return await conversations.list(actor.userId, query);
    return await pageOf(query, (page) => participants.listShared(actor.userId, page));
  });
  mount(router, conversationRoutes.get, ({ actor, params: { id } }) =>
    seats.inConversation(conversationRoutes.get, actor.userId, id, async (seat) =>
      seats.show(seat, await conversations.get(seat.ownerId, id)),
    ),
  );
  mount(router, conversationRoutes.update, ({ actor, params: { id }, body }) =>
    seats.inConversation(conversationRoutes.update, actor.userId, id, ({ ownerId }) =>
      conversations.update(ownerId, id, body),
    ),
  );
  mount(router, conversationRoutes.bulk, async ({ actor, body }) => ({
    outcomes: await conversations.bulk(actor.userId, body.ids, body.change),
  }));
  mount(router, conversationRoutes.remove, ({ actor, params: { id } }) =>
    seats.inConversation(conversationRoutes.remove, actor.userId, id, ({ ownerId }) =>
      conversations.remove(ownerId, id),
    ),
  );
  mount(router, conversationRoutes.markRead, ({ actor, params: { id } }) =>
    seats.inConversation(conversationRoutes.markRead, actor.userId, id, async ({ ownerId, guest }) => {
      if (guest === undefined) await conversations.markRead(ownerId, id);
      else await participants.markRead({ ownerId, guest }, await conversations.get(ownerId, id));
    }),
  );
  mount(router, conversationRoutes.messages, async ({ actor, params: { id } }) => ({
    items: await seats.inConversation(conversationRoutes.messages, actor.userId, id, async (seat) =>
      seats.showMessages(seat, await conversations.messages(seat.ownerId, id)),
    ),
  }));
  return router;
}
