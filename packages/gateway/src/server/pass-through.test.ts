import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultSettings } from '../config/default-settings.ts';
import {
  chunk,
  doneMark,
  sendStream,
  startScriptedUpstream,
  streamOf,
  usageChunk,
} from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const apiKey = 'sk-upstream-secret-key';
const messages = [{ role: 'user', content: 'Hi' }];
const ask = { model: 'openai/up', messages, stream: true } as const;

let upstream: ScriptedUpstream;
let gateway: TestGateway;
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

/** One try and no breaker: what is made of failures is told elsewhere. */
const once = {
  retry: { ...defaultSettings.retry, maxTries: 1 },
  breaker: { ...defaultSettings.breaker, failures: 1e9 },
};

async function start(script: UpstreamScript): Promise<void> {
  upstream = await startScriptedUpstream(script);
  const variables = { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: upstream.baseUrl };
  gateway = await startTestGateway(variables, [], undefined, once);
}

describe('passing a call through to an upstream of the same dialect', () => {
  test('changes nothing in the body but the model and the wish for usage', async () => {
    await start(({ response }) => sendStream(response, streamOf('a')));
    const body = String.raw` { "x" : 9007199254740993, "a":1,"a":2, "__proto__":{"model":"inner"}, "model" :"openai/up" ,
      "messages":[{"role":"user","content":"\u00e9 \"model\":"}],"stream":true, "stream_options":{"include_usage":false,"z":1}}`;
    const response = await gateway.post(body, { headers: { 'idempotency-key': 'k1' } });
    expect(response.status).toBe(200);
    await response.text();
    expect(upstream.exchanges[0]?.body).toBe(
      body.replace('"openai/up"', '"up"').replace('{"include_usage":false,"z":1}', '{"include_usage":true,"z":1}'),
    );
    expect(upstream.exchanges[0]?.request.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'idempotency-key': 'k1',
    });
  });

  test('hides the usage it asked for itself, and nothing else', async () => {
    await start(({ response }) => sendStream(response, streamOf('a', 'b')));
    const text = await (await gateway.post(ask)).text();
    expect(text).toBe(streamOf('a', 'b').replace(usageChunk, ''));
    expect(JSON.parse(upstream.exchanges[0]?.body ?? '')).toMatchObject({ stream_options: { include_usage: true } });
    expect(gateway.logged.join()).toContain('"usage":{"input":3,"output":2}');
  });

  test('is byte-exact when the client asks for usage', async () => {
    const odd = `: hello\r\n\r\nevent: message\r\nid: 7\r\n${streamOf('ü', '🌍').replaceAll('\n', '\r\n')}`;
    await start(({ response }) => sendStream(response, odd));
    const response = await gateway.post({ ...ask, stream_options: { include_usage: true } });
    expect(await response.text()).toBe(odd);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-parley-model')).toBe('up');
  });

  test('is byte-exact for whole answers', async () => {
    const answer =
      '{ "id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"\\u00e9"},"finish_reason":"stop"}],"usage":{"prompt_tokens":12345678901234567890} }';
    await start(({ response }) => response.setHeader('content-type', 'application/json').end(answer));
    const response = await gateway.post({ model: 'openai/up', messages });
    expect(await response.text()).toBe(answer);
    expect(JSON.parse(upstream.exchanges[0]?.body ?? '')).toEqual({ model: 'up', messages });
  });

  test('leaves out what no client could read', async () => {
    await start(({ response }) =>
      sendStream(response, chunk({ content: 'a' }) + 'data: {"broken\n\n' + chunk({ content: 'b' }, 'stop') + doneMark),
    );
    expect(await (await gateway.post(ask)).text()).toBe(
      chunk({ content: 'a' }) + chunk({ content: 'b' }, 'stop') + doneMark,
    );
    expect(gateway.logged.join()).toContain('"malformed":1');
  });

  test('completes an end that lacks its mark but had its reason', async () => {
    await start(({ response }) => sendStream(response, chunk({ content: 'a' }, 'stop')));
    expect(await (await gateway.post(ask)).text()).toBe(chunk({ content: 'a' }, 'stop') + doneMark);
  });

  test('keeps the end mark apart from a last event without its blank line', async () => {
    await start(({ response }) => sendStream(response, chunk({ content: 'a' }, 'stop').trimEnd()));
    expect(await (await gateway.post(ask)).text()).toBe(chunk({ content: 'a' }, 'stop') + doneMark);
  });

  test.each(['end', 'destroy'] as const)('never passes off a cut by %s as an answer', async (cut) => {
    await start(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'half' }) + 'data: {"choi', () => response[cut]());
    });
    const text = await (await gateway.post(ask)).text();
    expect(text.startsWith(chunk({ content: 'half' }))).toBe(true);
    expect(text).toContain('"code":"stream_cut"');
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('{"choi\n');
  });

  test('a cut after any event before the finish reason is an error, after it a success', async () => {
    const events = streamOf('a', 'b', 'c').split(/(?<=\n\n)/);
    const finish = events.findIndex((event) => event.includes('"finish_reason":"stop"'));
    let cut = 0;
    await start(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      response.write(events.slice(0, cut).join('') || ':\n\n', () => response.destroy());
    });
    for (cut = 0; cut <= events.length; cut += 1) {
      const response = await gateway.post(ask);
      const text = await response.text();
      expect(text.includes('[DONE]')).toBe(cut > finish);
      expect(text.includes('stream_cut')).toBe(cut <= finish);
      expect(response.status).toBe(cut < 2 ? 502 : 200);
    }
  });

  test('an error before any content keeps its status', async () => {
    await start(({ response }) =>
      sendStream(
        response,
        chunk({ role: 'assistant', content: '' }) + 'data: {"error":{"message":"no room","code":503}}\n\n',
      ),
    );
    const response = await gateway.post(ask);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { message: 'no room', code: '503' } });
  });

  test('hands on status, Retry-After and words of a refusal, without keys', async () => {
    await start(({ response }) =>
      response
        .writeHead(429, { 'retry-after': '3', 'x-secret': 'internal' })
        .end(JSON.stringify({ error: { message: `slow down ${apiKey}`, code: 'rate_limit_exceeded', param: 'p' } })),
    );
    const response = await gateway.post(ask);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(response.headers.get('x-secret')).toBeNull();
    expect(await response.json()).toEqual({
      error: {
        message: 'The OpenAI-compatible provider is limiting requests: slow down [redacted]',
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        param: 'p',
      },
    });
  });

  test('a whole answer that is cut short is an error', async () => {
    await start(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"choices":[', () => response.destroy());
    });
    const response = await gateway.post({ model: 'openai/up', messages });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'network' } });
  });

  test('status 200 with an error inside is an error', async () => {
    await start(({ response }) =>
      response.setHeader('content-type', 'application/json').end('{"error":{"message":"quota"}}'),
    );
    const response = await gateway.post({ model: 'openai/up', messages });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { message: 'quota' } });
  });

  test('an upstream that is down is an error, never the guide', async () => {
    await start(() => undefined);
    await upstream.close();
    const response = await gateway.post({ ...ask, model: 'chat-fast' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'network' } });
  });
});

describe('clients that leave or are slow', () => {
  test('a client that leaves closes the upstream socket and frees the pool', async () => {
    await start(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'tick' }));
    });
    const abort = new AbortController();
    const response = await gateway.post(ask, { signal: abort.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    expect(gateway.running()).toBe(1);
    abort.abort();
    await vi.waitFor(() => expect([upstream.openSockets.size, gateway.running()]).toEqual([0, 0]), { timeout: 4000 });
  });

  test('a client that leaves before the headers does so too', async () => {
    const abort = new AbortController();
    await start(() => abort.abort());
    await expect(gateway.post(ask, { signal: abort.signal })).rejects.toThrow(/abort/);
    await vi.waitFor(() => expect([upstream.openSockets.size, gateway.running()]).toEqual([0, 0]), { timeout: 4000 });
  });

  test('a slow client pauses the upstream; leaving while paused frees it', async () => {
    const line = chunk({ content: 'x'.repeat(16_000) });
    let written = 0;
    await start(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const fill = (): void => {
        while (!response.destroyed) {
          written += line.length;
          if (!response.write(line)) break;
        }
      };
      response.on('drain', fill);
      fill();
    });
    const client = await openRawRequest(gateway.url, JSON.stringify(ask));
    client.pause();
    const settled = await untilSteady(() => written);
    expect(settled).toBeLessThan(40 * 1024 * 1024);
    expect(gateway.running()).toBe(1);
    client.destroy();
    await vi.waitFor(() => expect([upstream.openSockets.size, gateway.running()]).toEqual([0, 0]), { timeout: 4000 });
  }, 15_000);
});

/** A request over a bare socket, so that nothing reads the response for us. */
async function openRawRequest(url: string, body: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.write(head + body);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

/** The value once it no longer changes between looks. */
async function untilSteady(read: () => number): Promise<number> {
  let last = -1;
  await vi.waitFor(
    () => {
      const now = read();
      const isSteady = now === last;
      last = now;
      expect(isSteady).toBe(true);
    },
    { interval: 150, timeout: 8000 },
  );
  return last;
}
