import { tagRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { TagService } from './tag-service.ts';

interface TagRouterOptions {
  readonly tags: TagService;
  readonly mount: Mount;
}

/** List, rename and delete tags. */
export function createTagRouter({ tags, mount: { mount } }: TagRouterOptions): Router {
  const router = Router();
  mount(router, tagRoutes.list, async ({ actor }) => ({ items: await tags.list(actor.userId) }));
  mount(router, tagRoutes.rename, async ({ actor, body }) => ({
    items: await tags.rename(actor.userId, body.tag, body.name),
  }));
  mount(router, tagRoutes.remove, ({ actor, query }) => tags.remove(actor.userId, query.tag));
  return router;
}
