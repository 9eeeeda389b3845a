import { expect, it } from 'vitest';
import { countWords, endOfSentences, spokenText } from './spoken-text.ts';

it.each([
  ['Plain text.', 'Plain text.'],
  ['## A heading\n\nwith **bold** and `code`', 'A heading with bold and code'],
  ['- one\n- two\n1. three', 'one two three'],
  ['see [the guide](/docs/guide)', 'see the guide'],
  ['before\n```ts\nconst a = 1;\n```\nafter', 'before Code block. after'],
  ['| a | b |\n| --- | --- |\n| 1 | 2 |', 'a b 1 2'],
  ['> quoted', 'quoted'],
])('reads %j as %j', (markdown, spoken) => {
  expect(spokenText(markdown, 'Code block.')).toBe(spoken);
});

it('counts words', () => {
  expect([countWords(''), countWords('one'), countWords('one two')]).toEqual([0, 1, 2]);
});

it.each([
  ['One. Two. Thr', 0, 'One. Two.'],
  ['One. Two. Thr', 4, ' Two.'],
  ['Nothing is finished yet', 0, ''],
  ['Version 1.5 is not the end of', 0, ''],
  ['一つ。二つ。三', 0, '一つ。二つ。'],
  ['A heading\n\nand text', 0, 'A heading\n\n'],
  ['Before. \n```ts\nconst a = 1. \nconst b', 0, 'Before.'],
  ['Before. \n```ts\na. b\n```\nAfter. And', 0, 'Before. \n```ts\na. b\n```\nAfter.'],
])('of %j from %i the sentences %j are finished', (text, start, finished) => {
  expect(text.slice(start, endOfSentences(text, start))).toBe(finished);
});
