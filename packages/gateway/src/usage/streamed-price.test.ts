import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDialectRegistry } from '../core/dialect-registry.ts';
import type { Codec } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { dialects } from '../core/model-request.ts';
import { decodeAnswer } from '../testing/decode-answer.ts';
import { eventStreamBytes } from '../testing/event-stream-bytes.ts';
import { sampleTarget } from '../testing/sample-call.ts';
import type { Price } from './price.ts';
import { priceOf } from './price-of.ts';
import { createUsageReducer } from './usage-reducer.ts';

const { codecs, faces } = createDialectRegistry();
const target = sampleTarget('acme/large');
/** Every kind at a price of its own, so that no two mistakes cancel out. */
const price = {
  input: 3_000_000,
  output: 15_000_000,
  cachedInput: 300_000,
  cacheWrite: 3_750_000,
  cacheWriteHour: 6_000_000,
  reasoning: 17_000_000,
  audioInput: 40_000_000,
  audioOutput: 80_000_000,
  serverToolCall: 10_000,
};

function billOf(events: readonly ModelEvent[], own: Price = price) {
  const reducer = createUsageReducer();
  for (const event of events) reducer.add(event);
  const [count] = reducer.counted(() => 0);
  if (count === undefined) throw new Error('Nothing was counted');
  return { usage: count.usage, isEstimated: count.isEstimated, microUsd: priceOf(count.usage, own) };
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

function decodeWhole(codec: Codec, body: object): readonly ModelEvent[] {
  const decoder = codec.createDecoder({ target });
  return [...decoder.pushWhole(JSON.stringify(body)).events, ...decoder.end()];
}

const recorded = dialects.flatMap((dialect) => {
  const codec = codecs[dialect];
  if (codec === undefined) return [];
  const folder = new URL(`../dialects/${dialect}/__fixtures__/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => /\.(sse|bin|ndjson)$/.test(name));
  return names.map((name) => ({ dialect, name, codec, bytes: readFileSync(new URL(name, folder)) }));
});

describe('every recorded answer costs the same', () => {
  it.each(recorded)('$dialect $name: in one piece and byte by byte', ({ codec, bytes }) => {
    const whole = billOf(decodeAnswer(codec, [bytes]));
    for (const size of [1, 7, 100]) expect(billOf(decodeAnswer(codec, pieces(bytes, size)))).toEqual(whole);
  });

  const own = recorded.flatMap((recording) => {
    const face = Object.values(faces).find(({ dialect }) => dialect === recording.dialect);
    const events = decodeAnswer(recording.codec, [recording.bytes]);
    return face === undefined || events.at(-1)?.type !== 'finish' ? [] : [{ ...recording, face, events }];
  });
  it.each(own)('$dialect $name: streamed and whole', async ({ codec, face, events }) => {
    const options = { model: 'large', created: 1, includeUsage: true, id: 'answer-1' };
    const body = await face.toAnswer(Readable.from(events), options);
    // Tools that a provider runs are only told in its own bytes.
    const toolless = { ...price, serverToolCall: 0 };
    const [streamed, whole] = [billOf(events, toolless), billOf(decodeWhole(codec, body), toolless)];
    expect(whole.microUsd).toBe(streamed.microUsd);
    expect(whole.isEstimated).toBe(streamed.isEstimated);
  });
});

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${value.type}\n${event(value)}`;
const chunk = (more: object): string => event({ id: 'c', object: 'chat.completion.chunk', choices: [], ...more });
const delta = (value: object, reason: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: value, finish_reason: reason }] });

const chatUsage = {
  prompt_tokens: 1000,
  completion_tokens: 300,
  total_tokens: 1300,
  prompt_tokens_details: { cached_tokens: 600, audio_tokens: 50 },
  completion_tokens_details: { reasoning_tokens: 120, audio_tokens: 30 },
};
const chatSaid = delta({ role: 'assistant', content: 'Hi' }) + delta({}, 'stop');
const chatWhole = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: chatUsage,
};
/** 350 fresh, 600 cached, 50 heard; 150 said, 120 thought, 30 spoken. */
const chatPrice = 1050 + 180 + 2000 + 2250 + 2040 + 2400;

const messagesUsage = {
  input_tokens: 100,
  cache_read_input_tokens: 2000,
  cache_creation_input_tokens: 500,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 300 },
};
const messagesEnd = { output_tokens: 80, server_tool_use: { web_search_requests: 3 } };
const messages = (start: object, end: object): string =>
  named({ type: 'message_start', message: { id: 'm', role: 'assistant', model: 'x', content: [], usage: start } }) +
  named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
  named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }) +
  named({ type: 'content_block_stop', index: 0 }) +
  named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: end }) +
  named({ type: 'message_stop' });
/** 100 fresh, 2000 read, 200 and 300 written, 80 said, three searches. */
const messagesWhole = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { ...messagesUsage, ...messagesEnd },
};
const messagesPrice = 300 + 600 + 750 + 1800 + 1200 + 30_000;

const googleUsage = {
  promptTokenCount: 500,
  cachedContentTokenCount: 400,
  candidatesTokenCount: 60,
  thoughtsTokenCount: 40,
  totalTokenCount: 600,
};
const googleAnswer = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
  usageMetadata: googleUsage,
};

const responsesUsage = {
  input_tokens: 500,
  input_tokens_details: { cached_tokens: 400 },
  output_tokens: 100,
  output_tokens_details: { reasoning_tokens: 40 },
  total_tokens: 600,
};
const item = {
  id: 'msg',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
};
const response = {
  id: 'r',
  object: 'response',
  status: 'completed',
  model: 'x',
  output: [item],
  usage: responsesUsage,
};
const searches = ['ws_1', 'ws_2'].map((id) => ({ id, type: 'web_search_call', status: 'completed' }));
const searched = { ...response, output: [...searches, item] };
/** 100 fresh, 400 cached, 60 said, 40 thought. */
const thoughtPrice = 300 + 120 + 900 + 680;

const bedrockUsage = {
  inputTokens: 100,
  cacheReadInputTokens: 2000,
  cacheWriteInputTokens: 500,
  outputTokens: 80,
  totalTokens: 2680,
};

interface Case {
  readonly title: string;
  readonly dialect: keyof typeof codecs;
  readonly streamed: string | Buffer;
  readonly whole: object;
  readonly microUsd: number;
}

const cases: readonly Case[] = [
  {
    title: 'usage in a chunk of its own',
    dialect: 'openai-chat',
    streamed: `${chatSaid}${chunk({ usage: chatUsage })}data: [DONE]\n\n`,
    whole: chatWhole,
    microUsd: chatPrice,
  },
  {
    title: 'usage in an odd last chunk with an empty delta',
    dialect: 'openai-chat',
    streamed: `${chatSaid}${chunk({ choices: [{ delta: {} }], usage: chatUsage })}data: [DONE]\n\n`,
    whole: chatWhole,
    microUsd: chatPrice,
  },
  {
    title: 'usage first, and an odd empty chunk after it',
    dialect: 'openai-chat',
    streamed: `${chatSaid}${chunk({ usage: chatUsage })}${chunk({ choices: [{ delta: {} }] })}data: [DONE]\n\n`,
    whole: chatWhole,
    microUsd: chatPrice,
  },
  {
    title: 'usage that grows with every chunk',
    dialect: 'openai-chat',
    streamed: `${chunk({ usage: { prompt_tokens: 1000, completion_tokens: 1 } })}${chatSaid}${chunk({ usage: chatUsage })}data: [DONE]\n\n`,
    whole: chatWhole,
    microUsd: chatPrice,
  },
  {
    title: 'cache reads and writes of both kinds, and server tools',
    dialect: 'anthropic-messages',
    streamed: messages({ ...messagesUsage, output_tokens: 1 }, messagesEnd),
    whole: messagesWhole,
    microUsd: messagesPrice,
  },
  {
    title: 'server tools that make the prompt grow after its first report',
    dialect: 'anthropic-messages',
    streamed: messages({ input_tokens: 10, output_tokens: 1 }, { ...messagesUsage, ...messagesEnd }),
    whole: messagesWhole,
    microUsd: messagesPrice,
  },
  {
    title: 'thoughts beside what was said, implicit cache',
    dialect: 'google-generative',
    streamed:
      event({
        ...googleAnswer,
        candidates: [{ content: { parts: [{ text: 'H' }] } }],
        usageMetadata: { promptTokenCount: 500, candidatesTokenCount: 1 },
      }) + event(googleAnswer),
    whole: googleAnswer,
    microUsd: thoughtPrice,
  },
  {
    title: 'reasoning within the output',
    dialect: 'openai-responses',
    streamed:
      named({ type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } }) +
      named({ type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } }) +
      named({ type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg', delta: 'Hi' }) +
      named({ type: 'response.output_item.done', output_index: 0, item }) +
      named({ type: 'response.completed', response }),
    whole: response,
    microUsd: thoughtPrice,
  },
  {
    title: 'searches of the provider',
    dialect: 'openai-responses',
    streamed: named({ type: 'response.completed', response: searched }),
    whole: searched,
    microUsd: thoughtPrice + 20_000,
  },
  {
    title: 'usage after the stop',
    dialect: 'bedrock-converse',
    streamed: eventStreamBytes([
      { event: 'messageStart', payload: { role: 'assistant' } },
      { event: 'contentBlockDelta', payload: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
      { event: 'contentBlockStop', payload: { contentBlockIndex: 0 } },
      { event: 'messageStop', payload: { stopReason: 'end_turn' } },
      { event: 'metadata', payload: { usage: bedrockUsage } },
    ]),
    whole: {
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: bedrockUsage,
    },
    microUsd: 300 + 600 + 1875 + 1200,
  },
  {
    title: 'counts in the last line',
    dialect: 'ollama-chat',
    streamed:
      `${JSON.stringify({ model: 'x', message: { role: 'assistant', content: 'Hi' }, done: false })}\n` +
      `${JSON.stringify({ model: 'x', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 100, eval_count: 10 })}\n`,
    whole: {
      model: 'x',
      message: { role: 'assistant', content: 'Hi' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 100,
      eval_count: 10,
    },
    microUsd: 450,
  },
];

describe('streamed and whole cost the same, to the micro-unit', () => {
  it.each(cases)('$dialect: $title', ({ dialect, streamed, whole, microUsd }) => {
    const codec = codecs[dialect];
    if (codec === undefined) throw new Error(`Nobody speaks ${dialect}`);
    const fromStream = billOf(decodeAnswer(codec, [Buffer.from(streamed)]));
    const fromWhole = billOf(decodeWhole(codec, whole));
    expect(fromStream).toEqual(fromWhole);
    expect(fromStream).toMatchObject({ microUsd, isEstimated: false });
  });

  it('a stream that was left is charged for what it made, and what its prompt was', () => {
    const codec = codecs['anthropic-messages'];
    if (codec === undefined) throw new Error('Nobody speaks Messages');
    const started = messages({ ...messagesUsage, output_tokens: 1 }, messagesEnd).split('event: content_block_stop')[0];
    const fault = new GatewayError('cancelled', { message: 'Gone.' });
    const bill = billOf(decodeAnswer(codec, [Buffer.from(started ?? '')], { fault }));
    expect(bill).toMatchObject({ isEstimated: true, usage: { input: 2600, cachedInput: 2000, output: 1 } });
  });
});
