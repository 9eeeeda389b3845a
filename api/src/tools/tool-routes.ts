import { problem, toolRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Response } from 'express';
import type { KeptResult } from '../database/repositories/tool-result-repository.ts';
import { describeFile } from '../http/describe-file.ts';
import type { Mount } from '../http/mount.ts';
import { sendBytes } from '../http/send-bytes.ts';
import type { ToolPolicies } from './tool-policies.ts';
import type { ToolResultStore } from './tool-results.ts';
import type { ToolService } from './tool-service.ts';

interface ToolRouterOptions {
  readonly service: ToolService;
  readonly policies: ToolPolicies;
  readonly results: ToolResultStore;
  readonly mount: Mount;
}

/** List tools, grants and rules; change rules; take grants back; read what tools gave. */
export function createToolRouter({
  service,
  policies,
  results,
  mount: { mount, mountRaw },
}: ToolRouterOptions): Router {
  const router = Router();
  mount(router, toolRoutes.list, async ({ actor }) => ({ items: await service.list(actor) }));
  mount(router, toolRoutes.grants, async ({ actor }) => ({ items: await service.grants(actor.userId) }));
  mount(router, toolRoutes.revokeGrant, ({ actor, params }) => service.revokeGrant(actor.userId, params.id));
  mount(router, toolRoutes.policy, ({ actor }) => policies.get(actor));
  mount(router, toolRoutes.setPolicy, ({ actor, body }) => policies.set(actor, body));
  mountRaw(router, toolRoutes.result, async ({ actor, params, response, signal }) => {
    const result = await results.find(actor.userId, params.id);
    if (result === undefined) throw problem('tool-result-not-found');
    await sendBytes(response, results.bytes(result), signal, () => describeResult(response, result));
  });
  return router;
}

function describeResult(response: Response, { kind, mimeType, title, size }: KeptResult): void {
  const name = title === '' ? 'result' : title;
  if (kind === 'output') describeFile(response, { name, mimeType: 'text/plain; charset=utf-8' });
  else describeFile(response, { name, mimeType, size, isAttachment: kind !== 'image' });
}
