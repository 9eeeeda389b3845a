import { agentRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { AgentOversight } from './agent-oversight.ts';
import type { AgentService } from './agent-service.ts';
import type { AgentShelves } from './agent-shelves.ts';
import type { AgentTransfer } from './agent-transfer.ts';

interface AgentRouterOptions {
  readonly agents: AgentService;
  readonly shelves: AgentShelves;
  readonly transfer: AgentTransfer;
  readonly oversight: AgentOversight;
  readonly mount: Mount;
}

/** List, make, change, version, move, promote and disable agents. */
export function createAgentRouter(options: AgentRouterOptions): Router {
  const { agents, shelves, transfer, oversight, mount: mounter } = options;
  const { mount } = mounter;
  const router = Router();
  mount(router, agentRoutes.list, ({ actor, query }) => shelves.list(actor, query));
  mount(router, agentRoutes.create, ({ actor, body, signal }) => agents.create(actor, body, signal));
  mount(router, agentRoutes.import, ({ actor, body, signal }) => transfer.import(actor, body, signal));
  mount(router, agentRoutes.get, ({ actor, params }) => agents.get(actor, params.id));
  mount(router, agentRoutes.settings, ({ actor, params }) => agents.settings(actor, params.id));
  mount(router, agentRoutes.update, ({ actor, params, body, signal }) => agents.update(actor, params.id, body, signal));
  mount(router, agentRoutes.remove, ({ actor, params }) => agents.remove(actor, params.id));
  mount(router, agentRoutes.duplicate, ({ actor, params }) => agents.duplicate(actor, params.id));
  mount(router, agentRoutes.versions, async ({ actor, params }) => ({
    items: await agents.versions(actor, params.id),
  }));
  mount(router, agentRoutes.restore, ({ actor, params }) => agents.restore(actor, params.id, params.version));
  mount(router, agentRoutes.export, ({ actor, params }) => transfer.export(actor, params.id));
  mount(router, agentRoutes.setStanding, ({ actor, params, body }) => oversight.setStanding(actor, params.id, body));
  mount(router, agentRoutes.overview, async ({ actor }) => ({ items: await oversight.overview(actor) }));
  return router;
}
