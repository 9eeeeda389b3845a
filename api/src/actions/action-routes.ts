import { actionRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ActionService } from './action-service.ts';

interface ActionRouterOptions {
  readonly actions: ActionService;
  readonly mount: Mount;
}

/** List, inspect, make, change and remove action sets. */
export function createActionRouter({ actions, mount: { mount } }: ActionRouterOptions): Router {
  const router = Router();
  mount(router, actionRoutes.list, async ({ actor }) => ({ items: await actions.list(actor) }));
  mount(router, actionRoutes.inspect, ({ body }) => Promise.resolve(actions.inspect(body.specification)));
  mount(router, actionRoutes.create, ({ actor, body }) => actions.create(actor, body));
  mount(router, actionRoutes.settings, ({ actor, params }) => actions.settings(actor, params.id));
  mount(router, actionRoutes.update, ({ actor, params, body }) => actions.update(actor, params.id, body));
  mount(router, actionRoutes.remove, ({ actor, params }) => actions.remove(actor, params.id));
  return router;
}
