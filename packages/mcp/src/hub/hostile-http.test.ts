import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHostileWorld } from '../__fixtures__/open-hostile-world.ts';
import type { HostileWorld } from '../__fixtures__/open-hostile-world.ts';
import { poke } from '../__fixtures__/start-raw-server.ts';
import type { RawExchange } from '../__fixtures__/start-raw-server.ts';

const megabytes = 1024 * 1024;

let world: HostileWorld;
beforeEach(async () => {
  world = await openHostileWorld();
});
afterEach(() => world.close());

const answerTo = ({ id }: RawExchange): unknown => ({ jsonrpc: '2.0', id, result: { content: [] } });

describe('a server that does not answer', () => {
  it('to a word of the new era is asked in the old one', async () => {
    const server = await world.start({ 'server/discover': () => undefined });
    const info = await world.hub.connect(world.target(server, { connectTimeoutMs: 4000 }), world.signal);
    expect(info.revision).toBe('2025-11-25');
  });

  it.each([['initialize'], ['initialize', 'server/discover']])(
    'at %s is given up and left alone',
    async (...methods) => {
      const server = await world.start(Object.fromEntries(methods.map((method) => [method, () => undefined])));
      const used = world.target(server, { connectTimeoutMs: 300 });
      await expect(world.hub.tools(used, world.signal)).rejects.toMatchObject({ code: 'timed-out', mayHaveRun: false });
      expect(world.hub.status(used)).toMatchObject({ state: 'failing', code: 'timed-out' });
      await vi.waitFor(() => expect(server.openRequests()).toBe(0), { timeout: 10_000 });
    },
  );

  it('to a list is given up at the deadline and left alone', async () => {
    const server = await world.start({ 'tools/list': () => undefined });
    const used = world.target(server, { callTimeoutMs: 1000 });
    await expect(world.hub.tools(used, world.signal)).rejects.toMatchObject({ code: 'timed-out' });
    await expect(world.hub.tools(used, world.signal)).rejects.toMatchObject({ code: 'backing-off' });
  });

  it('to a call is given up at the deadline, and its socket is let go', async () => {
    const server = await world.start({ 'tools/call': () => undefined });
    expect(await world.failureOf(server, { callTimeoutMs: 1000 })).toMatchObject({
      code: 'timed-out',
      mayHaveRun: true,
    });
    await vi.waitFor(() => expect(server.openRequests()).toBe(0), { timeout: 10_000 });
  });

  it('after it began a stream is given up too', async () => {
    const server = await world.start({ 'tools/call': ({ stream }) => stream() });
    expect(await world.failureOf(server, { callTimeoutMs: 1000 })).toMatchObject({
      code: 'timed-out',
      mayHaveRun: true,
    });
    await vi.waitFor(() => expect(server.openRequests()).toBe(0), { timeout: 10_000 });
  });

  it('with anything but progress is given up at ten times the deadline', async () => {
    const server = await world.start({
      'tools/call': ({ params, stream, event, response }) => {
        stream();
        const { progressToken } = params['_meta'] as { progressToken: number };
        const timer = setInterval(
          () => event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1 } }),
          20,
        );
        response.once('close', () => clearInterval(timer));
      },
    });
    expect(await world.failureOf(server, { callTimeoutMs: 400 })).toMatchObject({
      code: 'timed-out',
      mayHaveRun: true,
    });
  });
});

describe('a server that dies in the middle of a call', () => {
  it.each([
    { when: 'before it answers', die: ({ response }: RawExchange) => response.destroy() },
    {
      when: 'in its stream',
      die: ({ stream, response }: RawExchange) => {
        stream();
        response.write(': hello\n\n', () => response.destroy());
      },
    },
    {
      when: 'in its JSON',
      die: ({ response }: RawExchange) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"jsonrpc":', () => response.destroy());
      },
    },
    {
      when: 'by ending its stream politely',
      die: ({ stream, response }: RawExchange) => {
        stream();
        response.end();
      },
    },
  ])('$when is reported at once', async ({ die }) => {
    const server = await world.start({ 'tools/call': die });
    expect(await world.failureOf(server)).toMatchObject({ code: 'connection-lost', mayHaveRun: true, retryable: true });
    await expect(world.hub.tools(world.target(server), world.signal)).resolves.toMatchObject({ problems: [] });
  });

  it('is asked for the rest of its stream when it numbered the events', async () => {
    let pending: unknown;
    const server = await world.start({
      'tools/call': (exchange) => {
        pending = answerTo(exchange);
        exchange.stream();
        exchange.response.end('id: 1\nretry: 10\ndata:\n\n');
      },
      GET: ({ request, response, stream, event }) => {
        if (request.headers['last-event-id'] !== '1') return response.writeHead(405).end();
        stream();
        event(pending);
        return response.end();
      },
    });
    const used = world.target(server);
    expect(await world.hub.callTool(used, { name: 'poke', arguments: {} }, world.signal)).toMatchObject({
      isError: false,
    });
  });
});

describe('a server that sends too much', () => {
  it('in JSON', async () => {
    const server = await world.start({
      'tools/call': ({ reply }) => reply({ content: [{ type: 'text', text: 'x'.repeat(50 * megabytes) }] }),
    });
    expect(await world.failureOf(server)).toMatchObject({ code: 'too-large', mayHaveRun: true });
  });

  it('in a compressed answer that is small on the wire', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * megabytes, 32));
    const server = await world.start({
      'tools/call': ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    });
    expect(await world.failureOf(server)).toMatchObject({ code: 'too-large', mayHaveRun: true });
  });

  it('in one line of a stream', async () => {
    const server = await world.start({
      'tools/call': ({ stream, response }) => {
        stream();
        response.end(`data: ${'x'.repeat(6 * megabytes)}\n\n`);
      },
    });
    expect(await world.failureOf(server)).toMatchObject({ code: 'too-large', mayHaveRun: true });
  });

  it('in many lines of a stream', async () => {
    const line = `data: ${'x'.repeat(megabytes)}\n`;
    const server = await world.start({
      'tools/call': ({ stream, response }) => {
        stream();
        for (let count = 0; count < 50; count += 1) response.write(line);
        response.end('\n');
      },
    });
    expect(await world.failureOf(server)).toMatchObject({ code: 'too-large', mayHaveRun: true });
  });

  it('as an error text', async () => {
    const server = await world.start({
      'tools/call': ({ response }) => response.writeHead(500).end('x'.repeat(50 * megabytes)),
    });
    const failure = await world.failureOf(server);
    expect(failure).toMatchObject({ code: 'unreachable' });
    expect(failure.message.length).toBeLessThan(600);
  });

  it('as notifications nobody asked for', async () => {
    const server = await world.start({
      'tools/call': ({ stream, event, response }) => {
        stream();
        const flood = setInterval(() => {
          for (let count = 0; count < 1000 && !response.destroyed; count += 1) {
            event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'spam' } });
          }
        }, 1);
        response.once('close', () => clearInterval(flood));
      },
    });
    expect(await world.failureOf(server)).toMatchObject({
      code: 'too-large',
      message: expect.stringContaining('floods'),
    });
  });

  it('as changes of its list, which cost one listing', async () => {
    let listings = 0;
    const server = await world.start({
      GET: ({ stream, event }) => {
        stream();
        for (let count = 0; count < 1000; count += 1) {
          event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        }
      },
      'tools/list': ({ reply }) => {
        listings += 1;
        reply({ tools: [poke] });
      },
    });
    const changes = vi.fn<(serverId: string, holder: string) => void>();
    await world.hub.tools(world.target(server), world.signal);
    world.hub.onChange(changes);
    await new Promise((resolve) => setImmediate(resolve));
    await world.hub.tools(world.target(server), world.signal);
    await world.hub.tools(world.target(server), world.signal);
    expect(listings).toBeLessThanOrEqual(3);
    expect(changes.mock.calls.length).toBeLessThan(10);
  });
});
