import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTextTemplate } from './text-template.ts';

const event = (text: string): string => JSON.stringify({ type: 'delta', index: 0, delta: { text } });
const read = (data: string): string => JSON.parse(data).delta.text;

test('knows a text without reading it where all else is the same', () => {
  const template = createTextTemplate();
  expect(template.textOf(event('one'))).toBeUndefined();
  template.learn(event('one'), 'text', 'one');
  expect(template.textOf(event('two, ¾ ünd 🙂'))).toBe('two, ¾ ünd 🙂');
  expect(template.textOf(event('"quoted"'))).toBeUndefined();
  expect(template.textOf(event(''))).toBeUndefined();
  expect(template.textOf(event('three').replace('"index":0', '"index":1'))).toBeUndefined();
  expect(template.textOf(`${event('four').slice(0, -1)},"more":1}`)).toBeUndefined();
});

test('does not learn where it is not plain which string is the text', () => {
  const template = createTextTemplate();
  const twice = JSON.stringify({ delta: { text: 'same' }, again: { text: 'same' } });
  template.learn(twice, 'text', 'same');
  expect(template.textOf(twice)).toBeUndefined();
  template.learn('{"delta": {"text": "spaced"}}', 'text', 'spaced');
  expect(template.textOf('{"delta": {"text": "other"}}')).toBeUndefined();
});

test('never says anything else than a full parser', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('text', '"text":"', '\\', '"}', 'a","text":"b'),
  );
  const shape = fc.record({
    type: words,
    delta: fc.record({ text: words, more: fc.option(words, { nil: undefined }) }),
    tail: fc.option(fc.record({ text: words }), { nil: undefined }),
  });
  const streams = fc.array(fc.record({ shape, isPlain: fc.boolean() }), { maxLength: 12 });
  const holds = fc.check(
    fc.property(streams, words, (events, garbage) => {
      const template = createTextTemplate();
      const guesses: (readonly [string | undefined, string])[] = [];
      for (const one of events) {
        const value = one.isPlain ? { type: 'delta', delta: { text: one.shape.delta.text } } : one.shape;
        const data = JSON.stringify(value);
        const known = template.textOf(data);
        guesses.push([known, data]);
        template.learn(data, 'text', read(data));
        // What is no JSON, or another value, must not pass for one like it.
        const broken = data.slice(0, Math.floor(data.length / 2)) + garbage + data.slice(Math.floor(data.length / 2));
        const guessed = template.textOf(broken);
        guesses.push([guessed, broken]);
      }
      return guesses.every(([guess, data]) => guess === undefined || guess === read(data));
    }),
    { numRuns: 2000 },
  );
  expect(holds.counterexample).toBeNull();
});
