import { draftRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { DraftService } from './draft-service.ts';

interface DraftRouterOptions {
  readonly drafts: DraftService;
  readonly mount: Mount;
}

/** List and keep unsent prompts. */
export function createDraftRouter({ drafts, mount: { mount } }: DraftRouterOptions): Router {
  const router = Router();
  mount(router, draftRoutes.list, async ({ actor }) => ({ items: await drafts.list(actor.userId) }));
  mount(router, draftRoutes.save, ({ actor, params, body }) => drafts.save(actor, params.place, body.text));
  return router;
}
