import { afterEach, describe, expect, it, vi } from 'vitest';
import { httpTarget, openHub } from '../__fixtures__/open-hub.ts';
import { startModernServer } from '../__fixtures__/start-modern-server.ts';
import { cancelled, startOldServer, waiting } from '../__fixtures__/start-old-server.ts';
import type { McpElicitation } from '../core/mcp-elicitation.ts';
import type { McpHub } from '../core/mcp-hub.ts';
import type { McpTarget } from '../core/mcp-server.ts';
import type { McpToolCall } from '../core/mcp-tool.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close();
});

function keep<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

const signal = AbortSignal.timeout(60_000);

async function textOf(
  hub: McpHub,
  target: McpTarget,
  name: string,
  given: Record<string, unknown> = {},
): Promise<string> {
  const { content } = await hub.callTool(target, { name, arguments: given }, signal);
  const [first] = content;
  return first?.type === 'text' ? first.text : '';
}

const starts = [
  { era: '2026-07-28', start: () => startModernServer() },
  { era: '2025-11-25', start: () => startOldServer() },
  { era: '2025-11-25', over: 'sse', start: () => startOldServer('sse') },
];

describe.each(starts)('with a server of $era $over', ({ era, start }) => {
  it('connects on demand and says what the server says of itself', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    expect(hub.status(target)).toEqual({ state: 'idle' });
    expect(hub.knownTools(target)).toBeUndefined();

    const info = await hub.connect(target, signal);
    expect(info).toMatchObject({ revision: era, version: '1.0.0', capabilities: { tools: true, resources: true } });
    expect(hub.status(target)).toEqual({ state: 'connected' });

    const list = await hub.tools(target, signal);
    expect(list.instructions).toBe(info.instructions);
    expect(list.problems).toEqual([]);
    expect(list.tools.find(({ name }) => name === 'add')?.inputSchema).toMatchObject({
      type: 'object',
      required: ['a', 'b'],
    });
    expect(hub.knownTools(target)).toBe(list);
  });

  it('calls tools, reads resources and fills in prompts', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    expect(await textOf(hub, target, 'add', { a: 1, b: 2 })).toBe('3');
    expect(await hub.resources(target, signal)).toMatchObject([{ uri: 'note://one', mimeType: 'text/plain' }]);
    expect(await hub.resourceTemplates(target, signal)).toEqual([]);
    expect(await hub.readResource(target, 'note://one', signal)).toMatchObject([{ uri: 'note://one', text: 'One.' }]);
    expect(await hub.prompts(target, signal)).toMatchObject([
      { name: 'greet', arguments: [{ name: 'name', required: true }] },
    ]);
    expect(await hub.getPrompt(target, 'greet', { name: 'Ann' }, signal)).toEqual([
      { role: 'user', content: { type: 'text', text: 'Greet Ann.' } },
    ]);
  });

  it('asks the user what the server asks, and declines where nobody can answer', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    const asked: McpElicitation[] = [];
    const result = await hub.callTool(
      target,
      {
        name: 'book',
        arguments: { place: 'Rome' },
        onElicit: async (request) => {
          asked.push(request);
          return { action: 'accept', content: { guests: 3 } };
        },
      },
      signal,
    );
    expect(result.content).toEqual([{ type: 'text', text: 'Rome for 3' }]);
    expect(asked).toMatchObject([{ kind: 'form', schema: { properties: { guests: { type: 'number' } } } }]);
    expect(await textOf(hub, target, 'book', { place: 'Rome' })).toBe('nothing booked');
  });

  it('sends the user to a page', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const asked: McpElicitation[] = [];
    const result = await hub.callTool(
      httpTarget(server.url),
      {
        name: 'visit',
        arguments: {},
        onElicit: async (request) => {
          asked.push(request);
          return { action: 'accept' };
        },
      },
      signal,
    );
    expect(asked).toEqual([{ kind: 'url', message: 'Pay here', url: 'https://pay.example/1' }]);
    expect(result.content).toMatchObject([{ text: expect.stringContaining('visited') }]);
  });

  it('lets the server ask a model, or refuses', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    const call = { name: 'summarise', arguments: { what: 'a book' } };
    const onSample = vi.fn<NonNullable<McpToolCall['onSample']>>(async () => ({ model: 'guide', text: 'It is long.' }));
    expect((await hub.callTool(target, { ...call, onSample }, signal)).content).toEqual([
      { type: 'text', text: 'It is long.' },
    ]);
    expect(onSample.mock.calls[0]).toMatchObject([
      { maxTokens: 10, messages: [{ role: 'user', content: [{ type: 'text', text: 'a book' }] }] },
      expect.any(AbortSignal),
    ]);
    // One era fails the call, the other tells the tool.
    const refused = await hub.callTool(target, call, signal).catch((error: unknown) => error);
    expect(refused).toMatchObject(era === '2026-07-28' ? { code: 'refused' } : { isError: true });
  });

  it('keeps the questions of parallel calls apart', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url, { holder: 'ann' });
    const places = Array.from({ length: 12 }, (_, index) => `place ${index}`);
    const results = await Promise.all(
      places.map((place, index) =>
        hub.callTool(
          target,
          {
            name: 'book',
            arguments: { place },
            onElicit: async ({ message }) => ({
              action: 'accept',
              content: { guests: message.includes('at') && !message.includes(`${place}?`) ? -1 : index },
            }),
          },
          signal,
        ),
      ),
    );
    // Over one shared channel the newest call is asked, which belongs to the same user.
    const texts = results.map(({ content }) => (content[0]?.type === 'text' ? content[0].text : ''));
    const mixed = texts.filter((text, index) => text !== `place ${index} for ${index}`);
    expect(server.url.endsWith('/sse') ? [] : mixed).toEqual([]);
  });

  it('tells of progress and of the server’s log', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const progress: number[] = [];
    const lines: string[] = [];
    await hub.callTool(
      httpTarget(server.url),
      {
        name: 'slow',
        arguments: {},
        onProgress: (step) => progress.push(step.progress),
        onLog: ({ text }) => lines.push(text),
      },
      signal,
    );
    expect(progress).toEqual([1, 2, 3]);
    expect(lines).toEqual(['almost there']);
  });

  it('lists again when the server says that its tools changed', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    await hub.tools(target, signal);
    const changes = vi.fn<(serverId: string, holder: string) => void>();
    hub.onChange(changes);
    // Whoever listens begins to a moment after connecting.
    await vi.waitFor(
      () => {
        server.addTool();
        expect(changes).toHaveBeenCalledWith('http', 'shared');
      },
      { timeout: 10_000 },
    );
    expect(hub.knownTools(target)?.tools.some(({ name }) => name === 'added')).toBe(false);
    const { tools } = await hub.tools(target, signal);
    expect(tools.some(({ name }) => name === 'added')).toBe(true);
    expect(await textOf(hub, target, 'added')).toBe('added');
  });

  it('knows no tool that the server does not list', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    await expect(
      hub.callTool(httpTarget(server.url), { name: 'nothing', arguments: {} }, signal),
    ).rejects.toMatchObject({
      code: 'unknown-tool',
    });
  });
});

describe('with a server of the 2026 era', () => {
  it('gives up on a tool that asks without end', async () => {
    const server = keep(await startModernServer());
    const hub = keep(openHub({ limits: { inputRounds: 3 } }));
    let questions = 0;
    const call = hub.callTool(
      httpTarget(server.url),
      {
        name: 'never-enough',
        arguments: {},
        onElicit: async () => {
          questions += 1;
          return { action: 'accept', content: {} };
        },
      },
      signal,
    );
    await expect(call).rejects.toMatchObject({ code: 'refused' });
    expect(questions).toBe(3);
  });

  it('completes arguments', async () => {
    const server = keep(await startModernServer());
    const hub = keep(openHub());
    const request = { of: { type: 'prompt' as const, name: 'greet' }, argument: { name: 'name', value: 'A' } };
    expect(await hub.complete(httpTarget(server.url), request, signal)).toEqual({ values: ['Ann'], hasMore: false });
  });

  it('gives a tool’s own failure as an answer', async () => {
    const server = keep(await startModernServer());
    const hub = keep(openHub());
    expect(await hub.callTool(httpTarget(server.url), { name: 'fail', arguments: {} }, signal)).toMatchObject({
      isError: true,
    });
  });

  it('lists once for many who ask at the same time, on one connection', async () => {
    const server = keep(await startModernServer());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    const lists = await Promise.all(Array.from({ length: 20 }, () => hub.tools(target, signal)));
    expect(new Set(lists).size).toBe(1);
    expect(server.listings()).toBe(1);
  });
});

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

  it('does not stop the clock for the server, but for the user', async () => {
    const server = keep(await startOldServer());
    const hub = keep(openHub());
    const target = httpTarget(server.url, { callTimeoutMs: 300 });
    await hub.tools(target, signal);
    const booked = await hub.callTool(
      target,
      {
        name: 'book',
        arguments: { place: 'Rome' },
        onElicit: () =>
          new Promise((resolve) => {
            setTimeout(() => resolve({ action: 'accept', content: { guests: 9 } }), 900);
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
