import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
const object = (more: object) => ({ type: 'object', ...more });
const refuseWith = (status: number) => (exchange: RawExchange) => exchange.response.writeHead(status).end();
const nested = (depth: number) =>
  `{"jsonrpc":"2.0","id":ID,"result":{"content":[],"structuredContent":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}}`;
const json = (body: string) => (exchange: RawExchange) =>
  exchange.response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(body.replace('ID', JSON.stringify(exchange.id)));

describe('a server that speaks something else', () => {
  it.each([
    { what: 'no JSON', say: json('{"jsonrpc": oops') },
    { what: 'no JSON-RPC', say: json('{"hello": "world"}') },
    { what: 'a result for another request', say: json('{"jsonrpc":"2.0","id":4711,"result":{"content":[]}}') },
    { what: 'a result of another kind', say: json('{"jsonrpc":"2.0","id":ID,"result":{"content":"text"}}') },
    {
      what: 'a result without content',
      say: json('{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"smell"}]}}'),
    },
    {
      what: 'a page',
      say: ({ response }: RawExchange) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    },
    { what: 'nothing', say: ({ response }: RawExchange) => response.writeHead(202).end() },
    {
      what: 'no JSON in a stream',
      say: ({ stream, response }: RawExchange) => {
        stream();
        response.end('data: {"jsonrpc": oops\n\n');
      },
    },
    { what: 'a result nested deep', say: json(nested(1000)) },
    { what: 'a result nested without end', say: json(nested(1_000_000)) },
  ])('is told apart: $what', async ({ say }) => {
    expect(await world.failureOf(await world.start({ 'tools/call': say }))).toMatchObject({
      code: 'malformed',
      mayHaveRun: true,
    });
  });

  it('gets its answer through between messages that mean nothing', async () => {
    const server = await world.start({
      'tools/call': (exchange) => {
        exchange.stream();
        exchange.response.write('data: not json\n\nevent: odd\ndata: {}\n\n: comment\n\n');
        exchange.event({ jsonrpc: '2.0', id: 4711, result: {} });
        exchange.event({ jsonrpc: '2.0', method: 'notifications/unheard-of' });
        exchange.event(answerTo(exchange));
        exchange.response.end();
      },
    });
    expect(await world.hub.callTool(world.target(server), { name: 'poke', arguments: {} }, world.signal)).toMatchObject(
      { isError: false },
    );
  });

  it('refuses with a JSON-RPC error, whose text is cut', async () => {
    const server = await world.start({
      'tools/call': ({ id, response }) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            jsonrpc: '2.0',
            id,
            error: { code: -32603, message: `Broken. ${'x'.repeat(megabytes)}` },
          }),
        ),
    });
    const failure = await world.failureOf(server);
    expect(failure).toMatchObject({ code: 'refused', message: expect.stringMatching(/^Broken\./) });
    expect(failure.message.length).toBeLessThan(600);
  });
});

describe('tools that cannot be used', () => {
  it('are left out, each with a reason, and cannot be called', async () => {
    const deep = JSON.parse(`${'{"properties":{"a":'.repeat(100)}{}${'}}'.repeat(100)}`) as object;
    const server = await world.start({
      'tools/list': ({ reply }) =>
        reply({
          tools: [
            poke,
            { ...poke, description: 'Another one.' },
            { name: 'large', inputSchema: object({ description: 'x'.repeat(2 * megabytes) }) },
            {
              name: 'remote',
              inputSchema: object({ properties: { a: { $ref: 'https://elsewhere.example/schema.json' } } }),
            },
            { name: 'remote-output', inputSchema: object({}), outputSchema: object({ $ref: 'file:///etc/passwd' }) },
            { name: 'local', inputSchema: object({ properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: {} } }) },
            { name: 'deep', inputSchema: object(deep) },
            { name: 'two\nlines', inputSchema: object({}) },
            { name: '', inputSchema: object({}) },
            { name: 'no-object', inputSchema: { type: 'string' } },
            { name: 'no-schema' },
            { description: 'no name', inputSchema: object({}) },
            'no tool',
          ],
        }),
    });
    const list = await world.hub.tools(world.target(server), world.signal);
    expect(list.tools.map(({ name }) => name)).toEqual(['poke', 'local']);
    expect(list.problems.map(({ tool }) => tool)).toEqual([
      'poke',
      'large',
      'remote',
      'remote-output',
      'deep',
      'two�lines',
      '',
      'no-object',
      'no-schema',
      '',
      '',
    ]);
    await expect(
      world.hub.callTool(world.target(server), { name: 'remote', arguments: {} }, world.signal),
    ).rejects.toMatchObject({
      code: 'unknown-tool',
      message: expect.stringContaining('another document'),
    });
  });

  it('are cut off where a server pages for ever', async () => {
    let pages = 0;
    const server = await world.start({
      'tools/list': ({ reply }) => {
        pages += 1;
        reply({ tools: [{ ...poke, name: `poke-${pages}` }], nextCursor: `page ${pages}` });
      },
    });
    const { tools, problems } = await world.hub.tools(world.target(server), world.signal);
    expect(tools).toHaveLength(50);
    expect(pages).toBe(50);
    expect(problems).toEqual([{ tool: '…', reason: 'The server lists more tools than can be used.' }]);
  });

  it('are cut off where a server lists a million', async () => {
    const server = await world.start({
      'tools/list': ({ reply }) =>
        reply({ tools: Array.from({ length: 5000 }, (_, index) => ({ ...poke, name: `${index}` })) }),
    });
    const { tools } = await world.hub.tools(world.target(server), world.signal);
    expect(tools).toHaveLength(1000);
  });
});

describe('a server that redirects', () => {
  it.each([307, 302])('elsewhere with %i is not followed, and its credentials stay', async (status) => {
    const elsewhere = await world.start({});
    const server = await world.start({
      initialize: ({ response }) => response.writeHead(status, { location: elsewhere.url }).end(),
      'server/discover': ({ response }) => response.writeHead(status, { location: elsewhere.url }).end(),
    });
    const headers = { authorization: 'Bearer secret' };
    const used = world.target(server, { transport: { type: 'streamable-http', url: server.url, headers } });
    const failure = world.hub.tools(used, world.signal);
    await expect(failure).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('redirects') });
    expect(elsewhere.requests).toEqual([]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('within its origin is followed by the fetch that was given', async () => {
    const seen: string[] = [];
    await world.close();
    world = await openHostileWorld({
      fetch: async (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        seen.push(`${url} ${init?.redirect}`);
        const isFirst = seen.length === 1;
        return isFirst
          ? new Response(null, { status: 307, headers: { location: '/mcp?again' } })
          : await fetch(input, init);
      },
    });
    const server = await world.start({});
    await world.hub.tools(world.target(server), world.signal);
    expect(seen.slice(0, 2)).toEqual([`${server.url} manual`, `${server.url}?again manual`]);
  });
});

describe('a server that wants no us', () => {
  it.each([401, 403])('refuses with %i, which no sign-in would change', async (status) => {
    const refuse = refuseWith(status);
    const server = await world.start({ initialize: refuse, 'server/discover': refuse });
    await expect(world.hub.tools(world.target(server), world.signal)).rejects.toMatchObject({
      code: 'refused',
      retryable: false,
    });
  });

  it('that is in trouble is tried again later', async () => {
    const refuse = refuseWith(503);
    const server = await world.start({ initialize: refuse, 'server/discover': refuse });
    await expect(world.hub.tools(world.target(server), world.signal)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    });
    await expect(world.hub.tools(world.target(server), world.signal)).rejects.toMatchObject({ code: 'backing-off' });
  });
});
