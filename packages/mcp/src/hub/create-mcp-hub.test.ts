import { describe, expect, it, vi } from 'vitest';
import { keepOpen } from '../__fixtures__/keep-open.ts';
import { httpTarget, openHub } from '../__fixtures__/open-hub.ts';
import { startModernServer } from '../__fixtures__/start-modern-server.ts';
import { startOldServer } from '../__fixtures__/start-old-server.ts';
import { textOf } from '../__fixtures__/text-of.ts';
import type { McpElicitation } from '../core/mcp-elicitation.ts';
import type { McpToolCall } from '../core/mcp-tool.ts';

const keep = keepOpen();

const signal = AbortSignal.timeout(60_000);

const starts = [
  { era: '2026-07-28', over: 'Streamable HTTP', start: () => startModernServer() },
  { era: '2025-11-25', over: 'Streamable HTTP', start: () => startOldServer() },
  { era: '2025-11-25', over: 'HTTP+SSE', start: () => startOldServer('sse') },
];

describe.each(starts)('with a server of $era over $over', ({ era, start }) => {
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

  it('gives the caller what its own callback threw, and the server nothing of it', async () => {
    const server = keep(await start());
    const hub = keep(openHub());
    const target = httpTarget(server.url);
    const failure = new Error('The database is gone.');
    const onElicit = () => Promise.reject(failure);
    await expect(hub.callTool(target, { name: 'book', arguments: { place: 'Rome' }, onElicit }, signal)).rejects.toBe(
      failure,
    );
    expect(await textOf(hub, target, 'add', { a: 1, b: 2 })).toBe('3');
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
