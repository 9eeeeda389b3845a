import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../core/codec.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import { decodeAnswer, tellAnswer } from './decode-answer.ts';
import { story } from './story.ts';

const stories = ['text', 'tool', 'parallel-tools', 'reasoning', 'length', 'error'] as const;

export interface StoryTests {
  readonly codec: Codec;
  /** The bytes of the recorded answer of that name. */
  readonly recorded: (name: string) => Buffer;
  /** What this wire has no place for. */
  readonly lacks: readonly ('cachedInput' | 'reasoning-tokens' | 'signature')[];
}

/** Declares the tests that every dialect of upstreams passes on its recorded answers. */
export function testStories({ codec, recorded, lacks }: StoryTests): void {
  const told = (name: string) => tellAnswer(decodeAnswer(codec, [recorded(name)]));

  describe('recorded answers', () => {
    test('tell a text with its usage', () => {
      const { input, output, cachedInput } = story.text.usage;
      const usage = { input, output, ...(lacks.includes('cachedInput') ? {} : { cachedInput }) };
      expect(told('text')).toMatchObject({ text: story.text.text, calls: [], usage, end: story.text.reason });
    });

    test('tell a call whose arguments are byte-exact', () => {
      const { calls, usage, reason: end } = story.tool;
      expect(told('tool')).toMatchObject({ text: '', calls, usage, end });
    });

    test('tell calls side by side', () => {
      const { text, calls, usage, reason: end } = story.parallelTools;
      expect(told('parallel-tools')).toMatchObject({ text, calls, usage, end });
    });

    test('tell thoughts before the text', () => {
      const { reasoning, text, usage, reason: end, signature } = story.reasoning;
      expect(told('reasoning')).toMatchObject({
        reasoning,
        text,
        end,
        signature: lacks.includes('signature') ? '' : signature,
        usage: lacks.includes('reasoning-tokens') ? { input: usage.input, output: usage.output } : usage,
      });
    });

    test('tell that a limit was reached', () => {
      const { text, usage, reason: end } = story.length;
      expect(told('length')).toMatchObject({ text, usage, end });
    });

    test('tell an error in the middle', () => {
      expect(told('error')).toMatchObject({ text: story.error.text, end: story.error.code });
    });

    test.each(stories)('are the same wherever their bytes are split: %s', (name) => {
      const bytes = recorded(name);
      const whole = comparable(decodeAnswer(codec, [bytes]));
      for (let at = 1; at < bytes.length; at += 1) {
        expect(comparable(decodeAnswer(codec, [bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(whole);
      }
      const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
      expect(comparable(decodeAnswer(codec, single))).toEqual(whole);
    });

    test('are the same in any pieces', () => {
      const bytes = recorded('parallel-tools');
      const whole = comparable(decodeAnswer(codec, [bytes]));
      const borders = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 });
      fc.assert(
        fc.property(borders, (places) => {
          const cuts = [0, ...places.toSorted((one, other) => one - other), bytes.length];
          const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
          expect(comparable(decodeAnswer(codec, pieces))).toEqual(whole);
        }),
        { numRuns: 50 },
      );
    });

    test('are read without harm whatever became of their bytes', () => {
      const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'insert', 'remove') });
      fc.assert(
        fc.property(fc.constantFrom(...stories), fc.array(change, { minLength: 1, maxLength: 5 }), (name, changes) => {
          const bytes = [...recorded(name)];
          for (const { at, byte, kind } of changes) {
            bytes.splice(at % bytes.length, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
          }
          expect(endOf(() => decodeAnswer(codec, [Buffer.from(bytes)]))).not.toBe('');
        }),
        { numRuns: 300 },
      );
    });

    test.each(stories.slice(0, -1))('are a failure wherever they are cut before their end: %s', (name) => {
      const bytes = recorded(name);
      const fault = new GatewayError('stream-cut', { message: 'cut' });
      const full = tellAnswer(decodeAnswer(codec, [bytes]));
      for (let at = 0; at < bytes.length; at += 1) {
        for (const options of [{}, { fault }]) {
          const { usage: _, ...cut } = tellAnswer(decodeAnswer(codec, [bytes.subarray(0, at)], options));
          // What comes after the reason of the end is usage at most.
          const isWhole = isDeepStrictEqual({ ...cut, usage: full.usage }, full);
          expect(isWhole ? 'stream-cut' : cut.end).toBe('stream-cut');
        }
      }
    });
  });
}

/** How an answer ended; framing that was lost is one of the ways. */
function endOf(decode: () => ModelEvent[]): string {
  try {
    return tellAnswer(decode()).end;
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

/** Errors are compared by what they say. */
function comparable(events: readonly object[]): unknown {
  return JSON.parse(
    JSON.stringify(events, (_, value: unknown) =>
      value instanceof GatewayError ? `${value.code} ${value.message}` : value,
    ),
  );
}
