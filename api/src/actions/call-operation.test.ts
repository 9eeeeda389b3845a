import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { callOperation } from './call-operation.ts';
import type { ActionCredentials } from './call-operation.ts';
import type { OpenApiOperation } from './openapi-document.ts';

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** In the place of a status: the server closes the connection instead of answering. */
const hungUp = 0;
let seen: Seen[] = [];
let answer = { status: 200, body: '{"ok":true}' };
const server = createServer((request, response) => {
  void take(request, response);
});
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  seen.push({ request, body: await readText(request) });
  if (answer.status === hungUp) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body);
}
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const serverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;

afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen = [];
  answer = { status: 200, body: '{"ok":true}' };
});

const operation: OpenApiOperation = {
  operationId: 'act',
  method: 'post',
  path: '/things/{id}',
  summary: '',
  description: '',
  parameters: [
    { name: 'id', in: 'path' },
    { name: 'tags', in: 'query' },
    { name: 'X-Trace', in: 'header' },
    { name: 'Authorization', in: 'header' },
  ],
  body: { schema: {}, isRequired: true },
};

async function call(input: Record<string, unknown>, credentials: ActionCredentials = { kind: 'none' }) {
  const signal = AbortSignal.timeout(5_000);
  return await callOperation({ operation, serverUrl, credentials, fetch }, input, signal);
}

describe('a call of an operation', () => {
  it('puts arguments in their places', async () => {
    const result = await call({ id: 'a/b c', tags: ['x', 'y'], 'X-Trace': 't1', body: { n: 1 } });
    expect(result).toEqual({ output: '{"ok":true}', failed: false });
    const [{ request, body }] = seen as [Seen];
    expect([request.method, request.url, body]).toEqual(['POST', '/v1/things/a%2Fb%20c?tags=x&tags=y', '{"n":1}']);
    expect(request.headers['x-trace']).toBe('t1');
  });

  it.each([
    [{ kind: 'bearer', secret: 's' }, 'authorization', 'Bearer s'],
    [{ kind: 'basic', secret: 'u:p' }, 'authorization', 'Basic dTpw'],
    [{ kind: 'header', secret: 's', header: 'X-Key' }, 'x-key', 's'],
  ] as const)('says who calls by %o', async (credentials, header, value) => {
    await call({ id: '1', body: {} }, credentials);
    expect(seen[0]?.request.headers[header]).toBe(value);
  });

  it('may carry its key in the address', async () => {
    await call({ id: '1', body: {} }, { kind: 'header', secret: 'a&b', header: 'query:key' });
    expect(seen[0]?.request.url).toBe('/v1/things/1?key=a%26b');
  });

  it('never lets a model say who calls', async () => {
    await call({ id: '1', Authorization: 'Bearer stolen', body: {} });
    expect(seen[0]?.request.headers.authorization).toBeUndefined();
  });

  it.each([{ id: '..' }, { id: '' }, { id: '1', 'X-Trace': 'a\r\nHost: evil' }])(
    'sends nothing for %o',
    async (input) => {
      expect(await call({ body: {}, ...input })).toMatchObject({ failed: true });
      expect(seen).toEqual([]);
    },
  );

  it('tells what an error says, and stays within bounds', async () => {
    answer = { status: 422, body: 'x'.repeat(10_000) };
    const { output, failed } = await call({ id: '1', body: {} });
    expect(failed).toBe(true);
    expect(output).toMatch(/^The server answered 422/);
    expect(output.length).toBeLessThan(2_100);
  });

  it.each([
    { spelling: 'ada:key/1', credentials: { kind: 'bearer', secret: 'ada:key/1' } },
    { spelling: 'YWRhOmtleS8x', credentials: { kind: 'basic', secret: 'ada:key/1' } },
    { spelling: 'ada%3Akey%2F1', credentials: { kind: 'header', secret: 'ada:key/1', header: 'query:key' } },
  ] as const)(
    'keeps its key to itself when the server says it again as $spelling',
    async ({ spelling, credentials }) => {
      answer = { status: 200, body: `You sent ${spelling}.` };
      expect(await call({ id: '1', body: {} }, credentials)).toEqual({ output: 'You sent [key].', failed: false });
    },
  );

  it('says that the outcome is unknown when the server hangs up', async () => {
    answer = { status: hungUp, body: '' };
    expect(await call({ id: '1', body: {} })).toEqual({
      output: 'The connection to the server failed. It may have done what was asked all the same.',
      failed: true,
    });
  });

  it('does not read an answer without end', async () => {
    answer = { status: 200, body: 'x'.repeat(6 * 1024 * 1024) };
    expect(await call({ id: '1', body: {} })).toMatchObject({ failed: true, output: expect.stringContaining('5 MB') });
  });
});
