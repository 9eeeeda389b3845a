import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { decodeAnswer, joinDeltas } from '../../testing/decode-answer.ts';
import { writeJson } from '../../transport/write-json.ts';
import { createAnthropicMessagesCodec } from './codec.ts';
import { createAnthropicMessagesFace } from './face.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));
const stories = ['text', 'tool', 'parallel-tools', 'reasoning', 'length', 'hosted-tools'];
const codec = createAnthropicMessagesCodec();
const face = createAnthropicMessagesFace();
const options = { model: 'served', created: 1, includeUsage: true, id: 'own' };

function encode(events: readonly ModelEvent[]): string {
  const encoder = face.createEncoder(options);
  return events.map((event) => encoder.encode(event)).join('');
}

/** The events of a stream, without the names that repeat their types. */
function framesOf(text: string): { type: string; index?: number; [field: string]: unknown }[] {
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [name = '', data = ''] = frame.split('\n');
      const json = JSON.parse(data.replace('data: ', ''));
      expect(name).toBe(`event: ${json.type}`);
      return json;
    });
}

const answerOf = async (events: readonly ModelEvent[]) =>
  JSON.parse(writeJson(await face.toAnswer(Readable.from(events), options)));
const call = (part: number, text: string, callId = `c${part}`): ModelEvent => ({
  type: 'tool-input-delta',
  part,
  callId,
  name: `tool${part}`,
  text,
});
const text = (part: number, words: string): ModelEvent => ({ type: 'text-delta', part, text: words });
const done: ModelEvent = { type: 'finish', reason: 'stop' };

const recovery = (mode: 'restarted' | 'continued'): ModelEvent => ({ type: 'recovery', mode, from: 'a', to: 'b' });

const blocksAfter = (mode: 'restarted' | 'continued'): number =>
  framesOf(encode([text(0, 'x'), recovery(mode), text(0, 'y'), done])).filter(
    ({ type }) => type === 'content_block_start',
  ).length;

describe('answering Messages clients with streams', () => {
  test.each(stories)('tells "%s" so that a Messages codec reads the same', (name) => {
    const events = decodeAnswer(codec, [fixture(name)]);
    const again = decodeAnswer(codec, [Buffer.from(encode(events))]);
    expect(joinDeltas(again)).toEqual(
      joinDeltas(events).map((event) => (event.type === 'answer-start' ? { ...event, model: 'served' } : event)),
    );
  });

  test('sends one block after the other and nothing after the end', () => {
    const types = framesOf(encode(decodeAnswer(codec, [fixture('parallel-tools')]))).map(({ type, index }) =>
      index === undefined ? type : `${type} ${index}`,
    );
    expect(types.filter((type) => !type.includes('delta '))).toEqual([
      'message_start',
      'content_block_start 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_stop 1',
      'content_block_start 2',
      'content_block_stop 2',
      'message_delta',
      'message_stop',
    ]);
  });

  test('holds a call back while an earlier one is not whole', () => {
    const events = [text(0, 'Look.'), call(1, '{"a'), call(2, '{"b"'), call(1, '":1}'), call(2, ':2}'), done];
    const encoder = face.createEncoder(options);
    const sent = events.map((event) => encoder.encode(event));
    expect(sent[2]).toBe('');
    expect(sent[3]).toContain('tool2');
    const whole = decodeAnswer(codec, [Buffer.from(sent.join(''))]);
    expect(joinDeltas(whole).filter(({ type }) => type === 'tool-input-delta')).toMatchObject([
      { part: 1, callId: 'c1', text: '{"a":1}' },
      { part: 2, callId: 'c2', text: '{"b":2}' },
    ]);
  });

  test('sends calls without input at the end at the latest', () => {
    const sent = encode([call(0, ''), call(1, ''), done]);
    expect(framesOf(sent).filter(({ type }) => type === 'content_block_start')).toHaveLength(2);
  });

  test('puts sources into the text they follow, or the next one', () => {
    const source = { type: 'source', part: 9, id: 's', title: 'T', url: 'https://x/', excerpt: 'e' } as const;
    const citation = {
      type: 'web_search_result_location',
      url: 'https://x/',
      title: 'T',
      encrypted_index: '',
      cited_text: 'e',
    };
    const cited = framesOf(encode([text(0, 'a'), source, text(0, 'b'), done]));
    expect(cited).toContainEqual({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'citations_delta', citation },
    });
    expect(cited.filter(({ type }) => type === 'content_block_start')).toHaveLength(1);
    expect(encode([source, text(0, 'a'), done])).toContain('citations_delta');
  });

  test('carries signatures of other vendors so that they come back', async () => {
    const google = { dialect: 'google-generative', value: 'g:1' } as const;
    const openai = { dialect: 'openai-responses', value: 'e' } as const;
    const events: ModelEvent[] = [
      { type: 'reasoning-delta', part: 0, text: 'hm' },
      { type: 'part-signature', part: 0, opaque: openai },
      { type: 'part-signature', part: 1, opaque: openai },
      call(2, '{}', 'call:1'),
      { type: 'part-signature', part: 2, signature: google },
      { type: 'finish', reason: 'tool-calls' },
    ];
    const answer = await answerOf(events);
    const streamed = framesOf(encode(events));
    expect(streamed.filter(({ type }) => type === 'content_block_start')).toHaveLength(4);
    const body = { messages: [{ role: 'assistant', content: answer.content }], max_tokens: 1 };
    const { turns } = face.read(Buffer.from(JSON.stringify(body)), {}).toRequest();
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm', opaque: openai },
          { type: 'reasoning', text: '', opaque: openai },
          { type: 'tool-call', callId: 'call:1', name: 'tool2', input: '{}', signature: google },
        ],
      },
    ]);
  });

  test('tells usage with the end, without what the cache holds', () => {
    const usage = { input: 173, output: 9, cachedInput: 100, cacheWrite: 50, cacheWriteHour: 20, reasoning: 4 };
    expect(framesOf(encode([text(0, 'x'), { type: 'usage', usage }, done])).at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 70,
        cache_read_input_tokens: 100,
        cache_creation: { ephemeral_5m_input_tokens: 50, ephemeral_1h_input_tokens: 20 },
        output_tokens: 9,
        output_tokens_details: { thinking_tokens: 4 },
      },
    });
  });

  test.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'refusal'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['context-exceeded', 'model_context_window_exceeded'],
  ] as const)('says %s as %s', (reason, stop_reason) => {
    expect(framesOf(encode([{ type: 'finish', reason }])).at(-2)).toMatchObject({ delta: { stop_reason } });
  });

  test('names the stop sequence', () => {
    expect(encode([{ type: 'finish', reason: 'stop-sequence', stopSequence: 'END' }])).toContain(
      '"stop_sequence":"END"',
    );
  });

  test('ends with the error, and without an end mark, after a failure', () => {
    const error = new GatewayError('overloaded', { message: 'Too much.' });
    const sent = encode([text(0, 'half'), { type: 'failure', error }]);
    expect(framesOf(sent).at(-1)).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Too much.', code: 'overloaded' },
    });
    expect(face.toErrorFrame(error)).toBe(sent.slice(sent.indexOf('event: error')));
    expect(sent).not.toContain('message_stop');
  });

  test('begins blocks anew after a restart, and goes on in the same after a continuation', () => {
    expect(blocksAfter('restarted')).toBe(2);
    expect(blocksAfter('continued')).toBe(1);
  });
});

describe('answering Messages clients whole', () => {
  test('keeps order, citations and integers beyond 2^53', async () => {
    const events = decodeAnswer(codec, [fixture('hosted-tools')]);
    expect(await answerOf(events)).toMatchObject({
      id: 'msg_01Story',
      type: 'message',
      role: 'assistant',
      model: 'served',
      content: [
        { type: 'redacted_thinking', data: 'ZW5jcnlwdGVk' },
        { type: 'text', text: 'Otters hold hands.', citations: [{ url: 'https://example.com/otters' }] },
        { type: 'tool_use', id: 'toolu_02', name: 'now', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 50, cache_read_input_tokens: 10, cache_creation_input_tokens: 30, output_tokens: 21 },
    });
    const whole = await face.toAnswer(Readable.from(decodeAnswer(codec, [fixture('tool')])), options);
    expect(writeJson(whole)).toContain('12345678901234567890');
  });

  test('forgets what a restart made void, and throws a failure', async () => {
    expect(await answerOf([text(0, 'x'), recovery('restarted'), text(0, 'y'), done])).toMatchObject({
      content: [{ text: 'y' }],
    });
    const error = new GatewayError('stream-cut', { message: 'cut' });
    await expect(answerOf([text(0, 'x'), { type: 'failure', error }])).rejects.toBe(error);
  });
});

describe('errors for Messages clients', () => {
  test.each([
    ['bad-request', 'invalid_request_error'],
    ['unauthenticated', 'authentication_error'],
    ['forbidden', 'permission_error'],
    ['budget-exceeded', 'billing_error'],
    ['rate-limited', 'rate_limit_error'],
    ['model-not-found', 'not_found_error'],
    ['body-too-large', 'request_too_large'],
    ['overloaded', 'overloaded_error'],
    ['timeout', 'timeout_error'],
    ['stream-cut', 'api_error'],
  ] as const)('say %s as %s', (code, type) => {
    const error = new GatewayError(code, { message: 'words', param: 'p' });
    expect(face.toError(error)).toMatchObject({ type: 'error', error: { type, message: 'words', param: 'p' } });
  });
});
