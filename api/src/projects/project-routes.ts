import { projectRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { ProjectService } from './project-service.ts';

interface ProjectRouterOptions {
  readonly projects: ProjectService;
  readonly mount: Mount;
}

/** List, read, begin, change and delete projects. */
export function createProjectRouter({ projects, mount: { mount } }: ProjectRouterOptions): Router {
  const router = Router();
  mount(router, projectRoutes.list, async ({ actor }) => ({ items: await projects.list(actor.userId) }));
  mount(router, projectRoutes.get, ({ actor, params }) => projects.get(actor.userId, params.id));
  mount(router, projectRoutes.create, ({ actor, body }) => projects.create(actor.userId, body));
  mount(router, projectRoutes.update, ({ actor, params, body }) => projects.update(actor.userId, params.id, body));
  mount(router, projectRoutes.remove, ({ actor, params }) => projects.remove(actor.userId, params.id));
  return router;
}
