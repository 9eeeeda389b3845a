import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSseScanner } from './sse-scanner.ts';
import type { Frame } from '../core/codec.ts';

function scan(chunks: readonly Buffer[]): Frame[] {
  const scanner = createSseScanner();
  return [...chunks.flatMap((chunk) => scanner.push(chunk)), ...scanner.end()];
}

const dataOf = (text: string): (string | undefined)[] => scan([Buffer.from(text)]).map(({ data }) => data);

describe('the scanner of server-sent events', () => {
  test('joins several data lines and strips one space', () => {
    expect(dataOf('data: a\ndata:b\ndata:  c\n\n')).toEqual(['a\nb\n c']);
  });

  test('reads CRLF and LF, comments, unknown fields and names', () => {
    expect(scan([Buffer.from(': hi\r\n\r\nevent: error\r\nid: 7\r\ndata: x\r\n\r\n')])).toMatchObject([
      { isComplete: true },
      { data: 'x', name: 'error' },
    ]);
    expect(dataOf(': hi\n\n')).toEqual([undefined]);
  });

  test('knows an empty data line from none, and a field without a colon', () => {
    expect(dataOf('data\n\ndata:\n\n')).toEqual(['', '']);
  });

  test('ignores a byte order mark', () => {
    expect(dataOf('\uFEFFdata: a\n\ndata: \uFEFFb\n\n')).toEqual(['a', '\uFEFFb']);
  });

  test('gives the last event although its blank line never came', () => {
    expect(scan([Buffer.from('data: a\n\ndata: b')])).toMatchObject([
      { data: 'a', isComplete: true },
      { data: 'b', isComplete: false },
    ]);
  });

  test('takes an event of several megabytes', () => {
    const big = 'x'.repeat(3 * 1024 * 1024);
    const bytes = Buffer.from(`data: ${big}\n\ndata: y\n\n`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) =>
      bytes.subarray(at * 65_536, (at + 1) * 65_536),
    );
    expect(scan(chunks).map(({ data }) => data)).toEqual([big, 'y']);
  });

  test('refuses an event without end', () => {
    const scanner = createSseScanner({ maxEventBytes: 10 });
    expect(() => scanner.push(Buffer.from('data: 0123456789'))).toThrow(
      expect.objectContaining({ code: 'stream-malformed' }),
    );
  });

  test('any split of the bytes gives the same events and loses none', () => {
    const line = fc.constantFrom('data: é🌍', 'data:', ': comment', 'event: error', 'data: {"a":1}', 'id', '', '');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 20 }),
        fc.array(fc.nat(200), { maxLength: 8 }),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map(([text, end]) => text + end).join(''));
          const edges = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
          const chunks = edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
          expect(scan(chunks)).toEqual(scan([bytes]));
          expect(Buffer.concat(scan(chunks).map(({ raw }) => raw))).toEqual(bytes);
        },
      ),
    );
  });
});
