import { expect, it } from 'vitest';
import { streamLengthFor } from './stream-length.ts';

it.each([
  [0, 10_000],
  [500, 10_000],
  [6_400, 10_000],
  [100_000, 640],
  [600_000, 106],
  [4_000_000, 30],
])('an entry of %i characters leaves %i entries', (size, entries) => {
  expect(streamLengthFor(size)).toBe(entries);
});
