import { expect, it } from 'vitest';
import { byteSize } from './byte-size.ts';

it.each([
  [0, '0 B'],
  [812, '812 B'],
  [1_234_567, '1.2 MB'],
  [25 * 1024 * 1024, '25 MB'],
  [128 * 1024 * 1024, '128 MB'],
  [7_000_000_000_000, '6519 GB'],
])('reads %d bytes as people do', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});
