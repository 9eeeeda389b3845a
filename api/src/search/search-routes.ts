import { searchRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { SearchService } from './search-service.ts';

interface SearchRouterOptions {
  readonly search: SearchService;
  readonly mount: Mount;
}

/** Searches your own conversations. */
export function createSearchRouter({ search, mount: { mount } }: SearchRouterOptions): Router {
  const router = Router();
  mount(router, searchRoutes.search, ({ actor, query: { q, from, to, ...rest }, signal }) =>
    search.search(
      actor.userId,
      {
        text: q,
        ...rest,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
      },
      signal,
    ),
  );
  return router;
}
