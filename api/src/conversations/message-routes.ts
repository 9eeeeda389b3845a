import { messageRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ForkService } from './fork-service.ts';
import type { MessageService } from './message-service.ts';
import type { SentPrompts } from './sent-prompt.ts';

interface MessageRouterOptions {
  readonly messages: MessageService;
  readonly forks: Pick<ForkService, 'fork'>;
  readonly sent: SentPrompts;
  readonly mount: Mount;
}

/** Edit, delete and rate messages, read what a model was sent, and fork. */
export function createMessageRouter({ messages, forks, sent, mount: { mount } }: MessageRouterOptions): Router {
  const router = Router();
  mount(router, messageRoutes.edit, ({ actor, params, body }) => messages.edit(pathOf(actor, params), body));
  mount(router, messageRoutes.remove, async ({ actor, params }) => ({
    removed: await messages.remove(pathOf(actor, params)),
  }));
  mount(router, messageRoutes.rate, ({ actor, params, body }) => messages.rate(pathOf(actor, params), body));
  mount(router, messageRoutes.unrate, ({ actor, params }) => messages.rate(pathOf(actor, params), undefined));
  mount(router, messageRoutes.sent, ({ actor, params, signal }) =>
    sent.read(actor, { conversationId: params.id, messageId: params.messageId }, signal),
  );
  mount(router, messageRoutes.fork, ({ actor, params, body }) => forks.fork(actor.userId, params.id, body));
  return router;
}

function pathOf<U, C, M>(
  { userId }: { readonly userId: U },
  { id, messageId }: { readonly id: C; readonly messageId: M },
) {
  return { userId, conversationId: id, messageId };
}
