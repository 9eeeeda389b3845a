import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createLineReader } from './line-reader.ts';

function read(chunks: readonly Buffer[], mostBytes = 1000): { lines: string[]; overflows: number } {
  const lines: string[] = [];
  let overflows = 0;
  const reader = createLineReader({
    mostBytes,
    onLine: (line) => lines.push(line),
    onOverflow: () => (overflows += 1),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { lines, overflows };
}

describe('a line reader', () => {
  it('gives the same lines however they are cut', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(read(chunks)).toEqual({ lines, overflows: 0 });
      }),
    );
  });

  it('takes lines that end as on Windows, and leaves empty ones out', () => {
    expect(read([Buffer.from('a\r\n\r\n\nb\n')]).lines).toEqual(['a', 'b']);
  });

  it('gives up on a line that is too long, once, and reads nothing more', () => {
    const chunks = [Buffer.from('short\n'), Buffer.alloc(600, 97), Buffer.alloc(600, 97), Buffer.from('\nshort\n')];
    expect(read(chunks)).toEqual({ lines: ['short'], overflows: 1 });
  });

  it('says nothing of a line that has no end yet', () => {
    const onLine = vi.fn<(line: string) => void>();
    createLineReader({ mostBytes: 10, onLine, onOverflow: () => undefined }).push(Buffer.from('half'));
    expect(onLine).not.toHaveBeenCalled();
  });
});
