import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPeriods, periodAt } from './budget-period.ts';

const time = Date.UTC(2026, 10, 20, 16, 30);
const at = (...date: Parameters<typeof Date.UTC>): number => Date.UTC(...date);

describe('a period of a budget', () => {
  it.each([
    ['hour', 'hour-2026-11-20T16', at(2026, 10, 20, 16), at(2026, 10, 20, 17)],
    ['day', 'day-2026-11-20', at(2026, 10, 20), at(2026, 10, 21)],
    ['week', 'week-2026-11-16', at(2026, 10, 16), at(2026, 10, 23)],
    ['month', 'month-2026-11-01', at(2026, 10, 1), at(2026, 11, 1)],
    ['total', 'total', 0, undefined],
  ] as const)('per %s is %s', (per, name, startsAt, endsAt) => {
    expect(periodAt(per, time)).toEqual({ name, startsAt, endsAt });
  });

  it('begins on Monday and ends with the year where it must', () => {
    expect(periodAt('week', at(2026, 10, 16))).toMatchObject({ name: 'week-2026-11-16' });
    expect(periodAt('week', at(2026, 10, 15, 23, 59, 59, 999))).toMatchObject({ name: 'week-2026-11-09' });
    expect(periodAt('month', at(2026, 11, 31, 23))).toMatchObject({ endsAt: at(2027, 0, 1) });
    expect(periodAt('month', at(2028, 1, 29))).toMatchObject({ endsAt: at(2028, 2, 1) });
  });

  it('is found again from memory, also when the clock jumps', () => {
    const periods = createPeriods();
    const per = fc.constantFrom('hour', 'day', 'week', 'month', 'total');
    fc.assert(
      fc.property(per, fc.integer({ min: 0, max: at(2100, 0) }), (kind, moment) => {
        expect(periods(kind, moment)).toEqual(periodAt(kind, moment));
        const { startsAt, endsAt = Infinity } = periods(kind, moment);
        expect(moment).toBeGreaterThanOrEqual(startsAt);
        expect(moment).toBeLessThan(endsAt);
      }),
    );
  });
});
