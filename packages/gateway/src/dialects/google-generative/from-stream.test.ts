import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, tellAnswer } from '../../testing/decode-answer.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { testStories } from '../../testing/story-tests.ts';
import { createGoogleGenerativeCodec } from './codec.ts';

const codec = createGoogleGenerativeCodec();
const target = sampleTarget('google/gemini-2.5-flash', { provider: 'Google' });
const recorded = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.sse`, import.meta.url));
const decode = (...chunks: readonly (object | string)[]) => {
  const events = chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`);
  return decodeAnswer(codec, [Buffer.from(events.join(''))], { target });
};
const said = (text: string, finishReason?: string) => ({
  candidates: [{ content: { parts: [{ text }] }, finishReason }],
});

const ids = () =>
  decodeAnswer(codec, [recorded('parallel-tools')]).flatMap((event) =>
    event.type === 'tool-input-delta' ? [event.callId] : [],
  );

testStories({ codec, recorded, lacks: [] });

describe('an answer of generateContent', () => {
  test('names the answer and the model that serves', () => {
    const [start] = decodeAnswer(codec, [recorded('text')], { target });
    expect(start).toEqual({ type: 'answer-start', id: 'z1storyRESPONSEid', model: 'gemini-2.5-flash' });
  });

  test('keeps the ids of calls and mints the same ones again where there are none', () => {
    expect(ids()).toEqual([expect.stringMatching(/^call_[0-9a-f]{24}$/), 'fc-2']);
    expect(ids()).toEqual(ids());
  });

  test('gives a call its signature', () => {
    const events = decodeAnswer(codec, [recorded('tool')]);
    const signature = { dialect: 'google-generative', value: 'Y2FsbC1zaWduYXR1cmU=' };
    expect(events).toContainEqual({ type: 'part-signature', part: 0, signature });
  });

  test('gives a signature that comes alone to the text before it, and tells each source once', () => {
    const events = decodeAnswer(codec, [recorded('late-signature')]);
    expect(events).toContainEqual({
      type: 'part-signature',
      part: 0,
      signature: { dialect: 'google-generative', value: 'bGF0ZQ==' },
    });
    expect(events.filter((event) => event.type === 'source')).toEqual([
      { type: 'source', part: 1, id: 'source-1', title: 'example.org', url: 'https://example.org/a' },
    ]);
  });

  test('is a filtered one when the prompt was blocked', () => {
    expect(tellAnswer(decodeAnswer(codec, [recorded('blocked')], { target }))).toMatchObject({
      end: 'content-filtered',
      usage: { input: 7 },
    });
  });

  test.each([
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['LANGUAGE', 'content-filter'],
    ['MAX_TOKENS', 'length'],
    ['SOMETHING_NEW', 'stop'],
    ['MALFORMED_FUNCTION_CALL', 'upstream-error'],
    ['MALFORMED_RESPONSE', 'upstream-error'],
    ['OTHER', 'upstream-error'],
  ])('ends by %s as %s', (reason, end) => {
    expect(tellAnswer(decode(said('a'), said('', reason))).end).toBe(end);
  });

  test('ends for the last reason where every piece has one', () => {
    expect(tellAnswer(decode(said('a', 'STOP'), said('b', 'MAX_TOKENS')))).toMatchObject({ text: 'ab', end: 'length' });
    expect(tellAnswer(decode(said('a', 'SAFETY'), said('b', 'STOP'))).end).toBe('content-filter');
    expect(tellAnswer(decode(said('a', 'constructor'))).end).toBe('stop');
  });

  test('ends with tool calls whatever word comes with them', () => {
    const call = {
      candidates: [{ content: { parts: [{ functionCall: { name: 'f' } }] }, finishReason: 'FUNCTION_CALL' }],
    };
    expect(tellAnswer(decode(call))).toMatchObject({ calls: [{ name: 'f', input: '{}' }], end: 'tool-calls' });
  });

  test('keeps what a JSON parser would lose of arguments', () => {
    const args = '{ "n": 12345678901234567890, "n": 1.0, "__proto__": {"a": "\\u00e9 }"} }';
    const chunk = `{"candidates": [ {"content":{"parts":[{"text":"}]\\""},{"functionCall":{"args":${args},"name":"f"}}]},"finishReason":"STOP"}]}`;
    expect(tellAnswer(decode(chunk)).calls).toEqual([{ name: 'f', input: args }]);
  });

  test('goes on after a frame nobody can read, and counts it', () => {
    const scanner = codec.createScanner();
    const decoder = codec.createDecoder({ target });
    const bytes = Buffer.from(`data: {"candid\n\ndata: 17\n\n: ping\n\ndata: ${JSON.stringify(said('a', 'STOP'))}\n\n`);
    const verdicts = scanner.push(bytes).map((frame) => decoder.push(frame).verdict);
    expect(verdicts).toEqual(['malformed', 'malformed', 'comment', 'content']);
    expect(decoder.malformed).toBe(2);
    expect(decoder.end().at(-1)?.type).toBe('finish');
  });

  test('reads usage that comes after the reason of the end', () => {
    const usage = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, toolUsePromptTokenCount: 2 } };
    expect(tellAnswer(decode(said('a', 'STOP'), usage)).usage).toEqual({ input: 5, output: 4 });
  });

  test('is read when an error comes as bare JSON between events', () => {
    const error = JSON.stringify([{ error: { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED' } }], null, 2);
    const events = decodeAnswer(codec, [Buffer.from(`data: ${JSON.stringify(said('a'))}\n\n${error}`)], { target });
    expect(tellAnswer(events)).toMatchObject({ text: 'a', end: 'upstream-limited' });
  });

  test('is read when it comes in one piece, as an object or as a list', () => {
    for (const body of [said('ab', 'STOP'), [said('a'), said('b', 'STOP')]]) {
      const decoder = codec.createDecoder({ target });
      const { events } = decoder.pushWhole(JSON.stringify(body, null, 1));
      expect(tellAnswer([...events, ...decoder.end()])).toMatchObject({ text: 'ab', end: 'stop' });
    }
    expect(() => codec.createDecoder({ target }).pushWhole('nothing')).toThrow('could not be read');
  });
});

const error = (status: number, fields: object) =>
  codec.toError({ status, headers: {}, text: JSON.stringify({ error: fields }) }, target);

describe('an error of generateContent', () => {
  test.each([
    [429, 'RESOURCE_EXHAUSTED', 'upstream-limited'],
    [503, 'UNAVAILABLE', 'overloaded'],
    [403, 'PERMISSION_DENIED', 'upstream-auth'],
    [404, 'NOT_FOUND', 'model-not-found'],
    [400, 'INVALID_ARGUMENT', 'upstream-refused'],
    [500, 'INTERNAL', 'upstream-error'],
    [504, 'DEADLINE_EXCEEDED', 'timeout'],
  ])('of status %i %s is %s', (code, status, expected) => {
    expect(error(code, { code, message: 'No.', status })).toMatchObject({ code: expected, vendorCode: status });
  });

  test('knows a key that is not valid, a prompt that is too long, and how long to wait', () => {
    const status = 'INVALID_ARGUMENT';
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
    expect(error(400, { code: 400, status, message: 'API key not valid.', details }).code).toBe('upstream-auth');
    const message = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
    expect(error(400, { code: 400, status, message }).code).toBe('context-exceeded');
    const retry = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }];
    expect(
      error(429, { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota.', details: retry }).retryAfterMs,
    ).toBe(34_500);
  });
});
