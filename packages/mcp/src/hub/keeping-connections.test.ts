import { describe, expect, it, vi } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { httpTarget, openHub } from '../__fixtures__/open-hub.ts';
import { cancelled, startOldServer, waiting } from '../__fixtures__/start-old-server.ts';
import { textOf } from '../__fixtures__/text-of.ts';

const keep = keepOpen();

const signal = AbortSignal.timeout(60_000);

describe('with a server of the 2025 era', () => {
  it('keeps one session for each holder and definition', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const headers = { authorization: 'Bearer other' };
    await hub.tools(httpTarget(server.url), signal);
    await hub.tools(httpTarget(server.url), signal);
    expect(server.sessions()).toHaveLength(1);
    await hub.tools(httpTarget(server.url, { holder: 'ann' }), signal);
    await hub.tools(
      httpTarget(server.url, { transport: { type: 'streamable-http', url: server.url, headers } }),
      signal,
    );
    expect(server.sessions()).toHaveLength(3);
    await hub.disconnect('http', 'ann');
    expect(server.sessions()).toHaveLength(2);
    await hub.disconnect('http');
    expect(server.sessions()).toHaveLength(0);
  });

  it('opens another session when the server forgot the one it had', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    expect(await textOf(hub, target, 'add', { a: 1, b: 2 })).toBe('3');
    server.forgetSessions();
    expect(await textOf(hub, target, 'add', { a: 2, b: 2 })).toBe('4');
  });

  it('tells the server that a call was cancelled', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const stop = new AbortController();
    const target = httpTarget(server.url);
    await hub.tools(target, signal);
    const call = hub.callTool(target, { name: 'wait', arguments: {} }, stop.signal);
    await vi.waitFor(() => expect(waiting).toContain('wait'), { timeout: 10_000 });
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled', mayHaveRun: true });
    await vi.waitFor(() => expect(cancelled).toContain('wait'), { timeout: 10_000 });
    expect(await textOf(hub, target, 'add', { a: 1, b: 2 })).toBe('3');
  });
});

describe('keeping connections', () => {
  it('closes what nobody uses and knows its tools all the same', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub({ limits: { idleMs: 50 } }));
    const target = httpTarget(server.url);
    const list = await hub.tools(target, signal);
    await vi.waitFor(() => expect(server.sessions()).toHaveLength(0), { timeout: 10_000 });
    expect(hub.status(target)).toEqual({ state: 'idle' });
    expect(await hub.tools(target, signal)).toBe(list);
    expect(server.sessions()).toHaveLength(0);
    expect(await textOf(hub, target, 'add', { a: 1, b: 2 })).toBe('3');
  });

  it('makes room by closing the connection that was not used for the longest time', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub({ limits: { connections: 2 } }));
    const targets = ['ann', 'bob', 'cyd'].map((holder) => httpTarget(server.url, { holder }));
    for (const target of targets) await hub.tools(target, signal);
    expect(targets.map((target) => hub.status(target).state)).toEqual(['idle', 'connected', 'connected']);
    expect(server.sessions()).toHaveLength(2);
  });

  it('leaves a server alone that cannot be reached, ever longer, and tries at once when told to', async () => {
    let now = 0;
    const hub = keep(openHub({ now: () => now }));
    const target = httpTarget('http://127.0.0.1:9/mcp');
    await expect(hub.tools(target, signal)).rejects.toMatchObject({ code: 'unreachable', mayHaveRun: false });
    expect(hub.status(target)).toMatchObject({ state: 'failing', code: 'unreachable', retryAt: new Date(1000) });
    await expect(hub.tools(target, signal)).rejects.toMatchObject({ code: 'backing-off', retryable: true });
    now = 1000;
    await expect(hub.tools(target, signal)).rejects.toMatchObject({ code: 'unreachable' });
    expect(hub.status(target)).toMatchObject({ retryAt: new Date(3000) });
    await expect(hub.connect(target, signal)).rejects.toMatchObject({ code: 'unreachable' });
    expect(hub.status(target)).toMatchObject({ retryAt: new Date(5000) });
  });
});
