import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { httpTarget, openHub, stdioTarget } from '../__fixtures__/open-hub.ts';
import { startModernServer } from '../__fixtures__/start-modern-server.ts';
import { startOldServer } from '../__fixtures__/start-old-server.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';

const script = fileURLToPath(new URL('../__fixtures__/hostile-stdio.ts', import.meta.url));
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** How many things keep the process alive. */
const handles = (): number => process.getActiveResourcesInfo().length;

/** Timers of the test runner and sockets that fetch keeps for its next request come and go. */
const noise = 10;
const noiseMegabytes = 8;

async function heapMegabytes(): Promise<number> {
  // What finalizers let go of is collected the next time.
  for (let round = 0; round < 5; round += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

interface Rounds {
  readonly hub: McpHub;
  readonly target: McpTarget;
  readonly use: (hub: McpHub, target: McpTarget, signal: AbortSignal) => Promise<unknown>;
  readonly signal: AbortSignal;
}

async function go({ hub, target, use, signal }: Rounds, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await use(hub, target, signal);
    await hub.disconnect(target.server.id);
  }
}

/** Connects and disconnects so often; what is there afterwards that was not there after a few rounds. */
async function growthAfter(
  rounds: Rounds,
  count: number,
): Promise<{ handles: number; listeners: number; megabytes: number }> {
  await go(rounds, Math.ceil(count / 5));
  const before = handles();
  const heapBefore = await heapMegabytes();
  await go(rounds, count);
  // Sockets and timers end a moment later.
  for (let tries = 0; tries < 100 && handles() > before + noise; tries += 1) await delay(50);
  return {
    handles: Math.max(0, handles() - before - noise),
    listeners: getEventListeners(rounds.signal, 'abort').length,
    megabytes: Math.max(0, Math.floor(((await heapMegabytes()) - heapBefore) / noiseMegabytes)),
  };
}

const nothing = { handles: 0, listeners: 0, megabytes: 0 };

const callAdd = (hub: McpHub, target: McpTarget, signal: AbortSignal) =>
  hub.callTool(target, { name: 'add', arguments: { a: 1, b: 2 } }, signal);

describe('a thousand connections', () => {
  it('to a server of the 2026 era leave nothing behind', { timeout: 120_000 }, async () => {
    const server = await startModernServer();
    const rounds = {
      hub: openHub(),
      target: httpTarget(server.url),
      use: callAdd,
      signal: new AbortController().signal,
    };
    expect(await growthAfter(rounds, 500)).toEqual(nothing);
    await rounds.hub.close();
    await server.close();
  });

  it('to a server of the 2025 era leave nothing behind', { timeout: 120_000 }, async () => {
    const server = await startOldServer();
    const rounds = {
      hub: openHub(),
      target: httpTarget(server.url),
      use: callAdd,
      signal: new AbortController().signal,
    };
    expect(await growthAfter(rounds, 500)).toEqual(nothing);
    expect(server.sessions()).toEqual([]);
    await rounds.hub.close();
    await server.close();
  });

  it('to a program leave nothing behind', { timeout: 120_000 }, async () => {
    const rounds = {
      hub: openHub(),
      target: stdioTarget([script, 'healthy']),
      use: (hub: McpHub, target: McpTarget, signal: AbortSignal) =>
        hub.callTool(target, { name: 'poke', arguments: {} }, signal),
      signal: new AbortController().signal,
    };
    expect(await growthAfter(rounds, 50)).toEqual(nothing);
    await rounds.hub.close();
  });

  it('that fail leave nothing behind', { timeout: 120_000 }, async () => {
    const failures = new Set<string>();
    const rounds = {
      hub: openHub(),
      target: httpTarget('http://127.0.0.1:9/mcp'),
      use: (hub: McpHub, target: McpTarget, signal: AbortSignal) =>
        hub.tools(target, signal).catch((error: unknown) => failures.add(String(error))),
      signal: new AbortController().signal,
    };
    expect(await growthAfter(rounds, 500)).toEqual(nothing);
    expect([...failures]).toHaveLength(1);
    await rounds.hub.close();
  });
});

describe('ten thousand calls', () => {
  it('on one connection leave nothing behind', { timeout: 120_000 }, async () => {
    const server = await startModernServer();
    const hub = openHub();
    const target = httpTarget(server.url);
    const { signal } = new AbortController();
    const callMany = async (count: number): Promise<void> => {
      for (let batch = 0; batch < count / 20; batch += 1) {
        await Promise.all(Array.from({ length: 20 }, () => callAdd(hub, target, signal)));
      }
    };
    await callMany(400);
    const heapBefore = await heapMegabytes();
    await callMany(2000);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect((await heapMegabytes()) - heapBefore).toBeLessThan(noiseMegabytes);
    await hub.close();
    await server.close();
  });
});
