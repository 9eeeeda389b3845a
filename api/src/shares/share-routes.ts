import { shareRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { Mount } from '../http/mount.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { Seats } from '../participants/seats.ts';
import type { ShareService } from './share-service.ts';
import type { SharedChats } from './shared-chats.ts';

interface ShareRouterOptions {
  readonly shares: ShareService;
  readonly sharedChats: SharedChats;
  readonly seats: Pick<Seats, 'inConversation'>;
  /** Throws where nobody is signed in. */
  readonly authenticate: (request: Request, response: Response) => Promise<unknown>;
  readonly limitRate: RateLimiter;
  readonly mount: Mount;
}

/** What one address may ask for, by reading and copying: a long chat has dozens of pages. */
const readLimit = { max: 600, windowMs: 60_000 };

/** Make, change and end one's links; read and copy what others' lead to. */
export function createShareRouter(options: ShareRouterOptions): Router {
  const {
    shares,
    sharedChats,
    seats,
    authenticate,
    limitRate,
    mount: { mount },
  } = options;
  const router = Router();
  // The page, which the client routes, and what is on it.
  router.use(['/share', '/api/shared'], keepOutOfIndexes);
  router.use('/api/shared', limitRate('shared', readLimit));

  mount(router, shareRoutes.list, async ({ actor, query }) => ({
    items: await shares.list(actor.userId, query.conversationId),
  }));
  mount(router, shareRoutes.create, ({ actor, body }) =>
    seats.inConversation(shareRoutes.create, actor.userId, body.conversationId, ({ ownerId }) =>
      shares.create(ownerId, body),
    ),
  );
  mount(router, shareRoutes.update, ({ actor, params, body }) => shares.update(actor.userId, params.id, body));
  mount(router, shareRoutes.remove, ({ actor, params }) => shares.remove(actor.userId, params.id));
  mount(router, shareRoutes.read, ({ params, query, request, response }) =>
    sharedChats.read(params.token, query.from, () => authenticate(request, response)),
  );
  mount(router, shareRoutes.copy, ({ actor, params, body }) =>
    sharedChats.copy(actor.userId, params.token, body.conversationId),
  );
  return router;
}

const keepOutOfIndexes: RequestHandler = (_request, response, next) => {
  response.set('X-Robots-Tag', 'noindex, nofollow');
  next();
};
