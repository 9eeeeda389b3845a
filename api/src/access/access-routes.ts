import { accessRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { GroupService } from './group-service.ts';
import type { PrincipalNames } from './principal-names.ts';
import type { SharingService } from './sharing-service.ts';

interface AccessRouterOptions {
  readonly sharing: SharingService;
  readonly groups: GroupService;
  readonly names: PrincipalNames;
  readonly mount: Mount;
}

/** Share things, find whom to share them with, and keep groups. */
export function createAccessRouter({ sharing, groups, names, mount: { mount } }: AccessRouterOptions): Router {
  const router = Router();
  mount(router, accessRoutes.grants, async ({ actor, params }) => ({
    grants: await sharing.grants(actor, params.type, params.id),
  }));
  mount(router, accessRoutes.share, async ({ actor, params, body }) => ({
    grants: await sharing.share(actor, params.type, params.id, body.grants),
  }));
  mount(router, accessRoutes.principals, async ({ query }) => ({ items: await names.find(query.query) }));
  mount(router, accessRoutes.groups, async ({ actor }) => ({ items: await groups.list(actor) }));
  mount(router, accessRoutes.createGroup, ({ actor, body }) => groups.create(actor, body));
  mount(router, accessRoutes.updateGroup, ({ actor, params, body }) => groups.update(actor, params.id, body));
  mount(router, accessRoutes.removeGroup, ({ actor, params }) => groups.remove(actor, params.id));
  return router;
}
