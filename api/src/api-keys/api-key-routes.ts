import { apiKeyRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ApiKeyService } from './api-key-service.ts';

interface ApiKeyRouterOptions {
  readonly apiKeys: ApiKeyService;
  readonly mount: Mount;
}

/** List, make and remove keys for programs. */
export function createApiKeyRouter({ apiKeys, mount: { mount } }: ApiKeyRouterOptions): Router {
  const router = Router();
  mount(router, apiKeyRoutes.list, async ({ actor }) => ({ items: await apiKeys.list(actor.userId) }));
  mount(router, apiKeyRoutes.create, ({ actor, body }) => apiKeys.create(actor.userId, body));
  mount(router, apiKeyRoutes.remove, ({ actor, params }) => apiKeys.remove(actor.userId, params.id));
  return router;
}
