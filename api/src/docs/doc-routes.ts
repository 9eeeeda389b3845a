import { docRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { DocService } from './doc-service.ts';

interface DocRouterOptions {
  readonly docs: DocService;
  readonly mount: Mount;
}

/** The documentation that came with this install. */
export function createDocRouter({ docs, mount: { mount } }: DocRouterOptions): Router {
  const router = Router();
  mount(router, docRoutes.page, ({ query }) => docs.read(query.path));
  return router;
}
