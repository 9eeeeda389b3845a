import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest } from '../../core/model-request.ts';
import type { Target, Timeouts } from '../../core/provider-strategy.ts';
import {
  chunk,
  doneMark,
  sendStream,
  startScriptedUpstream,
  streamOf,
  usageChunk,
} from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamExchange, UpstreamScript } from '../../testing/scripted-upstream.ts';
import { createDispatcher } from '../../transport/create-dispatcher.ts';
import { createOpenAiChatStrategy } from './strategy.ts';

const patient: Timeouts = { connect: 5000, headers: 5000, content: 5000, idle: 5000 };
const apiKey = 'sk-test-very-secret-key';
const question: ModelRequest = {
  model: 'm',
  instructions: ['Be brief.'],
  turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
};

const dispatcher = createDispatcher();
const strategy = createOpenAiChatStrategy({ dispatcher });
let upstream: ScriptedUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

async function targetOf(script: UpstreamScript, timeouts: Partial<Timeouts> = {}): Promise<Target> {
  upstream = await startScriptedUpstream(script);
  return { provider: 'Test', baseUrl: upstream.baseUrl, apiKey, model: 'up', timeouts: { ...patient, ...timeouts } };
}

async function collect(
  target: Target,
  request = question,
  signal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of strategy.stream(request, target, signal)) events.push(event);
  return events;
}

const textOf = (events: readonly ModelEvent[]): string =>
  events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

describe('calling a chat completions upstream', () => {
  test('asks as OpenAI documents it and yields what comes', async () => {
    const target = await targetOf(({ response }) => sendStream(response, streamOf('Hel', 'lo')));
    const events = await collect(target, {
      ...question,
      turns: [
        ...question.turns,
        { role: 'assistant', parts: [{ type: 'tool-call', callId: 'c1', name: 'f', input: '' }] },
        { role: 'tool', callId: 'c1', output: '42' },
      ],
      tools: [{ name: 'f', description: 'does it', inputSchema: { type: 'object' } }],
      toolChoice: { name: 'f' },
      sampling: { temperature: 0, maxOutputTokens: 9 },
      idempotencyKey: 'once',
    });
    expect(events).toEqual([
      { type: 'answer-start', id: 'chatcmpl-9', model: 'up' },
      { type: 'text-delta', part: 0, text: 'Hel' },
      { type: 'text-delta', part: 0, text: 'lo' },
      { type: 'usage', usage: { input: 3, output: 2 } },
      { type: 'finish', reason: 'stop' },
    ]);
    const { request, body } = upstream?.exchanges[0] ?? {};
    expect(request?.url).toBe('/v1/chat/completions');
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'idempotency-key': 'once',
    });
    expect(JSON.parse(body ?? '')).toEqual({
      model: 'up',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '42' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'does it', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      temperature: 0,
      max_tokens: 9,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('uses a connection again after a whole answer', async () => {
    const target = await targetOf(({ response }) => sendStream(response, streamOf('a')));
    for (let call = 0; call < 6; call += 1) {
      await collect(target);
      // The pool frees a connection a turn of the event loop after its answer.
      await setImmediate();
    }
    expect(upstream?.openSockets.size).toBe(1);
  });

  test('reads an answer that came in one piece', async () => {
    const message = {
      role: 'assistant',
      content: 'Whole',
      tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }],
    };
    const target = await targetOf(({ response }) =>
      response
        .setHeader('content-type', 'application/json; charset=utf-8')
        .end(JSON.stringify({ id: 'x', choices: [{ message, finish_reason: 'stop' }], usage: { prompt_tokens: 1 } })),
    );
    expect((await collect(target)).map(({ type }) => type)).toEqual([
      'answer-start',
      'text-delta',
      'tool-input-delta',
      'usage',
      'finish',
    ]);
  });

  test.each([
    [401, 'upstream-auth'],
    [404, 'model-not-found'],
    [400, 'upstream-refused'],
    [500, 'upstream-error'],
    [529, 'overloaded'],
  ])('tells status %i as %s, in the words of the upstream and without keys', async (status, code) => {
    const words = `No luck with ${apiKey} and sk-other-1234567890`;
    const target = await targetOf(({ response }) =>
      response.writeHead(status).end(JSON.stringify({ error: { message: words } })),
    );
    const error = await collect(target).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, upstreamStatus: status });
    expect(String(error)).toContain('No luck with [redacted] and [redacted]');
  });

  test.each([
    [{ code: 'context_length_exceeded' }, 'context-exceeded'],
    [{ code: 'content_filter' }, 'content-filtered'],
    [{ type: 'exceed_context_size_error', code: 400 }, 'context-exceeded'],
  ])('knows the vendor code of %o', async (error, code) => {
    const target = await targetOf(({ response }) =>
      response.writeHead(400).end(JSON.stringify({ error: { message: 'm', ...error } })),
    );
    await expect(collect(target)).rejects.toMatchObject({ code });
  });

  test('reads Retry-After of a limited upstream', async () => {
    const target = await targetOf(({ response }) => response.writeHead(429, { 'retry-after': '7' }).end('{}'));
    await expect(collect(target)).rejects.toMatchObject({ code: 'upstream-limited', retryAfterMs: 7000 });
  });

  test.each([200, 404])('says that a web page with status %i means a wrong base URL', async (status) => {
    const target = await targetOf(({ response }) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Open WebUI</title>'),
    );
    const bare = { ...target, baseUrl: target.baseUrl.replace('/v1', '') };
    await expect(collect(bare)).rejects.toMatchObject({
      code: 'upstream-error',
      message: expect.stringContaining('/v1'),
    });
  });

  test('a path that the server does not know hints at the missing /v1', async () => {
    const target = await targetOf(({ response }) => response.writeHead(404).end('{"detail":"Not Found"}'));
    const bare = { ...target, baseUrl: target.baseUrl.replace('/v1', '') };
    await expect(collect(bare)).rejects.toMatchObject({ message: expect.stringMatching(/Not Found\. .*\/v1/) });
    await expect(collect(target)).rejects.toMatchObject({ message: expect.not.stringContaining('/v1') });
  });

  test('does not follow redirects', async () => {
    const target = await targetOf(({ response }) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    await expect(collect(target)).rejects.toMatchObject({ code: 'upstream-refused', upstreamStatus: 302 });
  });

  test('says that nothing listens', async () => {
    const target = await targetOf(() => undefined);
    await upstream?.close();
    await expect(collect(target)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('running'),
    });
  });

  test.each([
    ['https', 'does not speak HTTPS there'],
    ['http', 'did not answer in HTTP'],
  ])('says what is wrong with %s to a port that speaks something else', async (protocol, words) => {
    const other = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')));
    await once(other.listen({ host: '127.0.0.1', port: 0 }), 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const target = { provider: 'Test', baseUrl: `${protocol}://127.0.0.1:${port}/v1`, model: 'up', timeouts: patient };
    await expect(collect(target)).rejects.toMatchObject({ code: 'network', message: expect.stringContaining(words) });
    other.close();
  });

  test('says that an answer came compressed', async () => {
    const target = await targetOf(({ response }) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
        .end(gzipSync(streamOf('zipped') + doneMark)),
    );
    await expect(collect(target)).rejects.toMatchObject({
      code: 'stream-malformed',
      message: expect.stringContaining('compressed'),
    });
  });

  test('keeps the text before a cut and ends with the failure', async () => {
    const target = await targetOf(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'half' }), () => response.destroy());
    });
    const events = await collect(target);
    expect(textOf(events)).toBe('half');
    expect(events.at(-1)).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
  });

  test('an ordinary end without finish reason and [DONE] is a cut as well', async () => {
    const target = await targetOf(({ response }) => sendStream(response, chunk({ content: 'half' })));
    expect((await collect(target)).at(-1)).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
  });

  test('a cut after the finish reason is a success', async () => {
    const target = await targetOf(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'all' }) + chunk({}, 'stop') + usageChunk, () => response.destroy());
    });
    expect((await collect(target)).slice(-2)).toEqual([
      { type: 'usage', usage: { input: 3, output: 2 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('an error as the first event is thrown', async () => {
    const target = await targetOf(({ response }) =>
      sendStream(response, `data: {"error":{"message":"busy","code":"overloaded_error"}}\n\n${doneMark}`),
    );
    await expect(collect(target)).rejects.toMatchObject({ code: 'overloaded', message: 'busy' });
  });
});

describe('waiting for an upstream', () => {
  test('gives up when no headers come', async () => {
    const target = await targetOf(() => undefined, { headers: 30 });
    await expect(collect(target)).rejects.toMatchObject({ code: 'timeout' });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });

  test('gives up when headers are followed by comments only', async () => {
    const target = await targetOf(
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`: thinking\n\n${chunk({ role: 'assistant' })}`);
      },
      { content: 30 },
    );
    await expect(collect(target)).resolves.toMatchObject([
      { type: 'answer-start' },
      { type: 'failure', error: { code: 'timeout' } },
    ]);
  });

  test('gives up when the stream falls silent, and keeps its text', async () => {
    const target = await targetOf(
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(chunk({ content: 'half' }));
      },
      { idle: 30 },
    );
    const events = await collect(target);
    expect(textOf(events)).toBe('half');
    expect(events.at(-1)).toMatchObject({ type: 'failure', error: { code: 'timeout' } });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });
});

function endless({ response }: UpstreamExchange): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ content: 'tick' }));
}

describe('leaving an upstream', () => {
  test('an abort ends the stream and closes the socket', async () => {
    const target = await targetOf(endless);
    const abort = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of strategy.stream(question, target, abort.signal)) {
      events.push(event);
      if (event.type === 'text-delta') abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'failure', error: { code: 'cancelled' } });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });

  test('an abort before the headers rejects and closes the socket', async () => {
    const abort = new AbortController();
    const target = await targetOf(() => abort.abort());
    await expect(collect(target, question, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });

  test('an abort from before is not sent at all', async () => {
    const target = await targetOf(endless);
    await expect(collect(target, question, AbortSignal.abort())).rejects.toBeInstanceOf(GatewayError);
    expect(upstream?.exchanges).toEqual([]);
  });

  test('a reader that stops reading closes the socket', async () => {
    const target = await targetOf(endless);
    for await (const event of strategy.stream(question, target, new AbortController().signal)) {
      if (event.type === 'text-delta') break;
    }
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });
});
