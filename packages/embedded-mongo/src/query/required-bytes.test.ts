import { expect, it } from 'vitest';
import { received } from '../testing/bson-document.ts';
import { parseFilter } from './parse-filter.ts';
import { requiredBytes, requiredText } from './required-bytes.ts';

it.each([
  ['needle', '', 'needle'],
  ['two words', 'msu', 'two words'],
  ['^from.*to the end$', '', 'to the end'],
  ['abcd?e', '', 'abc'],
  ['abcd*?efghi', '', 'efghi'],
  ['abcd+e', '', 'abcd'],
  ['abcd+?e', '', 'abcd'],
  ['abcd++e', '', 'abcd'],
  ['abc😀*', '', 'abc'],
  [String.raw`www\.example\.org`, '', 'example'],
  [String.raw`a\.*long`, '', 'long'],
  [String.raw`a\\*long`, '', 'long'],
  ['', '', ''],
  ['needle', 'i', ''],
  ['ne ed le', 'x', ''],
  ['one|other', '', ''],
  ['(?i)needle', '', ''],
  ['(needle)?', '', ''],
  ['[needle]', '', ''],
  ['needle{0}', '', ''],
  [String.raw`needle\d`, '', ''],
  [String.raw`\Qa.b\E*`, '', ''],
  ['needle\u{fffd}', '', ''],
])('whatever /%s/%s matches contains %j', (pattern, options, text) => {
  expect(requiredText({ kind: 'regex', pattern, options })).toBe(text);
});

it.each([
  [{ a: /needle/ }, 'needle'],
  [{ 'a.b': /needle/, c: /longer needle/, d: 1 }, 'longer needle'],
  [{ $and: [{ a: 1 }, { a: { $regex: 'needle', $options: 's' } }] }, 'needle'],
  [{ a: /ab/ }, undefined],
  [{ a: { $not: /needle/ } }, undefined],
  [{ a: { $in: [/needle/] } }, undefined],
  [{ $or: [{ a: /needle/ }, { a: 1 }] }, undefined],
  [{ $nor: [{ a: /needle/ }] }, undefined],
  [{ a: 'needle' }, undefined],
  [{}, undefined],
])('documents that match %j contain %j', (filter, bytes) => {
  expect(requiredBytes(parseFilter(received(filter)))?.toString()).toBe(bytes);
});
