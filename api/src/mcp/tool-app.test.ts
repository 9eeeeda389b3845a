import { createMcpHub } from '@parley/mcp';
import type { McpHub, McpTarget, McpToolResult } from '@parley/mcp';
import { storedAppSchema } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAppServer } from './__fixtures__/app-server.ts';
import { createToolApps } from './tool-app.ts';

let server: Awaited<ReturnType<typeof startAppServer>>;
let hub: McpHub;
let target: McpTarget;
beforeAll(async () => {
  server = await startAppServer();
  const clientInfo = { name: 'test', version: '1' };
  hub = createMcpHub({ fetch, clientInfo, environment: {}, now: Date.now, log: () => undefined });
  const transport = { type: 'streamable-http', url: server.url, headers: {} } as const;
  target = { server: { id: 'apps', transport, connectTimeoutMs: 10_000, callTimeoutMs: 600 }, holder: 'shared' };
});
afterAll(async () => {
  await hub.close();
  await server.close();
});

const good: McpToolResult = { content: [{ type: 'text', text: 'Three cards.' }], isError: false };

async function appOf(page: string | undefined, result = good, hosts: readonly string[] = []) {
  const tool = { name: 'board', ...(page === undefined ? {} : { appUri: `ui://apps/${page}` }) };
  return await createToolApps({ hub, hosts }).of(
    { target, tool, input: { team: 'a' }, result },
    AbortSignal.timeout(9_000),
  );
}

async function stored(...given: Parameters<typeof appOf>) {
  const app = await appOf(...given);
  if (typeof app !== 'object') throw new Error(app);
  return storedAppSchema.parse(JSON.parse(new TextDecoder().decode(app.bytes)));
}

describe('the app of a tool', () => {
  it('is kept with what its tool was asked and gave, as the server said it', async () => {
    const result: McpToolResult = {
      content: [
        { type: 'text', text: 'Three cards.' },
        { type: 'resource', uri: 'file:///a', text: 'A' },
        { type: 'resource-link', uri: 'file:///b', name: 'b' },
      ],
      structured: { cards: 3 },
      meta: { cursor: 'x' },
      isError: false,
    };
    expect(await appOf('board', result)).toMatchObject({ kind: 'app', mimeType: 'application/json', title: 'board' });
    expect(await stored('board', result)).toEqual({
      html: '<p>Board</p>',
      hosts: { resource: [], connect: [] },
      input: { team: 'a' },
      result: {
        content: [
          { type: 'text', text: 'Three cards.' },
          { type: 'resource', resource: { uri: 'file:///a', text: 'A' } },
          { type: 'resource_link', uri: 'file:///b', name: 'b' },
        ],
        structuredContent: { cards: 3 },
        isError: false,
        _meta: { cursor: 'x' },
      },
    });
    expect((await stored('encoded')).html).toBe('<p>Grüße</p>');
  });

  it('may use the hosts that both its server names and the operator allows', async () => {
    const allowed = ['https://cdn.example.com', 'https://api.example.com', 'https://other.example'];
    expect((await stored('board', good, allowed)).hosts).toEqual({
      resource: ['https://cdn.example.com'],
      connect: ['https://api.example.com'],
    });
    expect((await stored('odd-meta', good, allowed)).hosts).toEqual({ resource: [], connect: [] });
  });

  it.each([
    ['plain', 'its server gave something else'],
    ['large', 'it is larger than 1 MiB'],
    ['missing', 'it could not be read'],
    ['slow', 'it could not be read'],
  ])('is left out with a reason when it is %s', async (page, reason) => {
    expect(await appOf(page)).toBe(`[This tool has an app, which is not shown because ${reason}.]`);
  });

  it('is left out when what it would show is too large', async () => {
    const large: McpToolResult = { ...good, structured: { text: 'x'.repeat(2_000_000) } };
    expect(await appOf('board', large)).toContain('larger than 1 MiB');
  });

  it('is not there for a tool without one, and not for a failure', async () => {
    expect(await appOf(undefined)).toBeUndefined();
    expect(await appOf('board', { ...good, isError: true })).toBeUndefined();
  });
});
