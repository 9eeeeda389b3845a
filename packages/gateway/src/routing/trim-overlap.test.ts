import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOverlapTrimmer } from './trim-overlap.ts';

function trim(said: string, ...pieces: readonly string[]): string {
  const trimmer = createOverlapTrimmer(said);
  return pieces.map((piece) => trimmer.push(piece)).join('') + trimmer.end();
}

test('a continuation that goes on is left as it is', () => {
  expect(trim('The quick brown fox', ' jumps', ' over')).toBe(' jumps over');
});

test('what is repeated of the end is said once', () => {
  expect(trim('The quick brown fox', 'quick brown fox jumps')).toBe(' jumps');
  expect(trim('The quick brown fox', 'quick', ' brown', ' fox', ' jumps')).toBe(' jumps');
});

test('a model that begins anew is cut to what is new', () => {
  expect(trim('Hello', 'Hello, world')).toBe(', world');
});

test('a short likeness is how sentences go on, not a repetition', () => {
  expect(trim('It will', 'l be')).toBe('l be');
  expect(trim('ha ha', ' ha ha')).toBe(' ha ha');
});

test('white space that no prefill may end with is not said twice', () => {
  expect(trim('One two \n', ' \nthree')).toBe('three');
  expect(trim('One two ', ' three')).toBe('three');
  expect(trim('One two ', 'three')).toBe('three');
});

test('an answer that ends with its repetition says nothing more', () => {
  expect(trim('The quick brown fox', 'The quick brown fox')).toBe('');
});

test('any repetition that is long enough disappears, however the text is split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 6, maxLength: 40 }),
      fc.nat(),
      fc.array(fc.nat(20), { maxLength: 30 }),
      (words, back, cuts) => {
        const said = words.map((word, index) => `${word}${index} `).join('');
        const overlap = 12 + (back % Math.max(1, said.length - 12));
        const continuation = `${said.slice(-overlap)}and the rest.`;
        const pieces: string[] = [];
        let at = 0;
        for (const length of cuts) {
          pieces.push(continuation.slice(at, at + length));
          at += length;
        }
        expect(said + trim(said, ...pieces, continuation.slice(at))).toBe(`${said}and the rest.`);
      },
    ),
  );
});
