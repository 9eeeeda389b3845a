import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { httpTarget, openHub, stdioTarget } from '../__fixtures__/open-hub.ts';
import { startModernServer } from '../__fixtures__/start-modern-server.ts';
import { startOldServer } from '../__fixtures__/start-old-server.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';

const keep = keepOpen();

const signal = AbortSignal.timeout(60_000);

/** Many calls at once, each with a user of its own behind it; what each was told in the end. */
async function bookMany(hub: McpHub, target: McpTarget): Promise<readonly (string | undefined)[]> {
  const calls = Array.from({ length: 12 }, (_, guests) =>
    hub.callTool(
      target,
      {
        name: 'book',
        arguments: { place: `place ${guests}` },
        onElicit: async () => ({ action: 'accept', content: { guests } }),
      },
      signal,
    ),
  );
  const results = await Promise.all(calls);
  return results.map(({ content }) => (content[0]?.type === 'text' ? content[0].text : undefined));
}

describe('questions of parallel calls on a shared connection', () => {
  const booked = Array.from({ length: 12 }, (_, guests) => `place ${guests} for ${guests}`);

  it.each([startModernServer, startOldServer])('go to their calls', async (start) => {
    const server = keep(await start());
    const hub = keep(openHub());
    expect(await bookMany(hub, httpTarget(server.url))).toEqual(booked);
  });

  it('go to their calls when a program of the 2026 era asks', async () => {
    const hub = keep(openHub());
    const program = stdioTarget([fileURLToPath(new URL('../__fixtures__/modern-stdio.ts', import.meta.url))]);
    expect(await hub.connect(program, signal)).toMatchObject({ name: 'modern', revision: '2026-07-28' });
    expect(await bookMany(hub, program)).toEqual(booked);
  });

  it('are declined where they cannot be told apart', async () => {
    const server = keep(await startOldServer('sse'));
    const hub = keep(openHub());
    const texts = await bookMany(hub, httpTarget(server.url));
    expect(texts.filter((text, guests) => text !== 'nothing booked' && text !== booked[guests])).toEqual([]);
  });
});

describe('the clock and the owner of a question', () => {
  it('asks about a question without a call only where it can mean one user', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const book = (target: McpTarget) =>
      hub.callTool(
        target,
        {
          name: 'book-anyhow',
          arguments: { place: 'Rome' },
          onElicit: async () => ({ action: 'accept', content: { guests: 2 } }),
        },
        signal,
      );
    const shared = httpTarget(server.url);
    await hub.tools(shared, signal);
    expect((await book(shared)).content).toEqual([{ type: 'text', text: 'Rome for 2' }]);
    const many = await Promise.all([book(shared), book(shared), book(shared)]);
    expect(many.map(({ content }) => content[0])).toContainEqual({ type: 'text', text: 'nothing booked' });
  });

  it('gives the user time, but not the server', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const target = httpTarget(server.url, { callTimeoutMs: 1000 });
    await hub.tools(target, signal);
    const booked = await hub.callTool(
      target,
      {
        name: 'book',
        arguments: { place: 'Rome' },
        onElicit: () =>
          new Promise((resolve) => {
            setTimeout(() => resolve({ action: 'accept', content: { guests: 9 } }), 2500);
          }),
      },
      signal,
    );
    expect(booked.content).toEqual([{ type: 'text', text: 'Rome for 9' }]);
    await expect(hub.callTool(target, { name: 'wait', arguments: {} }, signal)).rejects.toMatchObject({
      code: 'timed-out',
      mayHaveRun: true,
    });
  });
});
