import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelEvent } from '../core/model-event.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createOpenAiChatStrategy } from '../dialects/openai-chat/strategy.ts';
import { startPacedUpstream, wordsUpTo } from '../testing/paced-upstream.ts';
import type { PacedUpstream } from '../testing/paced-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { createDispatcher } from '../transport/create-dispatcher.ts';

let upstream: PacedUpstream;
let gateway: TestGateway;
beforeEach(async () => {
  upstream = await startPacedUpstream();
  gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

function target(): Target {
  return {
    provider: 'Gateway',
    baseUrl: `${gateway.url}/v1`,
    model: 'openai/up',
    timeouts: { connect: 5_000, headers: 5_000, content: 5_000, idle: 5_000 },
  };
}

async function collect(events: AsyncIterable<ModelEvent>, into: ModelEvent[]): Promise<void> {
  for await (const event of events) into.push(event);
}

describe('the strategy as a client of a recording gateway', () => {
  const dispatcher = createDispatcher();
  const strategy = createOpenAiChatStrategy({ dispatcher });
  const request: ModelRequest = {
    model: 'openai/up',
    instructions: [],
    turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    sampling: {},
    idempotencyKey: 'generation-1:0',
  };

  test('is told that an answer is recorded, and gets the same events again', async () => {
    const [first, second]: [ModelEvent[], ModelEvent[]] = [[], []];
    const asking = collect(strategy.stream(request, target(), AbortSignal.timeout(9_000)), first);
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(3);
    await expect.poll(() => first.length).toBe(4);
    const asking2 = collect(strategy.stream(request, target(), AbortSignal.timeout(9_000)), second);
    await expect.poll(() => second.length).toBe(4);
    upstream.say(2);
    upstream.finish();
    await Promise.all([asking, asking2]);
    expect(first[0]).toMatchObject({ type: 'answer-start', recording: 'new' });
    expect(second[0]).toMatchObject({ type: 'answer-start', recording: 'replayed' });
    expect(second.slice(1)).toEqual(first.slice(1));
    expect(first.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect(upstream.calls()).toBe(1);
  });

  test('cancels the call that outlives its client, and what is not there without complaint', async () => {
    const events: ModelEvent[] = [];
    const leaving = new AbortController();
    const asking = collect(strategy.stream(request, target(), leaving.signal), events);
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(1);
    await expect.poll(() => events.length).toBe(2);
    leaving.abort();
    await asking;
    expect(upstream.openSockets.size).toBe(1);
    const signal = AbortSignal.timeout(5_000);
    await strategy.cancel?.('generation-1:0', target(), signal);
    await expect.poll(() => upstream.openSockets.size).toBe(0);
    await strategy.cancel?.('generation/1:0?', target(), signal);
  });

  test('says why a gateway could not be told', async () => {
    const away = { ...target(), baseUrl: 'http://127.0.0.1:1/v1' };
    await expect(strategy.cancel?.('x', away, AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'network' });
    await expect(strategy.cancel?.('x'.repeat(300), target(), AbortSignal.timeout(5_000))).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});

describe('the official openai SDK with idempotency keys', () => {
  class KeyedOpenAI extends OpenAI {
    protected override idempotencyHeader = 'Idempotency-Key';
  }

  async function read(idempotencyKey: string): Promise<string> {
    const openai = new KeyedOpenAI({ apiKey: 'any', baseURL: `${gateway.url}/v1`, maxRetries: 2 });
    const stream = await openai.chat.completions.create(
      { model: 'openai/up', messages: [{ role: 'user', content: 'Hi' }], stream: true },
      { idempotencyKey },
    );
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    return text;
  }

  test('reads an answer with ids in it, and the same again', async () => {
    const first = read('a');
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.say(40);
    upstream.finish();
    expect(await first).toBe(wordsUpTo(40));
    expect(await read('a')).toBe(wordsUpTo(40));
    expect(upstream.calls()).toBe(1);
  });

  test('its own retry after an error makes a call that succeeds', async () => {
    const reading = read('b');
    await expect.poll(() => upstream.calls()).toBe(1);
    upstream.cut();
    await expect.poll(() => upstream.calls()).toBe(2);
    upstream.say(3);
    upstream.finish();
    expect(await reading).toBe(wordsUpTo(3));
  });
});
