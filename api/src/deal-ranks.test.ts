import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealRanks } from './deal-ranks.ts';

describe('dealing ranks', () => {
  it('leaves those alone that have room', () => {
    expect(dealRanks([])).toEqual([]);
    expect(dealRanks([5])).toEqual([]);
    expect(dealRanks([-3, 0, 0.5, 900])).toEqual([]);
  });

  it('makes room between any that have none, and never changes the order on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { maxLength: 30 }), (drawn) => {
        const ranks = drawn.toSorted((one, other) => one - other);
        const dealt = dealRanks(ranks);
        const now = [...ranks];
        for (const { index, from, to } of dealt) {
          expect(now[index]).toBe(from);
          now[index] = to;
          for (let next = 1; next < now.length; next += 1) {
            expect(Number(now[next]) >= Number(now[next - 1])).toBe(true);
          }
        }
        for (let next = 1; next < now.length; next += 1) {
          expect(Number(now[next]) - Number(now[next - 1])).toBeGreaterThanOrEqual(0.0009);
        }
      }),
    );
  });
});
