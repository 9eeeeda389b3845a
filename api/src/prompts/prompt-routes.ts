import { promptRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { PromptService } from './prompt-service.ts';

interface PromptRouterOptions {
  readonly prompts: PromptService;
  readonly mount: Mount;
}

/** List, make, change, version and delete prompts of the library. */
export function createPromptRouter({ prompts, mount: { mount } }: PromptRouterOptions): Router {
  const router = Router();
  mount(router, promptRoutes.list, async ({ actor }) => ({ items: await prompts.list(actor) }));
  mount(router, promptRoutes.create, ({ actor, body }) => prompts.create(actor, body));
  mount(router, promptRoutes.get, ({ actor, params }) => prompts.get(actor, params.id));
  mount(router, promptRoutes.update, ({ actor, params, body }) => prompts.update(actor, params.id, body));
  mount(router, promptRoutes.remove, ({ actor, params }) => prompts.remove(actor, params.id));
  mount(router, promptRoutes.versions, async ({ actor, params }) => ({
    items: await prompts.versions(actor, params.id),
  }));
  mount(router, promptRoutes.addVersion, ({ actor, params, body }) => prompts.addVersion(actor, params.id, body));
  mount(router, promptRoutes.setProduction, ({ actor, params, body }) =>
    prompts.setProduction(actor, params.id, body.version),
  );
  mount(router, promptRoutes.countUse, ({ actor, params }) => prompts.countUse(actor, params.id));
  return router;
}
