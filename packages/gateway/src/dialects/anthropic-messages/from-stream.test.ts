import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import { decodeAnswer } from '../../testing/decode-answer.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { testStories } from '../../testing/story-tests.ts';
import { story } from '../../testing/story.ts';
import { collectAnswer } from '../collect-answer.ts';
import { createAnthropicMessagesCodec } from './codec.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));
const target = sampleTarget('anthropic/claude-sonnet-4-5', { apiKey: 'sk-ant-secret-key' });
const codec = createAnthropicMessagesCodec();

const decode = (text: string | Buffer, fault?: GatewayError) =>
  decodeAnswer(codec, [Buffer.from(text)], { target, ...(fault && { fault }) });
const malformedIn = (text: string | Buffer): number => {
  const decoder = codec.createDecoder({ target });
  for (const frame of codec.createScanner().push(Buffer.from(text))) decoder.push(frame);
  return decoder.malformed;
};
const tell = (events: readonly ModelEvent[]) => collectAnswer(Readable.from(events));

function inputOf(input: string): string {
  const block = { type: 'tool_use', id: 't', name: 'n', input: 0 };
  return JSON.stringify({ type: 'message', content: [block], stop_reason: 'tool_use' }).replace(
    '"input":0',
    () => `"input":${input}`,
  );
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const says = (text: string): string =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
const stops = (reason: string, sequence: string | null = null): string =>
  event({
    type: 'message_delta',
    delta: { stop_reason: reason, stop_sequence: sequence },
    usage: { output_tokens: 1 },
  });

testStories({ codec, recorded: fixture, lacks: [] });

describe('decoding Messages streams', () => {
  test('tells text and parallel calls in their order', async () => {
    const { parts, usage, reason } = await tell(decode(fixture('parallel-tools')));
    expect(parts).toEqual([
      { kind: 'text', text: story.parallelTools.text, sources: [] },
      { kind: 'tool-call', callId: 'toolu_01A', ...story.parallelTools.calls[0] },
      { kind: 'tool-call', callId: 'toolu_01B', ...story.parallelTools.calls[1] },
    ]);
    expect({ usage, reason }).toEqual({ usage: story.parallelTools.usage, reason: story.parallelTools.reason });
  });

  test('tells thinking with its late signature', async () => {
    const { parts, usage, reason } = await tell(decode(fixture('reasoning')));
    const signature = { dialect: 'anthropic-messages', value: story.reasoning.signature };
    expect(parts).toEqual([
      { kind: 'reasoning', text: story.reasoning.reasoning, signature },
      { kind: 'text', text: story.reasoning.text, sources: [] },
    ]);
    expect({ usage, reason }).toEqual({ usage: story.reasoning.usage, reason: story.reasoning.reason });
  });

  test('hears nothing of hosted tools and unknown events, and keeps citations and redacted thinking', async () => {
    const events = decode(fixture('hosted-tools'));
    const { parts, usage, reason } = await tell(events);
    expect(parts).toEqual([
      { kind: 'reasoning', text: '', opaque: { dialect: 'anthropic-messages', value: 'ZW5jcnlwdGVk' } },
      {
        kind: 'text',
        text: 'Otters hold hands.',
        sources: [
          expect.objectContaining({ url: 'https://example.com/otters', title: 'Otters', excerpt: 'They hold hands.' }),
        ],
      },
      { kind: 'tool-call', callId: 'toolu_02', name: 'now', input: '{}' },
    ]);
    expect(usage).toEqual({ input: 90, output: 21, cachedInput: 10, cacheWrite: 30, serverToolCalls: 1 });
    expect(reason).toBe('tool-calls');
    expect(malformedIn(fixture('hosted-tools'))).toBe(0);
  });

  test.each(['hosted-tools'])('is the same however the bytes of "%s" are split', (name) => {
    const bytes = fixture(name);
    const events = decode(bytes);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(decodeAnswer(codec, [bytes.subarray(0, at), bytes.subarray(at)], { target })).toEqual(events);
    }
  });

  test.each(['hosted-tools'])('is a failure wherever "%s" is cut before its stop reason', (name) => {
    const bytes = fixture(name);
    const reasonAt = bytes.indexOf('event: message_delta');
    const end = reasonAt === -1 ? bytes.length : reasonAt;
    for (let at = 0; at < end; at += 1) {
      expect(decode(bytes.subarray(0, at)).at(-1)?.type).toBe('failure');
    }
  });

  test('is complete once the stop reason came, even if the end marker is lost to a fault', () => {
    const bytes = fixture('text');
    const cut = bytes.subarray(0, bytes.indexOf('event: message_stop'));
    const events = decode(cut, new GatewayError('network', { message: 'gone' }));
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('reports the fault of the transport as it is', () => {
    const fault = new GatewayError('timeout', { message: 'silence' });
    expect(decode(says('half'), fault).at(-1)).toEqual({ type: 'failure', error: fault });
  });

  test('skips and counts a line that cannot be read', async () => {
    const lines = `event: message_start\ndata: {"type":\n\n${says('a')}data: [1]\n\n${says('b')}${stops('end_turn')}`;
    const events = decode(lines);
    expect((await tell(events)).parts).toEqual([{ kind: 'text', text: 'ab', sources: [] }]);
    expect(malformedIn(lines)).toBe(2);
  });

  test('says that nothing could be read', () => {
    expect(decode('data: nonsense\n\n')).toMatchObject([{ type: 'failure', error: { code: 'stream-malformed' } }]);
  });

  test('is content from the moment the provider does something itself', () => {
    const decoder = codec.createDecoder({ target });
    const bytes = fixture('hosted-tools');
    const hosted = bytes.subarray(
      bytes.indexOf('event: content_block_start\ndata: {"type":"content_block_start","index":1'),
    );
    const verdicts = codec
      .createScanner()
      .push(hosted)
      .map((frame) => decoder.push(frame).verdict);
    expect(verdicts[0]).toBe('content');
  });

  test('does not make up a call whose beginning was lost', () => {
    const lost = event({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json: '{}' },
    });
    expect(decode(lost + stops('tool_use')).at(-1)).toMatchObject({
      error: { code: 'stream-malformed' },
    });
  });

  test.each([
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['tool_use', 'tool-calls'],
    ['pause_turn', 'pause'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'context-exceeded'],
    ['something_new', 'stop'],
  ])('reads the stop reason %s as %s', (vendor, reason) => {
    expect(decode(says('x') + stops(vendor)).at(-1)).toEqual({ type: 'finish', reason });
  });

  test('names the stop sequence', () => {
    expect(decode(says('x') + stops('stop_sequence', 'END')).at(-1)).toEqual({
      type: 'finish',
      reason: 'stop-sequence',
      stopSequence: 'END',
    });
  });

  test.each([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'upstream-limited'],
    ['api_error', 'upstream-error'],
    ['timeout_error', 'timeout'],
    ['billing_error', 'upstream-limited'],
    ['authentication_error', 'upstream-auth'],
    ['permission_error', 'upstream-auth'],
    ['not_found_error', 'model-not-found'],
    ['invalid_request_error', 'upstream-refused'],
    ['anything_else', 'upstream-error'],
  ])('reads the error %s as %s, without secrets', (type, code) => {
    const error = event({ type: 'error', error: { type, message: `no sk-ant-secret-key` } });
    const last = decode(says('x') + error).at(-1);
    expect(last).toMatchObject({ type: 'failure', error: { code, vendorCode: type } });
    expect(last?.type === 'failure' && last.error.message).not.toContain('secret-key');
  });

  test('splits cache writes by how long they are kept, and takes the largest of each count', () => {
    const usage = {
      input_tokens: 3,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 70,
      cache_creation: { ephemeral_5m_input_tokens: 50, ephemeral_1h_input_tokens: 20 },
      output_tokens: 1,
    };
    const lines =
      event({ type: 'message_start', message: { id: 'm', model: 'c', usage } }) + says('x') + stops('end_turn');
    expect(decode(lines).find(({ type }) => type === 'usage')).toEqual({
      type: 'usage',
      usage: { input: 173, output: 1, cachedInput: 100, cacheWrite: 50, cacheWriteHour: 20 },
    });
  });
});

describe('decoding whole Messages answers', () => {
  test('reads content, stop reason and usage', async () => {
    const decoder = codec.createDecoder({ target });
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'text', text: 'yes', citations: null },
    ];
    const { events } = decoder.pushWhole(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        model: 'c',
        content,
        stop_reason: 'end_turn',
        usage: { input_tokens: 2, output_tokens: 3 },
      }),
    );
    expect([...events, ...decoder.end()]).toEqual([
      { type: 'answer-start', id: 'msg_1', model: 'c' },
      { type: 'reasoning-delta', part: 0, text: 'hm' },
      { type: 'part-signature', part: 0, signature: { dialect: 'anthropic-messages', value: 's' } },
      { type: 'text-delta', part: 1, text: 'yes' },
      { type: 'usage', usage: { input: 2, output: 3 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test.each(['{"big":12345678901234567890,"a":1,"a":2}', '{"__proto__":{"x":1}}', '{}'])(
    'keeps the input %s as it was written',
    async (input) => {
      const decoder = codec.createDecoder({ target });
      const { events } = decoder.pushWhole(inputOf(input));
      const { parts } = await tell([...events, ...decoder.end()]);
      expect(parts).toEqual([{ kind: 'tool-call', callId: 't', name: 'n', input }]);
    },
  );

  test('throws what an error object says, and refuses what is no answer', () => {
    const decoder = codec.createDecoder({ target });
    expect(() => decoder.pushWhole('{"type":"error","error":{"type":"overloaded_error","message":"x"}}')).toThrow(
      expect.objectContaining({ code: 'overloaded' }),
    );
    expect(() => decoder.pushWhole('<html>')).toThrow(expect.objectContaining({ code: 'stream-malformed' }));
  });
});

const errorOf = (status: number, type: string, message = 'words') =>
  codec.toError(
    { status, headers: { 'retry-after': '3' }, text: JSON.stringify({ type: 'error', error: { type, message } }) },
    target,
  );

describe('errors of Messages upstreams', () => {
  test('are told apart by their type', () => {
    expect(errorOf(529, 'overloaded_error')).toMatchObject({
      code: 'overloaded',
      upstreamStatus: 529,
      retryAfterMs: 3000,
    });
    expect(errorOf(429, 'rate_limit_error')).toMatchObject({ code: 'upstream-limited', retryAfterMs: 3000 });
    expect(errorOf(401, 'authentication_error')).toMatchObject({ code: 'upstream-auth' });
    expect(errorOf(404, 'not_found_error')).toMatchObject({ code: 'model-not-found' });
    expect(errorOf(400, 'invalid_request_error')).toMatchObject({ code: 'upstream-refused' });
    expect(errorOf(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')).toMatchObject({
      code: 'context-exceeded',
    });
  });
});
