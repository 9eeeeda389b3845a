import type { Budget } from '../keys/virtual-key.ts';

/** A period of a budget, by the calendar in UTC. */
export interface BudgetPeriod {
  /** Names it in bucket names, such as `month-2026-11-01`. */
  readonly name: string;
  /** Milliseconds since 1970; included. */
  readonly startsAt: number;
  /** Excluded; undefined for a total, which never ends. */
  readonly endsAt: number | undefined;
}

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;
/** 1970 began on a Thursday. */
const firstMonday = 4 * day;

/** The period of this kind that a time lies in. */
export function periodAt(per: Budget['per'], time: number): BudgetPeriod {
  switch (per) {
    case 'hour':
      return named(per, startOf(time, hour), hour);
    case 'day':
      return named(per, startOf(time, day), day);
    case 'week':
      return named(per, startOf(time - firstMonday, week) + firstMonday, week);
    case 'month': {
      const date = new Date(time);
      const startsAt = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
      return named(per, startsAt, Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) - startsAt);
    }
    case 'total':
      return { name: per, startsAt: 0, endsAt: undefined };
    default:
      return per satisfies never;
  }
}

/** `periodAt` with a memory of the last answers: a period is asked for with every call and changes once an hour. */
export function createPeriods(): (per: Budget['per'], time: number) => BudgetPeriod {
  const last = new Map<Budget['per'], BudgetPeriod>();
  return (per, time) => {
    const known = last.get(per);
    if (known !== undefined && time >= known.startsAt && time < (known.endsAt ?? Infinity)) return known;
    const period = periodAt(per, time);
    last.set(per, period);
    return period;
  };
}

function startOf(time: number, length: number): number {
  return Math.floor(time / length) * length;
}

function named(per: string, startsAt: number, length: number): BudgetPeriod {
  const date = new Date(startsAt).toISOString();
  return { name: `${per}-${date.slice(0, per === 'hour' ? 13 : 10)}`, startsAt, endsAt: startsAt + length };
}
