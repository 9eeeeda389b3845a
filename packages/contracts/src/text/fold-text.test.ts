import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, foldWithOrigins } from './fold-text.ts';

describe('a folded text', () => {
  it.each([
    ['Crème BRÛLÉE', 'creme brulee'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['e\u0301', 'e'],
    ['Ærø, Łódź', 'aero, lodz'],
    ['ＡＢＣ１', 'abc1'],
    ['don’t', "don't"],
    ['が', 'が'],
    ['한국어', '한국어'],
    ['İstanbul', 'istanbul'],
    ['❤️', '❤'],
    ['.*', '.*'],
  ])('%s is %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  it('knows where each of its characters was', () => {
    const text = 'die große Straße';
    const { folded, starts, ends } = foldWithOrigins(text);
    const at = folded.indexOf('strasse');
    expect(text.slice(starts[at], ends[at + 'strasse'.length - 1])).toBe('Straße');
  });

  it('is the same with and without its origins, which lie in order within the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { folded, starts, ends } = foldWithOrigins(text);
        expect(folded).toBe(foldText(text));
        expect(starts).toHaveLength(folded.length);
        for (const [index, start] of starts.entries()) {
          expect(start).toBeGreaterThanOrEqual(starts[index - 1] ?? 0);
          expect(ends[index]).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
