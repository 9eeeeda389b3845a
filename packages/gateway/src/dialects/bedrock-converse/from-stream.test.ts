import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, tellAnswer } from '../../testing/decode-answer.ts';
import { eventStreamBytes } from '../../testing/event-stream-bytes.ts';
import type { EventStreamMessage } from '../../testing/event-stream-bytes.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { testStories } from '../../testing/story-tests.ts';
import { createBedrockConverseCodec } from './codec.ts';

const codec = createBedrockConverseCodec();
const target = sampleTarget('bedrock/anthropic.claude', { provider: 'Bedrock' });
const fixtures = new URL('./__fixtures__/', import.meta.url);
const recorded = (name: string) => readFileSync(new URL(`${name}.bin`, fixtures));
const decode = (...messages: readonly EventStreamMessage[]) =>
  decodeAnswer(codec, [eventStreamBytes(messages)], { target });
const text = { event: 'contentBlockDelta', payload: { contentBlockIndex: 0, delta: { text: 'a' } } };
const stop = (stopReason: string) => ({ event: 'messageStop', payload: { stopReason } });

testStories({ codec, recorded, lacks: ['reasoning-tokens'] });

test('the recorded bytes are what AWS writes for the readable sources beside them', () => {
  const sources = readdirSync(fixtures).filter((file) => file.endsWith('.json'));
  expect(sources.length).toBeGreaterThan(5);
  for (const file of sources) {
    const messages = JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as EventStreamMessage[];
    expect(recorded(file.replace('.json', ''))).toEqual(eventStreamBytes(messages));
  }
});

describe('an answer of ConverseStream', () => {
  test('keeps hidden thoughts, gives calls without arguments an empty object and counts cache writes', () => {
    const events = decodeAnswer(codec, [recorded('odd')], { target });
    const opaque = { dialect: 'bedrock-converse', value: 'cmVkYWN0ZWQ=' };
    expect(events).toContainEqual({ type: 'part-signature', part: 0, opaque });
    expect(tellAnswer(events)).toMatchObject({
      text: 'Done.',
      calls: [{ name: 'no_arguments', input: '{}' }],
      usage: { input: 12, output: 4, cacheWrite: 9 },
      end: 'stop-sequence',
    });
  });

  test('fails where arguments come without the call they are for', () => {
    const lost = { event: 'contentBlockDelta', payload: { contentBlockIndex: 1, delta: { toolUse: { input: '{}' } } } };
    expect(tellAnswer(decode(text, lost, stop('tool_use')))).toMatchObject({ text: 'a', end: 'stream-malformed' });
  });

  test.each([
    ['constructor', 'stop'],
    ['end_turn', 'stop'],
    ['max_tokens', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['model_context_window_exceeded', 'context-exceeded'],
    ['something_new', 'stop'],
    ['malformed_tool_use', 'upstream-error'],
  ])('ends by %s as %s', (reason, end) => {
    expect(tellAnswer(decode(text, stop(reason))).end).toBe(end);
  });

  test.each([
    ['throttlingException', 'upstream-limited'],
    ['serviceUnavailableException', 'overloaded'],
    ['internalServerException', 'upstream-error'],
    ['modelStreamErrorException', 'upstream-error'],
    ['validationException', 'upstream-refused'],
    ['somethingNewException', 'upstream-error'],
  ])('fails by %s as %s', (exception, end) => {
    expect(tellAnswer(decode(text, { exception, payload: { message: 'No.' } }))).toMatchObject({ text: 'a', end });
  });

  test('waits for nothing but usage once the reason of the end came', () => {
    const decoder = codec.createDecoder({ target });
    const usage = { event: 'metadata', payload: { usage: { inputTokens: 1, outputTokens: 2 } } };
    const frames = codec.createScanner().push(eventStreamBytes([text, stop('end_turn'), usage]));
    const seen = frames.map((frame) => [decoder.push(frame).verdict, decoder.hasFinished]);
    expect(seen).toEqual([
      ['content', false],
      ['content', true],
      ['done', true],
    ]);
  });

  test('is read when it comes in one piece', () => {
    const body = `{"output":{"message":{"role":"assistant","content":[
      {"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"c2ln"}}},{"text":"Yes."},
      {"toolUse":{"toolUseId":"t1","name":"f","input":{"id":12345678901234567890}}}]}},
      "stopReason":"tool_use","usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}}`;
    const decoder = codec.createDecoder({ target });
    const { events } = decoder.pushWhole(body);
    expect(tellAnswer([...events, ...decoder.end()])).toEqual({
      text: 'Yes.',
      reasoning: 'Hm.',
      signature: 'c2ln',
      calls: [{ name: 'f', input: '{"id":12345678901234567890}' }],
      usage: { input: 3, output: 4 },
      end: 'tool-calls',
    });
  });
});

const error = (status: number, type: string, message: string) =>
  codec.toError({ status, headers: { 'x-amzn-errortype': type }, text: JSON.stringify({ message }) }, target);

describe('an error of Bedrock', () => {
  test.each([
    [429, 'ThrottlingException:http://internal.amazon.com/coral/', 'Too many requests.', 'upstream-limited'],
    [400, 'ValidationException', 'Input is too long for requested model.', 'context-exceeded'],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'model-not-found'],
    [400, 'ValidationException', 'Malformed input.', 'upstream-refused'],
    [403, 'UnrecognizedClientException', 'The security token is invalid.', 'upstream-auth'],
    [503, 'ServiceUnavailableException', 'Busy.', 'overloaded'],
    [424, 'ModelErrorException', 'The model failed.', 'upstream-error'],
    [418, '', 'Teapot.', 'upstream-refused'],
  ])('of status %i %s "%s" is %s', (status, type, message, code) => {
    expect(error(status, type, message)).toMatchObject({ code, upstreamStatus: status });
  });
});
