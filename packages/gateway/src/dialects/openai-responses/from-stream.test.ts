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
import { createOpenAiResponsesCodec } from './codec.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`__fixtures__/${name}.sse`, import.meta.url));
const target = sampleTarget('openai/gpt-5-mini', { apiKey: 'sk-secret-key-000' });
const codec = createOpenAiResponsesCodec();
const decode = (text: string | Buffer, fault?: GatewayError) =>
  decodeAnswer(codec, [Buffer.from(text)], { target, ...(fault && { fault }) });
const malformedIn = (text: string | Buffer): number => {
  const decoder = codec.createDecoder({ target });
  for (const frame of codec.createScanner().push(Buffer.from(text))) decoder.push(frame);
  return decoder.malformed;
};
const tell = (events: readonly ModelEvent[]) => collectAnswer(Readable.from(events));

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const says = (delta: string): string =>
  event({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta });
const ends = (status: string, more: object = {}): string =>
  event({ type: `response.${status}`, response: { id: 'resp_1', model: 'gpt', status, ...more } });

testStories({ codec, recorded: fixture, lacks: ['signature'] });

const thinks = (delta: string, summary: number): string =>
  event({ type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: summary, delta });

describe('decoding Responses streams', () => {
  test('tells text and parallel calls whose pieces interleave', async () => {
    const { parts, usage, reason } = await tell(decode(fixture('parallel-tools')));
    expect(parts).toEqual([
      { kind: 'text', text: story.parallelTools.text, sources: [] },
      { kind: 'tool-call', callId: 'call_A', ...story.parallelTools.calls[0] },
      { kind: 'tool-call', callId: 'call_B', ...story.parallelTools.calls[1] },
    ]);
    expect({ usage, reason }).toEqual({ usage: story.parallelTools.usage, reason: story.parallelTools.reason });
  });

  test('tells the summary of reasoning with its encrypted content', async () => {
    const { parts, usage, reason } = await tell(decode(fixture('reasoning')));
    const opaque = { dialect: 'openai-responses', value: story.reasoning.signature };
    expect(parts).toEqual([
      { kind: 'reasoning', text: story.reasoning.reasoning, opaque },
      { kind: 'text', text: story.reasoning.text, sources: [] },
    ]);
    expect({ usage, reason }).toEqual({ usage: story.reasoning.usage, reason: story.reasoning.reason });
  });

  test('hears nothing of hosted tools and unknown events, and keeps citations', async () => {
    const events = decode(fixture('hosted-tools'));
    const { parts, usage, reason } = await tell(events);
    expect(parts).toEqual([
      {
        kind: 'text',
        text: 'Otters hold hands.',
        sources: [expect.objectContaining({ url: 'https://example.com/otters', title: 'Otters' })],
      },
      { kind: 'tool-call', callId: 'call_C', name: 'now', input: '{}' },
    ]);
    expect({ usage, reason }).toEqual({
      usage: { input: 50, output: 21, cachedInput: 10, serverToolCalls: 1 },
      reason: 'tool-calls',
    });
    expect(malformedIn(fixture('hosted-tools'))).toBe(0);
  });

  test('tells a refusal in the words of the model', async () => {
    const { parts, reason } = await tell(decode(fixture('refusal')));
    expect(parts).toEqual([{ kind: 'refusal', text: "I can't help with that." }]);
    expect(reason).toBe('refusal');
  });

  test.each(['hosted-tools'])('is the same however the bytes of "%s" are split', (name) => {
    const bytes = fixture(name);
    const events = decode(bytes);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(decodeAnswer(codec, [bytes.subarray(0, at), bytes.subarray(at)], { target })).toEqual(events);
    }
  });

  test.each(['hosted-tools'])('is a failure wherever "%s" is cut before its last event is whole', (name) => {
    const bytes = fixture(name);
    const last = bytes.lastIndexOf('event: ');
    for (let at = 0; at < last; at += 1) {
      expect(decode(bytes.subarray(0, at)).at(-1)?.type).toBe('failure');
    }
  });

  test('reports the fault of the transport as it is', () => {
    const fault = new GatewayError('timeout', { message: 'silence' });
    expect(decode(says('half'), fault).at(-1)).toEqual({ type: 'failure', error: fault });
  });

  test('takes a [DONE] for nothing', () => {
    const events = decode(`${says('half')}data: [DONE]\n\n`);
    expect(events.at(-1)).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
    expect(malformedIn('data: [DONE]\n\n')).toBe(0);
  });

  test('skips and counts what cannot be read', async () => {
    const lines = `data: {"type":\n\n${says('a')}data: 7\n\n${says('b')}${ends('completed')}`;
    const events = decode(lines);
    expect((await tell(events)).parts).toEqual([{ kind: 'text', text: 'ab', sources: [] }]);
    expect(malformedIn(lines)).toBe(2);
    expect(decode('data: nonsense\n\n')).toMatchObject([{ error: { code: 'stream-malformed' } }]);
  });

  test('is content from the moment the provider does something itself', () => {
    const decoder = codec.createDecoder({ target });
    const verdicts = codec
      .createScanner()
      .push(fixture('hosted-tools'))
      .map((frame) => decoder.push(frame).verdict);
    expect(verdicts.slice(0, 3)).toEqual(['lifecycle', 'lifecycle', 'content']);
  });

  test('takes an end without its blank line for content, so that the blank line is added', () => {
    const scanner = codec.createScanner();
    const decoder = codec.createDecoder({ target });
    const bytes = Buffer.from((says('x') + ends('completed')).trimEnd());
    const verdicts = [...scanner.push(bytes), ...scanner.end()].map((frame) => decoder.push(frame).verdict);
    expect(verdicts).toEqual(['content', 'content']);
    expect(decoder.end().at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('does not make up a call whose beginning was lost', () => {
    const lost = event({ type: 'response.function_call_arguments.delta', output_index: 0, delta: '{}' });
    expect(decode(lost + ends('completed')).at(-1)).toMatchObject({
      error: { code: 'stream-malformed' },
    });
  });

  test('reads an answer that is told at the end only', async () => {
    const output = [
      { type: 'message', content: [{ type: 'output_text', text: 'late' }] },
      { type: 'function_call', call_id: 'c', name: 'n', arguments: '' },
    ];
    const { parts, reason } = await tell(decode(ends('completed', { output })));
    expect(parts).toEqual([
      { kind: 'text', text: 'late', sources: [] },
      { kind: 'tool-call', callId: 'c', name: 'n', input: '{}' },
    ]);
    expect(reason).toBe('tool-calls');
  });

  test('takes several summaries for paragraphs of one thought', async () => {
    const bytes = thinks('One', 0) + thinks('.', 0) + thinks('Two.', 1) + ends('completed');
    expect((await tell(decode(bytes))).parts).toEqual([{ kind: 'reasoning', text: 'One.\n\nTwo.' }]);
  });

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
  ])('reads an answer that is incomplete because of %s as %s', (why, reason) => {
    const bytes = says('x') + ends('incomplete', { incomplete_details: { reason: why } });
    expect(decode(bytes).at(-1)).toEqual({ type: 'finish', reason });
  });

  test.each([
    ['server_is_overloaded', 'overloaded'],
    ['rate_limit_exceeded', 'upstream-limited'],
    ['insufficient_quota', 'upstream-limited'],
    ['context_length_exceeded', 'context-exceeded'],
    ['server_error', 'upstream-error'],
    ['invalid_prompt', 'content-filtered'],
    ['invalid_image_url', 'upstream-refused'],
    ['something_new', 'upstream-error'],
  ])('reads the error %s as %s, without secrets', (vendorCode, code) => {
    const error = event({ type: 'error', code: vendorCode, message: 'no sk-secret-key-000', param: null });
    const last = decode(says('x') + error).at(-1);
    expect(last).toMatchObject({ type: 'failure', error: { code, vendorCode } });
    expect(last?.type === 'failure' && last.error.message).not.toContain('secret-key');
    const failed = ends('failed', { error: { code: vendorCode, message: 'x' } });
    expect(decode(failed).at(-1)).toMatchObject({ error: { code, vendorCode } });
  });
});

describe('decoding whole Responses answers', () => {
  test('reads items in their order, status and usage', () => {
    const decoder = codec.createDecoder({ target });
    const output = [
      { type: 'reasoning', id: 'rs', summary: [], encrypted_content: 'e' },
      { type: 'web_search_call', id: 'ws' },
      { type: 'message', content: [{ type: 'output_text', text: 'yes', annotations: [] }] },
    ];
    const usage = { input_tokens: 2, output_tokens: 3 };
    const { events } = decoder.pushWhole(
      JSON.stringify({ id: 'resp_1', model: 'gpt', status: 'completed', output, usage, error: null }),
    );
    expect([...events, ...decoder.end()]).toEqual([
      { type: 'answer-start', id: 'resp_1', model: 'gpt' },
      { type: 'part-signature', part: 0, opaque: { dialect: 'openai-responses', value: 'e' } },
      { type: 'text-delta', part: 1, text: 'yes' },
      { type: 'usage', usage: { input: 2, output: 3, serverToolCalls: 1 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('throws what a failed answer says, and refuses what is no answer', () => {
    const decoder = codec.createDecoder({ target });
    const failed = { status: 'failed', output: [], error: { code: 'rate_limit_exceeded', message: 'x' } };
    expect(() => decoder.pushWhole(JSON.stringify(failed))).toThrow(
      expect.objectContaining({ code: 'upstream-limited' }),
    );
    expect(() => decoder.pushWhole('{}')).toThrow(expect.objectContaining({ code: 'stream-malformed' }));
  });
});
