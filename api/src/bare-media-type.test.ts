import { expect, it } from 'vitest';
import { bareMediaType } from './bare-media-type.ts';

it.each([
  ['text/csv', 'text/csv'],
  [' Text/CSV ; charset=utf-8', 'text/csv'],
  ['image/svg+xml', 'image/svg+xml'],
  ['text', undefined],
  ['', undefined],
  ['text/csv\r\nX-Head: 1', undefined],
  [`text/${'x'.repeat(100)}`, undefined],
])('the media type that %j names is %j', (named, type) => {
  expect(bareMediaType(named)).toBe(type);
});
