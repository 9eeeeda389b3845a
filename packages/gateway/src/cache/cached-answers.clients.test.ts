import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultModelSettings } from '../config/default-settings.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { chunk, doneMark, sendStream, startScriptedUpstream, streamOf } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const wholeAnswer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'up',
  choices: [{ index: 0, message: { role: 'assistant', content: 'A place for things.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
};
/** An upstream that streams when asked to. */
const obliging: UpstreamScript = ({ response, body }) => {
  if (body.includes('"stream":true')) sendStream(response, streamOf('A ', 'place for ', 'things.'));
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wholeAnswer));
};

const modelDefaults = { ...defaultModelSettings, cache: { exact: 'always', semantic: false } } as const;

let script: UpstreamScript = obliging;
let upstream: ScriptedUpstream;
let gateway: TestGateway;
let asked = 0;

beforeAll(async () => {
  upstream = await startScriptedUpstream((exchange) => script(exchange));
  gateway = await startTestGateway({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_MODEL: 'up' }, [], undefined, {
    modelDefaults,
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});
beforeEach(() => {
  script = obliging;
  asked = upstream.exchanges.length;
});

const model = 'openai/up';
/** How often the upstream was called since the test began. */
const calls = (): number => upstream.exchanges.length - asked;
const messagesOf = (content: string) => [{ role: 'user' as const, content }];

const post = (body: object, headers: Record<string, string> = {}) =>
  gateway.post({ model, ...body }, { headers: { 'content-type': 'application/json', ...headers } });

describe('clients of chat completions', () => {
  it.each([false, true])('get the very same bytes again (stream: %s)', async (stream) => {
    const body = { messages: messagesOf(`bytes ${stream}`), stream };
    const [first, second] = [await post(body), await post(body)];
    expect(first.headers.get('x-cache')).toBe('miss');
    expect(second.headers.get('x-cache')).toBe('hit');
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await second.text()).toBe(await first.text());
    expect(calls()).toBe(1);
  });

  it('get a stream from what was kept in one piece, and the other way round', async () => {
    for (const first of [false, true]) {
      const messages = messagesOf(`the other way ${first}`);
      const ask = async (isStream: boolean): Promise<string> => {
        if (!isStream)
          return (await gateway.openai.chat.completions.create({ model, messages })).choices[0]?.message.content ?? '';
        let text = '';
        const stream = await gateway.openai.chat.completions.create({ model, messages, stream: true });
        for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
        return text;
      };
      expect([await ask(first), await ask(!first), await ask(first)]).toEqual(Array(3).fill('A place for things.'));
    }
    expect(calls()).toBe(2);
  });

  it('get usage from what was kept for one that did not want it', async () => {
    const messages = messagesOf('usage');
    for await (const { usage } of await gateway.openai.chat.completions.create({ model, messages, stream: true })) {
      expect(usage ?? undefined).toBeUndefined();
    }
    const seen: unknown[] = [];
    const stream_options = { include_usage: true };
    const again = await gateway.openai.chat.completions.create({ model, messages, stream: true, stream_options });
    for await (const { usage } of again) if (usage) seen.push(usage);
    expect(seen).toEqual([expect.objectContaining({ prompt_tokens: 3, completion_tokens: 2 })]);
    expect(calls()).toBe(1);
  });

  it('may ask for a fresh one', async () => {
    const body = { messages: messagesOf('fresh') };
    await (await post(body)).text();
    const fresh = await post(body, { 'cache-control': 'no-cache' });
    await fresh.text();
    expect(fresh.headers.get('x-cache')).toBe('bypass');
    const none = await post(body, { 'cache-control': 'no-store' });
    expect(none.headers.get('x-cache')).toBe('bypass');
    await none.text();
    expect(calls()).toBe(3);
  });

  it('are told apart by their keys', async () => {
    const keys = ['key-of-somebody', 'key-of-another'] as const;
    const variables = { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_MODEL: 'up', GATEWAY_API_KEYS: keys.join(',') };
    const closed = await startTestGateway(variables, [], undefined, { modelDefaults });
    const ask = async (key: string): Promise<string | null> => {
      const body = { model, messages: messagesOf('keys') };
      const answer = await closed.post(body, { headers: { authorization: `Bearer ${key}` } });
      expect(await answer.json()).toMatchObject({ choices: [{}] });
      return answer.headers.get('x-cache');
    };
    expect([await ask(keys[0]), await ask(keys[1]), await ask(keys[0]), await ask(keys[1])]).toEqual([
      'miss',
      'miss',
      'hit',
      'hit',
    ]);
    await closed.close();
  });

  it('never get a broken answer again', async () => {
    script = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Half an' }), () => response.destroy());
    };
    const body = { messages: messagesOf('broken'), stream: true };
    await (await post(body)).text();
    const second = await post(body);
    expect(second.headers.get('x-cache')).toBe('miss');
    await second.text();
  });

  it('get tool calls from the model each time', async () => {
    const call = { index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    script = ({ response }) => sendStream(response, chunk({ tool_calls: [call] }) + chunk({}, 'tool_calls') + doneMark);
    const body = { messages: messagesOf('tool'), stream: true };
    await (await post(body)).text();
    expect(await (await post(body)).text()).toContain('tool_calls');
    expect(calls()).toBe(2);
  });

  it('get several choices, and what only their dialect knows, from the model or byte by byte', async () => {
    script = ({ response }) => {
      const choices = [0, 1].map((index) => ({
        index,
        message: { role: 'assistant', content: 'Hi' },
        finish_reason: 'stop',
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...wholeAnswer, choices }));
    };
    const several = { messages: messagesOf('several'), n: 2 };
    for (let time = 0; time < 2; time += 1) await (await post(several)).text();
    expect(calls()).toBe(2);
    script = obliging;
    const detailed = { messages: messagesOf('detailed'), logprobs: true };
    const texts = [await (await post(detailed)).text(), await (await post(detailed)).text()];
    expect(texts[0]).toBe(texts[1]);
    await (await post({ ...detailed, stream: true })).text();
    expect(calls()).toBe(4);
  });
});

describe('clients of other dialects', () => {
  it('hear the same answer twice over the Messages API', async () => {
    const client = new Anthropic({ apiKey: 'any', baseURL: gateway.url, maxRetries: 0 });
    const request = { model, max_tokens: 50, messages: messagesOf('messages') };
    const first = await client.messages.create(request);
    const second = await client.messages.create(request);
    expect(second.content).toEqual(first.content);
    expect(second.usage).toEqual(first.usage);
    expect(second.content).toMatchObject([{ type: 'text', text: 'A place for things.' }]);
    expect(await client.messages.stream(request).finalText()).toBe('A place for things.');
    expect(calls()).toBe(1);
  });

  it('hear the same answer twice over the Responses API', async () => {
    const request = { model, input: 'responses' };
    const first = await gateway.openai.responses.create(request);
    const second = await gateway.openai.responses.create(request);
    expect([first.output_text, second.output_text]).toEqual(['A place for things.', 'A place for things.']);
    let text = '';
    for await (const event of await gateway.openai.responses.create({ ...request, stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect(text).toBe('A place for things.');
    expect(calls()).toBe(1);
  });

  it('hear the same answer twice over Google’s API', async () => {
    const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: gateway.url } });
    const request = { model, contents: 'google' };
    const texts = [
      (await client.models.generateContent(request)).text,
      (await client.models.generateContent(request)).text,
    ];
    expect(texts).toEqual(['A place for things.', 'A place for things.']);
    let text = '';
    for await (const part of await client.models.generateContentStream(request)) text += part.text ?? '';
    expect(text).toBe('A place for things.');
    expect(calls()).toBe(1);
  });

  it('hear the same answer twice as a library', async () => {
    const request = {
      model,
      instructions: [],
      turns: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'library' }] }],
      tools: [],
      sampling: {},
    };
    const read = async (): Promise<ModelEvent[]> => {
      const events: ModelEvent[] = [];
      for await (const event of gateway.gateway.stream(request, new AbortController().signal)) events.push(event);
      return events;
    };
    expect(await read()).toEqual(await read());
    expect(calls()).toBe(1);
  });
});

describe('clients that ask for the same in other words', () => {
  it('get the answer that is near, once that is proved to be right, and the operator sees it', async () => {
    const semantic = { isOn: true, maxErrorShare: 0.26, verifyShare: 0, maxEntries: 100, ttlMs: 60_000 };
    const cache = { place: 'memory', exact: { maxEntries: 100, ttlMs: 60_000 }, semantic } as const;
    const settings = { ...defaultModelSettings, cache: { exact: 'deterministic', semantic: true } } as const;
    const variables = { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_MODEL: 'up' };
    const near = await startTestGateway(variables, [], undefined, { cache, modelDefaults: settings });
    const ask = async (content: string): Promise<string | null> => {
      const answer = await near.post({ model, temperature: 0, messages: messagesOf(content) });
      expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'A place for things.' } }] });
      return answer.headers.get('x-cache');
    };
    for (const thing of [
      'shelf',
      'drawer',
      'crate',
      'basket',
      'cupboard',
      'locker',
      'chest',
      'trunk',
      'pantry',
      'shed',
    ]) {
      await ask(`What is a ${thing}?`);
      await ask(`Please tell me what a ${thing} is`);
    }
    expect(await ask('What is a wardrobe?')).toBe('miss');
    expect(await ask('Tell me what a wardrobe is')).toBe('near');
    expect(await ask('Tell me what two wardrobes are')).toBe('miss');
    const state = await (await fetch(`${near.url}/metrics/semantic-cache`)).json();
    expect(state).toMatchObject({ isOn: true, embedder: 'parley/hash-embedder', wrong: 0 });
    await near.close();
  });
});
