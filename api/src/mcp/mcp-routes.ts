import { mcpRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Mount } from '../http/mount.ts';
import type { McpService } from './mcp-service.ts';
import type { McpUseService } from './mcp-use-service.ts';
import type { ServerSignIns } from './server-sign-ins.ts';

interface McpRouterOptions {
  readonly service: McpService;
  readonly use: McpUseService;
  readonly clientMetadata: ServerSignIns['clientMetadata'];
  readonly mount: Mount;
}

/** MCP servers: the list, one's own, and using them. */
export function createMcpRouter({
  service,
  use,
  clientMetadata,
  mount: { mount, mountRaw },
}: McpRouterOptions): Router {
  const router = Router();
  mount(router, mcpRoutes.list, async ({ actor }) => ({ items: await service.list(actor) }));
  mount(router, mcpRoutes.create, ({ actor, body }) => service.create(actor, body));
  mount(router, mcpRoutes.settings, ({ actor, params }) => service.settings(actor, params.name));
  mount(router, mcpRoutes.update, ({ actor, params, body }) => service.update(actor, params.name, body));
  mount(router, mcpRoutes.remove, ({ actor, params }) => service.remove(actor, params.name));

  mount(router, mcpRoutes.test, ({ actor, params, signal }) => use.test(actor, params.name, signal));
  mount(router, mcpRoutes.tools, ({ actor, params }) => use.tools(actor, params.name));
  mount(router, mcpRoutes.setVariables, ({ actor, params, body }) => use.setVariables(actor, params.name, body.values));
  mount(router, mcpRoutes.signIn, ({ actor, params, signal }) => use.signIn(actor, params.name, signal));
  mount(router, mcpRoutes.signOut, ({ actor, params }) => use.signOut(actor, params.name));
  mount(router, mcpRoutes.finishSignIn, ({ actor, params, body, signal }) =>
    use.finishSignIn(actor, params.name, body.query, signal),
  );

  mountRaw(router, mcpRoutes.callback, async ({ params, request, response }) => {
    // What came back goes on as it is: only the page knows who is signed in, and only they may finish it.
    const { search } = new URL(request.originalUrl, 'http://localhost');
    response
      .status(302)
      .set({
        Location: `/mcp/sign-in/${encodeURIComponent(params.name)}${search}`,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      })
      .end();
  });
  mountRaw(router, mcpRoutes.clientMetadata, async ({ params, response }) => {
    response.set('Cache-Control', 'public, max-age=300').json(clientMetadata(params.name));
  });
  return router;
}
