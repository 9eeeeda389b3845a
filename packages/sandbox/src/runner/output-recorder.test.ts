import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputRecorder } from './output-recorder.ts';

function record(chunks: readonly Uint8Array[], limits = { shownBytes: 1_000_000, outputBytes: 1_000_000 }) {
  let live = '';
  const recorder = createOutputRecorder(limits, ({ text }) => {
    live += text;
  });
  const taken = chunks.map((chunk) => recorder.write('stdout', chunk));
  recorder.end();
  return { live, taken, ...recorder.shown() };
}

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Uint8Array.from(Buffer.from(text))),
);

function split(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end));
}

test('text is the same however its bytes are split, valid or not', () => {
  fc.assert(
    fc.property(anyBytes, fc.array(fc.nat(), { maxLength: 10 }), (bytes, places) => {
      const { live, stdout, truncated } = record(split(bytes, places));
      expect(stdout).toBe(Buffer.from(bytes).toString('utf8'));
      expect(live).toBe(stdout);
      expect(truncated).toBe(false);
      expect(stdout.isWellFormed()).toBe(true);
    }),
  );
});

test('what is shown of much keeps whole characters, and says how much is left out', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 }),
      fc.integer({ min: 8, max: 50 }),
      (text, most) => {
        const bytes = Buffer.from(text);
        const { stdout, truncated } = record([bytes], { shownBytes: most, outputBytes: 1_000_000 });
        const shown = /^(?<head>[^]*)\n\[… (?<left>\d+) bytes are left out …\]\n(?<tail>[^]*)$/.exec(stdout)?.groups;
        const { head = '', left = '', tail = '' } = shown ?? {};
        expect(truncated).toBe(true);
        expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
        expect(Buffer.byteLength(head) + Number(left) + Buffer.byteLength(tail)).toBe(bytes.length);
        expect(Buffer.byteLength(head) + Buffer.byteLength(tail)).toBeGreaterThan(most - 8);
        expect(Buffer.byteLength(head) + Buffer.byteLength(tail)).toBeLessThan(most + 4);
      },
    ),
  );
});

test('both streams together end at the limit, and nothing that comes later is told', () => {
  const live: string[] = [];
  const recorder = createOutputRecorder({ shownBytes: 100, outputBytes: 10 }, ({ type, text }) =>
    live.push(type, text),
  );
  expect(recorder.write('stdout', Buffer.from('12345'))).toBe(true);
  expect(recorder.write('stderr', Buffer.from('67890'))).toBe(true);
  expect(recorder.write('stdout', Buffer.from('ab'))).toBe(false);
  expect(recorder.write('stderr', Buffer.from('c'))).toBe(false);
  recorder.end();
  expect(live).toEqual(['stdout', '12345', 'stderr', '67890']);
  expect(recorder.shown()).toEqual({ stdout: '12345', stderr: '67890', truncated: true });
});

test('bytes may be overwritten by whoever gave them', () => {
  const buffer = Buffer.from('abc');
  const recorder = createOutputRecorder({ shownBytes: 100, outputBytes: 100 }, () => undefined);
  recorder.write('stdout', buffer);
  buffer.fill('x');
  expect(recorder.shown().stdout).toBe('abc');
});
