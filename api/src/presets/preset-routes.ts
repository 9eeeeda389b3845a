import { presetRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { PresetService } from './preset-service.ts';

interface PresetRouterOptions {
  readonly presets: PresetService;
  readonly mount: Mount;
}

/** Keep, change, order and delete one's presets. */
export function createPresetRouter({ presets, mount: { mount } }: PresetRouterOptions): Router {
  const router = Router();
  mount(router, presetRoutes.list, async ({ actor }) => ({ items: await presets.list(actor.userId) }));
  mount(router, presetRoutes.create, ({ actor, body }) => presets.create(actor.userId, body));
  mount(router, presetRoutes.order, async ({ actor, body }) => ({
    items: await presets.order(actor.userId, body.ids),
  }));
  mount(router, presetRoutes.update, ({ actor, params, body }) => presets.update(actor.userId, params.id, body));
  mount(router, presetRoutes.remove, ({ actor, params }) => presets.remove(actor.userId, params.id));
  return router;
}
