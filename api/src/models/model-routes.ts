import { modelRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ModelService } from './model-service.ts';
import type { ModelSpecs, OwnBeginning } from './model-specs.ts';

interface ModelRouterOptions {
  readonly models: ModelService;
  readonly specs: Pick<ModelSpecs, 'offer' | 'begin'>;
  readonly ownBeginning: OwnBeginning;
  readonly mount: Mount;
}

/** What the model menu offers. */
export function createModelRouter({ models, specs, ownBeginning, mount: { mount } }: ModelRouterOptions): Router {
  const router = Router();
  mount(router, modelRoutes.endpoints, async ({ actor }) => {
    const begin = specs.begin() ?? (await ownBeginning(actor.userId));
    return { items: models.endpoints(), ...specs.offer(), ...(begin === undefined ? {} : { begin }) };
  });
  mount(router, modelRoutes.models, ({ signal }) => models.models(signal));
  return router;
}
