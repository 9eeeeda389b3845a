import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOffset, parseOffset, positionOf } from './offset.ts';

const log = { id: 'story', incarnation: '0123abcd', length: 10 };
const positions = fc.nat({ max: 999_999_999_999 });

describe('offsets', () => {
  it('sort as text in the order of their positions, after the start', () => {
    fc.assert(
      fc.property(positions, positions, (one, two) => {
        const [first, second] = [formatOffset('0123abcd', one), formatOffset('0123abcd', two)];
        expect(first < second).toBe(one < two);
        expect(first > '-1').toBe(true);
      }),
    );
  });

  it('are read back as they were made', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(parseOffset(formatOffset('0123abcd', position))).toEqual({ incarnation: '0123abcd', position });
      }),
    );
  });

  it('are refused unless this life of the log gave them out', () => {
    expect(positionOf(log, formatOffset('0123abcd', 10))).toBe(10);
    for (const offset of [formatOffset('0123abcd', 11), formatOffset('ffffffff', 1)]) {
      expect(() => positionOf(log, offset)).toThrow('has not given out this offset');
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text !== '-1' && text !== 'now');
        expect(() => positionOf(log, text)).toThrow('has not given out this offset');
      }),
    );
  });
});
