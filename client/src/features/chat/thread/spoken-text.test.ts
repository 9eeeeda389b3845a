import { expect, it } from 'vitest';
import { countWords, spokenText } from './spoken-text.ts';

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
