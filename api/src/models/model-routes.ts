import { modelRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ModelService } from './model-service.ts';

interface ModelRouterOptions {
  readonly models: ModelService;
  readonly mount: Mount;
}

/** What the model menu offers. */
export function createModelRouter({ models, mount: { mount } }: ModelRouterOptions): Router {
  const router = Router();
  mount(router, modelRoutes.endpoints, () => Promise.resolve({ items: models.endpoints() }));
  mount(router, modelRoutes.models, ({ signal }) => models.models(signal));
  return router;
}
