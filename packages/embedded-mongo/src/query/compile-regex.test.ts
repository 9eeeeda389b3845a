import { expect, it } from 'vitest';
import { literalPrefix } from './compile-regex.ts';

it.each([
  ['^abc', '', 'abc'],
  ['^abc*', '', 'ab'],
  ['^a|b', '', ''],
  ['^ab(?#note)*', '', ''],
  ['abc', '', ''],
  ['^abc', 'i', ''],
  [String.raw`^\Qa.b|c\E`, '', 'a.b|c'],
  [String.raw`^\Qa.b`, '', 'a.b'],
  [String.raw`^\Qab\E.*`, '', 'ab'],
  [String.raw`^\Qab\E*c`, '', 'a'],
  [String.raw`^\Qab\E|c`, '', ''],
  [String.raw`^\Qab\E\E?`, '', 'a'],
])('/%s/%s finds only texts that start with %j', (pattern, options, prefix) => {
  expect(literalPrefix({ kind: 'regex', pattern, options })).toBe(prefix);
});
