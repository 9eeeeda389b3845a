import { pipeline } from 'node:stream/promises';
import { problem, toolRoutes } from '@parley/contracts';
import { Router } from 'express';
import type { Response } from 'express';
import type { KeptResult } from '../database/repositories/tool-result-repository.ts';
import type { Mount } from '../http/mount.ts';
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
    describeResult(response, result);
    await pipeline(results.bytes(result), response, { signal });
  });
  return router;
}

/** Types that cannot carry a script. */
const harmlessImages = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Foreign bytes: whatever they are, the browser must not take them for a page of ours. */
function describeResult(response: Response, { kind, mimeType, title, size }: KeptResult): void {
  const isShown = kind === 'image' && harmlessImages.has(mimeType);
  const name = title === '' ? 'result' : title.replace(/[\\/]/g, '_');
  response.status(200).set({
    'Content-Type': kind === 'output' ? 'text/plain; charset=utf-8' : mimeType,
    'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(name)}`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'private, no-cache',
    ...(kind === 'output' ? {} : { 'Content-Length': String(size) }),
  });
}

/** By RFC 8187. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
