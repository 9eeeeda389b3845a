import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpTarget, openHub } from '../__fixtures__/open-hub.ts';
import { startModernServer } from '../__fixtures__/start-modern-server.ts';
import type { ModernServer } from '../__fixtures__/start-modern-server.ts';

let server: ModernServer;
beforeAll(async () => {
  server = await startModernServer();
});
afterAll(() => server.close());

it.each([
  [true, 1],
  [false, 0],
])('servers are told that apps can be shown: %s', async (showsApps, times) => {
  const said: string[] = [];
  const hub = openHub({
    showsApps,
    fetch: (url, init) => {
      if (typeof init?.body === 'string') said.push(init.body);
      return fetch(url, init);
    },
  });
  await hub.tools(httpTarget(server.url), AbortSignal.timeout(10_000));
  await hub.close();
  const named = said.find((body) => body.includes('tools/list'))?.split('text/html;profile=mcp-app') ?? [];
  expect(named).toHaveLength(times + 1);
});
