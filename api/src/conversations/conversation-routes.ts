import { conversationRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ConversationService } from './conversation-service.ts';

interface ConversationRouterOptions {
  readonly conversations: ConversationService;
  readonly mount: Mount;
}

/** List, read, change and delete conversations, one by one or many at a time. */
export function createConversationRouter({ conversations, mount: { mount } }: ConversationRouterOptions): Router {
  const router = Router();
  mount(router, conversationRoutes.list, ({ actor, query }) => conversations.list(actor.userId, query));
  mount(router, conversationRoutes.get, ({ actor, params }) => conversations.get(actor.userId, params.id));
  mount(router, conversationRoutes.update, ({ actor, params, body }) =>
    conversations.update(actor.userId, params.id, body),
  );
  mount(router, conversationRoutes.bulk, async ({ actor, body }) => ({
    outcomes: await conversations.bulk(actor.userId, body.ids, body.change),
  }));
  mount(router, conversationRoutes.remove, ({ actor, params }) => conversations.remove(actor.userId, params.id));
  mount(router, conversationRoutes.markRead, ({ actor, params }) => conversations.markRead(actor.userId, params.id));
  mount(router, conversationRoutes.messages, async ({ actor, params }) => ({
    items: await conversations.messages(actor.userId, params.id),
  }));
  return router;
}
