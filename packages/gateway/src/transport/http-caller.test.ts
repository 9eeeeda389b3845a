import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Answer, Call } from '../core/call.ts';
import type { Codec } from '../core/codec.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createOpenAiChatCodec } from '../dialects/openai-chat/codec.ts';
import { makeCall } from '../routing/testing/made-calls.ts';
import { chunk, doneMark, sendStream, startScriptedUpstream, streamOf } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createHttpCaller } from './http-caller.ts';

const codec = createOpenAiChatCodec();
const dispatcher = createDispatcher();
const now = (): number => performance.now();
const caller = createHttpCaller({ codecs: { 'openai-chat': codec }, dispatcher, now });
const patient = { connect: 5000, headers: 5000, content: 5000, idle: 5000 };
const never = new AbortController().signal;

let upstream: ScriptedUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

async function targetOf(script: UpstreamScript, more: Partial<Target> = {}): Promise<Target> {
  upstream = await startScriptedUpstream(script);
  return {
    provider: 'Test',
    dialect: 'openai-chat',
    baseUrl: upstream.baseUrl,
    model: 'up',
    timeouts: patient,
    ...more,
  };
}

async function eventsOf({ batches }: Answer): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of batches) events.push(...batch);
  return events;
}

function wireCall(fields: Partial<Call> = {}): Call {
  const body = Buffer.from('{"model":"quick","messages":[{"role":"user","content":"Hi"}],"stream":true}');
  return makeCall({ wire: { dialect: 'openai-chat', body }, ...fields });
}

const endless: UpstreamScript = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ content: 'tick' }));
};
const begun = chunk({ role: 'assistant', content: '' });

describe('one attempt over HTTP', () => {
  test('resolves with the first content, and hands on everything from the very first event', async () => {
    let say: (() => void) | undefined;
    const target = await targetOf(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(begun);
      say = () => void response.end(chunk({ content: 'a' }, 'stop') + doneMark);
    });
    let isThere = false;
    const asking = caller(makeCall(), target, never).then((answer) => {
      isThere = true;
      return answer;
    });
    await vi.waitFor(() => expect(say).toBeDefined());
    expect(isThere).toBe(false);
    say?.();
    const events = await eventsOf(await asking);
    expect(events.map(({ type }) => type)).toEqual(['answer-start', 'text-delta', 'finish']);
  });

  test.each([
    [
      'an error inside status 200',
      `${begun}data: {"error":{"message":"busy","code":"overloaded_error"}}\n\n`,
      'overloaded',
    ],
    ['an end before any content', begun, 'stream-cut'],
    ['nothing that could be read', 'data: {nonsense\n\n', 'stream-malformed'],
  ])('%s is an exception, as if nothing had been said', async (_name, text, code) => {
    const target = await targetOf(({ response }) => sendStream(response, text));
    await expect(caller(wireCall(), target, never)).rejects.toMatchObject({ code });
  });

  test('an empty answer that ended well is an answer', async () => {
    const target = await targetOf(({ response }) => sendStream(response, begun + chunk({}, 'stop') + doneMark));
    const answer = await caller(makeCall(), target, never);
    expect((await eventsOf(answer)).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect(await answer.ended).toEqual({});
  });

  test('a client of the same dialect gets bytes, any other one events', async () => {
    const target = await targetOf(({ response }) => sendStream(response, streamOf('a', 'b')));
    const wire = await eventsOf(await caller(wireCall(), target, never));
    const bytes = wire.map((event) => (event.type === 'wire' ? event.bytes.toString() : '')).join('');
    expect(bytes).toBe(streamOf('a', 'b'));
    expect(wire.filter(({ type }) => type !== 'wire').map(({ type }) => type)).toEqual(['usage', 'finish']);
    const events = await eventsOf(await caller(makeCall(), target, never));
    expect(events.map(({ type }) => type)).toEqual(['answer-start', 'text-delta', 'text-delta', 'usage', 'finish']);
    expect(JSON.parse(upstream?.exchanges[0]?.body ?? '')).toMatchObject({ model: 'up' });
  });

  test('a failure after content is an event, and `ended` tells of it', async () => {
    const target = await targetOf(({ response }) => sendStream(response, chunk({ content: 'half' })));
    const answer = await caller(makeCall(), target, never);
    expect((await eventsOf(answer)).at(-1)).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
    expect(await answer.ended).toMatchObject({ error: { code: 'stream-cut' } });
  });

  test('what could not be read is counted on the trail', async () => {
    const bad = `${chunk({ content: 'a' })}data: {"broken\n\n${chunk({ content: 'b' }, 'stop')}${doneMark}`;
    const target = await targetOf(({ response }) => sendStream(response, bad));
    const call = makeCall();
    await eventsOf(await caller(call, target, never));
    expect(call.trail.malformed).toBe(1);
  });

  test.each([
    ['start', { startBy: 60 }],
    ['whole', { deadline: 60 }],
  ])('never waits beyond the %s deadline of the call', async (_name, limits) => {
    const target = await targetOf(() => undefined);
    const at = Object.fromEntries(Object.entries(limits).map(([name, ms]) => [name, now() + ms]));
    await expect(caller(makeCall(at), target, never)).rejects.toMatchObject({ code: 'timeout' });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });

  test('an answer that runs beyond the deadline is cut there', async () => {
    const target = await targetOf(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(chunk({ content: 'x' })), 5);
      response.once('close', () => clearInterval(timer));
    });
    const answer = await caller(makeCall({ deadline: now() + 150 }), target, never);
    expect((await eventsOf(answer)).at(-1)).toMatchObject({ type: 'failure', error: { code: 'timeout' } });
  });

  test('a reader that leaves, or never comes, closes the call', async () => {
    const target = await targetOf(endless);
    const left = await caller(makeCall(), target, never);
    await left.batches[Symbol.asyncIterator]().return?.();
    expect(await left.ended).toMatchObject({ error: { code: 'cancelled' } });
    const abort = new AbortController();
    const unread = await caller(makeCall(), target, abort.signal);
    abort.abort();
    expect(await unread.ended).toMatchObject({ error: { code: 'cancelled' } });
    await vi.waitFor(() => expect(upstream?.openSockets.size).toBe(0), { timeout: 4000 });
  });
});

describe('who pays', () => {
  test.each([
    [{}, 'authorization', 'Bearer secret-key'],
    [{ keyHeader: 'api-key' as const }, 'api-key', 'secret-key'],
    [{ keyHeader: 'authorization' as const }, 'authorization', 'Bearer secret-key'],
  ])('with %j the key goes into %s', async (more, header, value) => {
    const target = await targetOf(({ response }) => sendStream(response, streamOf('a')), {
      apiKey: 'secret-key',
      ...more,
    });
    await eventsOf(await caller(makeCall(), target, never));
    expect(upstream?.exchanges[0]?.request.headers[header]).toBe(value);
  });

  test('a dialect that signs sees the body that is sent', async () => {
    const signing: Codec = {
      ...codec,
      authorize: ({ url, body, headers }) => ({
        'x-signature': `${url.pathname} ${String(body).length} ${headers['content-type']}`,
      }),
    };
    const target = await targetOf(({ response }) => sendStream(response, streamOf('a')));
    const signed = createHttpCaller({ codecs: { 'openai-chat': signing }, dispatcher, now });
    await eventsOf(await signed(makeCall(), target, never));
    const { request, body } = upstream?.exchanges[0] ?? {};
    expect(request?.headers['x-signature']).toBe(`/v1/chat/completions ${body?.length} application/json`);
  });
});
