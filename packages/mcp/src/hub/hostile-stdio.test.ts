import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHub, stdioTarget } from '../__fixtures__/open-hub.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';

const script = fileURLToPath(new URL('../__fixtures__/hostile-stdio.ts', import.meta.url));
const signal = AbortSignal.timeout(120_000);
let hub: McpHub;

beforeEach(() => {
  hub = openHub();
});

afterEach(async () => {
  const { content } = await call(program('healthy'));
  assert.deepEqual(content, [{ type: 'text', text: 'poked' }]);
  await hub.close();
});

function program(mode: string, more: Parameters<typeof stdioTarget>[1] = {}): McpTarget {
  return stdioTarget([script, mode], { id: mode, ...more });
}

async function call(target: McpTarget) {
  return await hub.callTool(target, { name: 'poke', arguments: {} }, signal);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a program that does not work', () => {
  it('cannot be started', async () => {
    const transport = { type: 'stdio' as const, command: '/does/not/exist', args: [], env: {} };
    await expect(call(program('missing', { transport }))).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: false,
    });
  });

  it('ends at once', async () => {
    const target = program('exit-at-once');
    await expect(call(target)).rejects.toMatchObject({ mayHaveRun: false, retryable: true });
    expect(hub.status(target)).toMatchObject({ state: 'failing' });
  });

  it('says nothing', async () => {
    const target = program('hang-at-connect', { connectTimeoutMs: 600 });
    await expect(call(target)).rejects.toMatchObject({ code: 'timed-out', mayHaveRun: false });
  });

  it('knows only the old handshake and ends at any other word', async () => {
    expect((await call(program('exit-at-probe'))).content).toEqual([{ type: 'text', text: 'poked' }]);
  });

  it('writes a lot to its error stream and works all the same', async () => {
    expect((await call(program('chatty'))).content).toEqual([{ type: 'text', text: 'poked' }]);
  });
});

describe('a program that goes wrong in a call', () => {
  it('hangs', async () => {
    const target = program('hang-in-call', { callTimeoutMs: 1500 });
    await expect(call(target)).rejects.toMatchObject({ code: 'timed-out', mayHaveRun: true });
  });

  it.each(['die-in-call', 'exit-in-call', 'half-answer'])('dies: %s', async (mode) => {
    const target = program(mode);
    await expect(call(target)).rejects.toMatchObject({ code: 'connection-lost', mayHaveRun: true, retryable: true });
    // The first loss is forgiven at once; a server that keeps dying is left alone.
    await expect(call(target)).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(call(target)).rejects.toMatchObject({ code: 'backing-off' });
    expect(hub.status(target)).toMatchObject({ state: 'failing' });
  });

  it.each(['huge-answer', 'endless-line', 'flood', 'garbage'])('sends too much: %s', async (mode) => {
    await expect(call(program(mode))).rejects.toMatchObject({ code: 'too-large', mayHaveRun: expect.any(Boolean) });
  });

  it('answers between messages that mean nothing', async () => {
    expect((await call(program('wrong-ids'))).content).toEqual([{ type: 'text', text: 'poked' }]);
  });

  it('answers with something nested without end', async () => {
    await expect(call(program('nested'))).rejects.toMatchObject({ code: 'malformed', mayHaveRun: true });
  });
});

describe('what a program gets and leaves', () => {
  it('sees PATH, HOME, LANG and what its definition names, and nothing else of ours', async () => {
    await hub.close();
    hub = openHub({ environment: { ...process.env, LANG: 'C', SECRET: 'secret' } });
    const transport = {
      type: 'stdio' as const,
      command: process.execPath,
      args: [script, 'environment'],
      env: { OWN: '1' },
    };
    const { content } = await call(program('environment', { transport }));
    const seen = JSON.parse(content[0]?.type === 'text' ? content[0].text : '{}') as Record<string, string>;
    expect(seen).toMatchObject({ PATH: process.env['PATH'], LANG: 'C', OWN: '1' });
    expect(Object.keys(seen).filter((name) => !['PATH', 'HOME', 'LANG', 'OWN'].includes(name))).toEqual([]);
  });

  it('is ended when it does not want to', async () => {
    const target = program('stubborn');
    await call(target);
    await hub.disconnect('stubborn');
    expect(hub.status(target)).toEqual({ state: 'idle' });
  });

  it('is ended with its whole family', async () => {
    const { content } = await call(program('family'));
    const grandchild = Number(content[0]?.type === 'text' ? content[0].text : Number.NaN);
    expect(isAlive(grandchild)).toBe(true);
    await hub.disconnect('family');
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), { timeout: 10_000 });
  });
});
