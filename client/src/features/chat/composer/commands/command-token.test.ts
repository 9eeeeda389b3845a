import { expect, it } from 'vitest';
import { commandToken } from './command-token.ts';

it.each([
  ['/', 'prompt', ''],
  ['/re', 'prompt', 're'],
  ['@', 'answerer', ''],
  ['Ask @gp', 'answerer', 'gp'],
  ['One\n@a', 'answerer', 'a'],
])('finds a command at the end of “%s”', (text, kind, query) => {
  expect(commandToken(text, text.length)).toMatchObject({ kind, query, to: text.length });
});

it.each(['', 'a/b', ' /re', '/re view', 'ada@example.com', '@a b', '@@', `/${'x'.repeat(100)}`])(
  'finds none at the end of “%s”',
  (text) => {
    expect(commandToken(text, text.length)).toBeUndefined();
  },
);

it('finds the one at the caret, never a part of a word', () => {
  expect(commandToken('@gp then', 3)).toMatchObject({ kind: 'answerer', from: 0, to: 3 });
  expect(commandToken('@gpt', 3)).toBeUndefined();
  expect(commandToken('/re', 1)).toBeUndefined();
});

it('reads a text of a megabyte at once', () => {
  expect(commandToken(` ${'@'.repeat(1_000_000)}`, 1_000_001)).toBeUndefined();
});
