import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createOpenAiChatCodec } from '../dialects/openai-chat/codec.ts';
import { chunk, doneMark, streamOf, usageChunk } from '../testing/scripted-upstream.ts';
import { createStreamReader, createWholeReader } from './answer-reader.ts';

const codec = createOpenAiChatCodec();
const target: Target = {
  provider: 'Test',
  baseUrl: 'http://test/v1',
  model: 'up',
  timeouts: { connect: 1, headers: 1, content: 1, idle: 1 },
};
const options = { codec, target, recording: undefined };
const story = (name: string): string =>
  readFileSync(new URL(`../dialects/openai-chat/__fixtures__/${name}.sse`, import.meta.url), 'utf8');

interface Passed {
  readonly bytes: string;
  readonly last: ModelEvent | undefined;
  readonly hasContent: boolean;
}

function pass(pieces: readonly Buffer[], hidesUsage: boolean, fault?: GatewayError): Passed {
  const reader = createStreamReader({ ...options, wire: { hidesUsage } });
  const events: ModelEvent[] = [];
  for (const piece of pieces) if (!reader.isOver) events.push(...reader.push(piece));
  events.push(...reader.end(fault));
  const wire = events.filter((event) => event.type === 'wire');
  const bytes = Buffer.concat(wire.map((event) => event.bytes)).toString();
  return { bytes, last: events.at(-1), hasContent: reader.hasContent };
}

/** Every cut in two, and some in many. */
function eachSplit(bytes: Buffer, check: (pieces: readonly Buffer[]) => void): void {
  for (let at = 1; at < bytes.length; at += 1) check([bytes.subarray(0, at), bytes.subarray(at)]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 12 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      check(edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge)));
    }),
  );
}

const words = Array.from({ length: 12 }, (_, index) => (index % 4 === 3 ? 'say "é"\n' : `w${index} ü`));

describe('handing on the bytes of an answer', () => {
  test.each(['text', 'tool', 'parallel-tools', 'reasoning', 'length'])(
    '%s is untouched, however it is split',
    (name) => {
      const bytes = Buffer.from(story(name));
      eachSplit(bytes, (pieces) => {
        const passed = pass(pieces, false);
        expect(passed.bytes).toBe(bytes.toString());
        expect(passed.last?.type).toBe('finish');
      });
    },
  );

  test('many alike are passed as they are, usage left out when it was not asked for', () => {
    const whole = streamOf(...words);
    eachSplit(Buffer.from(whole), (pieces) => {
      expect(pass(pieces, true).bytes).toBe(whole.replace(usageChunk, ''));
      expect(pass(pieces, false).bytes).toBe(whole);
    });
  });

  test('what nobody could read is left out, wherever it stands among others', () => {
    const bad = ['data: {"broken\n\n', 'data: {"choices":[{"delta":{"content":"x"\n\n', 'data: 7\n\n'];
    const good = words.map((content) => chunk({ content }));
    const begin = chunk({ role: 'assistant', content: '' });
    const end = chunk({}, 'stop') + doneMark;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(2)), { maxLength: 6 }), fc.nat(), (places, cut) => {
        const mixed = good.map((event, at) => {
          const before = places.filter(([place]) => place === at).map(([, kind]) => bad[kind] ?? '');
          return before.join('') + event;
        });
        const bytes = Buffer.from(begin + mixed.join('') + end);
        const at = 1 + (cut % (bytes.length - 1));
        const passed = pass([bytes.subarray(0, at), bytes.subarray(at)], false);
        expect(passed.bytes).toBe(begin + good.join('') + end);
      }),
    );
  });

  test('an error among alike ones ends it, without an end marker', () => {
    const bytes = Buffer.from(
      `${chunk({ content: 'a' })}${chunk({ content: 'b' })}data: {"error":{"message":"no"}}\n\n`,
    );
    eachSplit(bytes, (pieces) => {
      const passed = pass(pieces, false);
      expect(passed.last).toMatchObject({ type: 'failure', error: { message: 'no' } });
      expect(passed.bytes).toBe(chunk({ content: 'a' }) + chunk({ content: 'b' }));
    });
  });

  test('a cut anywhere before the reason is a failure and never has an end marker', () => {
    const whole = streamOf(...words);
    const end = whole.indexOf('"finish_reason":"stop"');
    const fault = new GatewayError('stream-cut', { message: 'cut' });
    for (let at = 0; at < end; at += 1) {
      const passed = pass([Buffer.from(whole.slice(0, at))], false, fault);
      expect(passed.last?.type).toBe('failure');
      expect(passed.bytes).not.toContain('[DONE]');
      expect(whole.startsWith(passed.bytes)).toBe(true);
    }
  });

  test('what says nothing yet is no content', () => {
    expect(pass([Buffer.from(`: hi\n\n${chunk({ role: 'assistant', content: '' })}`)], false).hasContent).toBe(false);
  });
});

describe('an answer in one piece', () => {
  const whole = '{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}';

  test('is one event of bytes, with its usage and end', () => {
    const reader = createWholeReader({ ...options, wire: { hidesUsage: false } });
    expect(whole.split('').flatMap((letter) => reader.push(Buffer.from(letter)))).toEqual([]);
    expect(reader.end(undefined)).toEqual([
      { type: 'wire', phase: 'content', bytes: Buffer.from(whole) },
      { type: 'usage', usage: { input: 1, output: 0 } },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test.each(['', 'nonsense', '<!doctype html><title>No</title>', '{"error":{"message":"no"}}'])(
    '%j is an error',
    (text) => {
      const reader = createWholeReader({ ...options, wire: { hidesUsage: false } });
      reader.push(Buffer.from(text));
      expect(reader.end(undefined).at(-1)?.type).toBe('failure');
    },
  );
});
