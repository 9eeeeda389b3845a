import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFirstLine } from './first-line.ts';

test('the first line is taken off, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.string().map((line) => line.replaceAll('\n', '')),
      fc.string(),
      fc.integer({ min: 1, max: 9 }),
      (line, rest, size) => {
        const bytes = Buffer.from(`${line}\n${rest}`);
        const first = createFirstLine();
        const after: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) after.push(first.strip(bytes.subarray(at, at + size)));
        expect(Buffer.concat(after).equals(Buffer.from(rest))).toBe(true);
        expect(first.text()).toBe(Buffer.from(line).toString());
      },
    ),
  );
});
