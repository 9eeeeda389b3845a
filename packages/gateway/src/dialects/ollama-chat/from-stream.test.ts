import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, tellAnswer } from '../../testing/decode-answer.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { testStories } from '../../testing/story-tests.ts';
import { createOllamaChatCodec } from './codec.ts';

const codec = createOllamaChatCodec();
const target = sampleTarget('ollama/qwen3', { provider: 'Ollama' });
const recorded = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.ndjson`, import.meta.url));
const decode = (text: string) => decodeAnswer(codec, [Buffer.from(text)], { target });

const ids = () =>
  decodeAnswer(codec, [recorded('parallel-tools')]).flatMap((event) =>
    event.type === 'tool-input-delta' ? [event.callId] : [],
  );

testStories({ codec, recorded, lacks: ['cachedInput', 'reasoning-tokens', 'signature'] });

describe('an answer of /api/chat', () => {
  test('mints ids of calls, the same ones each time, no two the same', () => {
    expect(new Set(ids()).size).toBe(2);
    expect(ids()).toEqual(ids());
  });

  test('keeps an id that Ollama gave', () => {
    const call = { id: 'call_own', function: { name: 'f', arguments: {} } };
    const line = { created_at: 'now', message: { tool_calls: [call] }, done: true };
    expect(decode(JSON.stringify(line))).toContainEqual(
      expect.objectContaining({ type: 'tool-input-delta', callId: 'call_own', text: '{}' }),
    );
  });

  test('is whole although the last line has no border', () => {
    const line = { message: { content: 'a' }, done: true, done_reason: 'stop', unknown: [1] };
    expect(tellAnswer(decode(JSON.stringify(line)))).toMatchObject({ text: 'a', end: 'stop', usage: {} });
  });

  test('goes on after a line nobody can read, and counts it', () => {
    const decoder = codec.createDecoder({ target });
    const lines = '{"message":\r\n\n{"message":{"content":"a"}}\r\n{"done":true,"done_reason":"stop"}\n';
    const verdicts = codec
      .createScanner()
      .push(Buffer.from(lines))
      .map((frame) => decoder.push(frame).verdict);
    expect(verdicts).toEqual(['malformed', 'comment', 'content', 'done']);
    expect(decoder.malformed).toBe(1);
  });

  test('refuses a line that never ends', () => {
    const scanner = codec.createScanner();
    const megabytes = Buffer.alloc(8 * 1024 * 1024, 97);
    expect(() => {
      for (let count = 0; count < 5; count += 1) scanner.push(megabytes);
    }).toThrow('never ends');
  });

  test('is read when it comes in one piece', () => {
    const decoder = codec.createDecoder({ target });
    const { events } = decoder.pushWhole(
      '{"message":{"content":"a"},"done":true,"done_reason":"length","eval_count":2}',
    );
    expect(tellAnswer([...events, ...decoder.end()])).toMatchObject({ text: 'a', end: 'length', usage: { output: 2 } });
    expect(() => codec.createDecoder({ target }).pushWhole('<p>')).toThrow('could not be read');
  });
});

test.each([
  [404, { error: "model 'x' not found" }, 'model-not-found'],
  [503, { error: 'server busy, please try again.  maximum pending requests exceeded' }, 'overloaded'],
  [400, { error: 'registry.ollama.ai/library/x does not support tools' }, 'upstream-refused'],
  [500, { error: 'llama runner process has terminated' }, 'upstream-error'],
])('an error of status %i %j is %s', (status, body, code) => {
  expect(codec.toError({ status, headers: {}, text: JSON.stringify(body) }, target).code).toBe(code);
});
