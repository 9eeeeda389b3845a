import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Provider } from '../core/gateway-config.ts';
import type { Dialect } from '../core/model-request.ts';
import { chunk, sendStream, startScriptedUpstream, streamOf } from '../testing/scripted-upstream.ts';
import type { UpstreamScript } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Client {
  readonly name: string;
  /** Path and body of a streamed request for `model`. */
  readonly ask: (model: string) => { readonly path: string; readonly body: Record<string, unknown> };
  /** The message inside an error body of this dialect; undefined when it does not look like one. */
  readonly messageOf: (body: unknown) => string | undefined;
}

const inError = (body: unknown): string | undefined => (body as { error?: { message?: string } }).error?.message;
const user = [{ role: 'user', content: 'Hi' }];

const clients: readonly Client[] = [
  {
    name: 'chat completions',
    ask: (model) => ({ path: '/v1/chat/completions', body: { model, messages: user, stream: true } }),
    messageOf: inError,
  },
  {
    name: 'responses',
    ask: (model) => ({ path: '/v1/responses', body: { model, input: 'Hi', stream: true } }),
    messageOf: inError,
  },
  {
    name: 'messages',
    ask: (model) => ({ path: '/v1/messages', body: { model, max_tokens: 100, messages: user, stream: true } }),
    messageOf: (body) => ((body as { type?: string }).type === 'error' ? inError(body) : undefined),
  },
  {
    name: 'generateContent',
    ask: (model) => ({
      path: `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
      body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    }),
    messageOf: (body) => ((body as { error?: { status?: string } }).error?.status ? inError(body) : undefined),
  },
];

const timeouts = { connect: 1000, headers: 1500, content: 1500, idle: 700 };

async function gatewayAt(script: UpstreamScript, dialect: Dialect = 'openai-chat'): Promise<TestGateway> {
  const upstream = await startScriptedUpstream(script);
  closers.push(() => upstream.close());
  const provider: Provider = {
    name: 'up',
    label: 'Upstream',
    dialect,
    baseUrl: upstream.baseUrl,
    keys: ['sk-secret-upstream-key'],
    timeouts,
    presence: 'configured',
    preferred: {},
    isPreferenceExplicit: true,
  };
  const gateway = await startTestGateway({}, [], undefined, {
    providers: [provider],
    retry: { maxTries: 1, longestWaitMs: 0, initialDelayMs: 1, maxDelayMs: 1 },
    // The last target in line gets what is left of it.
    startDeadlineMs: 2000,
  });
  closers.push(() => gateway.close());
  return gateway;
}

function post({ url }: TestGateway, path: string, body: string | object, headers: Record<string, string> = {}) {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}

/** Whether the gateway still answers, and holds no upstream connection for what went before. */
async function expectUnharmed(gateway: TestGateway): Promise<void> {
  await vi.waitFor(() => expect(gateway.running()).toBe(0), { timeout: 10_000 });
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
}

describe.each(clients)('a client of $name', ({ ask, messageOf }) => {
  it('learns that its body is no JSON', async () => {
    const gateway = await gatewayAt(() => undefined);
    for (const body of ['{"model": "up/x", ', '', 'null', '[]', '"text"', '{}']) {
      const response = await post(gateway, ask('up/x').path, body);
      expect(response.status).toBe(400);
      expect(messageOf(await response.json())).toMatch(/./);
    }
    await expectUnharmed(gateway);
  });

  it('learns which models there are when it asks for another', async () => {
    const gateway = await gatewayAt(({ response }) => response.writeHead(200).end('{"data":[{"id":"x"}]}'));
    const { path, body } = ask('no-such-model');
    const response = await post(gateway, path, body);
    expect(response.status).toBe(404);
    expect(messageOf(await response.json())).toMatch(/up\/…|up\/x/);
  });

  it('is served without /v1 in its path, too', async () => {
    const gateway = await gatewayAt(({ response }) => sendStream(response, streamOf('Hello')));
    const { path, body } = ask('up/x');
    const response = await post(gateway, path.replace(/^\/v1(?:beta)?/, ''), body);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Hello');
  });

  it('is refused with a body of 50 MB, and the next request is not', async () => {
    const gateway = await gatewayAt(({ response }) => sendStream(response, streamOf('Hello')));
    const { path, body } = ask('up/x');
    const response = await post(gateway, path, { ...body, padding: 'x'.repeat(50 * 1024 * 1024) });
    expect(response.status).toBe(413);
    expect(messageOf(await response.json())).toMatch(/20 MB/);
    expect((await post(gateway, path, body)).status).toBe(200);
    await expectUnharmed(gateway);
  });

  it('gets an error of its dialect for each way an upstream can go wrong before content', async () => {
    const wrongs: UpstreamScript[] = [
      ({ response }) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
      ({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('\0\x01garbage\n\n'),
      ({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"choi'),
      ({ response }) => response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":'),
      ({ response }) => response.destroy(),
      ({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
    ];
    for (const wrong of wrongs) {
      const gateway = await gatewayAt(wrong);
      const { path, body } = ask('up/x');
      const response = await post(gateway, path, body);
      expect(response.status).toBeGreaterThanOrEqual(500);
      const text = await response.text();
      expect(messageOf(JSON.parse(text))).toMatch(/Upstream/);
      expect(text).not.toMatch(/sk-secret|127\.0\.0\.1/);
      await expectUnharmed(gateway);
    }
  });

  it('gets an error event, and no end that looks good, for each way an upstream can go wrong after content', async () => {
    const begin = chunk({ role: 'assistant', content: 'Half an' });
    const head = { 'content-type': 'text/event-stream' };
    const wrongs: UpstreamScript[] = [
      ({ response }) => response.writeHead(200, head).end(begin),
      ({ response }) => response.writeHead(200, head).end(`${begin}data: {"choices":[{"delta":{"content":" ans`),
      ({ response }) => void response.writeHead(200, head).write(begin, () => setTimeout(() => response.destroy(), 20)),
      ({ response }) => void response.writeHead(200, head).write(begin),
      ({ response }) => response.writeHead(200, head).end(`${begin}data: {"error":{"message":"overloaded"}}\n\n`),
    ];
    for (const wrong of wrongs) {
      const gateway = await gatewayAt(wrong);
      const { path, body } = ask('up/x');
      const text = await (await post(gateway, path, body)).text();
      expect(text).toContain('Half an');
      expect(text).toMatch(/error/);
      expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed|"finishReason":"STOP"/);
      await expectUnharmed(gateway);
    }
  });

  it('survives a line of 10 MB, and an upstream that never ends', async () => {
    const big = await gatewayAt(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(streamOf('x'.repeat(10 * 1024 * 1024)));
    });
    const { path, body } = ask('up/x');
    const answer = await post(big, path, body);
    const text = await answer.text();
    expect(answer.status === 200 ? text.length : 10 * 1024 * 1024).toBeGreaterThanOrEqual(10 * 1024 * 1024);
    await expectUnharmed(big);

    const endless = await gatewayAt(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(chunk({ content: 'more ' })), 5);
      response.once('close', () => clearInterval(timer));
    });
    const leaving = new AbortController();
    const response = await fetch(endless.url + path, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    await expectUnharmed(endless);
  });

  it('cannot smuggle headers through what it writes', async () => {
    const gateway = await gatewayAt(({ response }) => sendStream(response, streamOf('Hello')));
    const { path, body } = ask('up/evil\r\nx-injected: yes');
    const response = await post(gateway, path, body);
    await response.text();
    expect(response.headers.get('x-injected')).toBeNull();
    const odd = await post(gateway, path, body, { 'idempotency-key': 'a b', 'x-session-id': 'ü\u00ff'.repeat(300) });
    expect(odd.status).toBeLessThan(500);
    await odd.text();
    await expectUnharmed(gateway);
  });

  it('needs a key where keys are configured, and is told so in its dialect', async () => {
    const gateway = await startTestGateway({ GATEWAY_API_KEYS: 'the-right-key' });
    closers.push(() => gateway.close());
    const { path, body } = ask('guide');
    const refused = await post(gateway, path, body, { authorization: 'Bearer wrong' });
    expect(refused.status).toBe(401);
    expect(messageOf(await refused.json())).toMatch(/key/);
    for (const header of ['authorization', 'x-api-key', 'x-goog-api-key']) {
      const value = header === 'authorization' ? 'Bearer the-right-key' : 'the-right-key';
      expect((await post(gateway, path, body, { [header]: value })).status).toBe(200);
    }
  });
});

describe('a bad request that only its upstream could judge', () => {
  it.each([
    [
      'a tool whose schema is no object',
      { tools: [{ type: 'function', function: { name: 'f', parameters: 'nonsense' } }] },
    ],
    ['a tool without a name', { tools: [{ type: 'function', function: { parameters: {} } }] }],
    ['messages of an unknown role', { messages: [{ role: 'wizard', content: 'x' }] }],
    [
      'a result without its call',
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'tool', content: 'x' },
        ],
      },
    ],
  ])('is answered with 400 when it is translated: %s', async (_name, fields) => {
    const gateway = await gatewayAt(({ response }) => response.writeHead(500).end(), 'anthropic-messages');
    const response = await gateway.post({ model: 'up/x', messages: user, stream: true, ...fields });
    expect(response.status).toBe(400);
    expect(inError(await response.json())).toMatch(/./);
  });

  it('is answered with 400 when a picture is only an address, where an upstream takes none', async () => {
    const gateway = await gatewayAt(({ response }) => response.writeHead(500).end(), 'ollama-chat');
    const picture = { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } };
    const response = await gateway.post({ model: 'up/x', messages: [{ role: 'user', content: [picture] }] });
    expect(response.status).toBe(400);
    expect(inError(await response.json())).toMatch(/image|picture/i);
  });
});

describe('what is hardly HTTP', () => {
  it('is refused, and the next request is served', async () => {
    const gateway = await startTestGateway({});
    closers.push(() => gateway.close());
    const port = Number(new URL(gateway.url).port);
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    );
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes.toString()).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    const half = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions' });
    half.on('error', () => undefined);
    half.write('{"model"');
    half.destroy();
    await expectUnharmed(gateway);
  });
});
