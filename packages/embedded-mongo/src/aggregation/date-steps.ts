import type { Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { shiftDate } from './operators/date-shifts.ts';
import { UTC } from './operators/time-zone.ts';

/** A unit of time as MongoDB names them. */
export type TimeUnit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const FIXED_UNITS = {
  millisecond: 1n,
  second: 1_000n,
  minute: 60_000n,
  hour: 3_600_000n,
  day: 86_400_000n,
  week: 604_800_000n,
} as const;

const CALENDAR_UNITS = ['month', 'quarter', 'year'] as const;

function isFixed(unit: string): unit is keyof typeof FIXED_UNITS {
  return Object.hasOwn(FIXED_UNITS, unit);
}

function isOfCalendar(unit: string): unit is (typeof CALENDAR_UNITS)[number] {
  return CALENDAR_UNITS.some((known) => known === unit);
}

/** Parses a time unit; an unknown one is refused with FailedToParse. */
export function parseTimeUnit(value: Value): TimeUnit {
  if (typeof value === 'string' && (isFixed(value) || isOfCalendar(value))) return value;
  throw new CommandError('FailedToParse', `unknown time unit value: ${typeof value === 'string' ? value : ''}`);
}

/** The milliseconds of a unit of fixed length; undefined for months and longer. */
export function fixedMilliseconds(unit: TimeUnit): bigint | undefined {
  return isFixed(unit) ? FIXED_UNITS[unit] : undefined;
}

/**
 * The instant so many units after another, both in milliseconds, in UTC. Months keep the day of the month, or take
 * the last day of a shorter month. Beyond what a calendar here holds it is refused with BadValue.
 */
export function addUnits(milliseconds: bigint, unit: TimeUnit, amount: bigint): bigint {
  if (isFixed(unit)) {
    const result = milliseconds + FIXED_UNITS[unit] * amount;
    if (BigInt.asIntN(64, result) !== result) throw outOfRange();
    return result;
  }
  const result = shiftDate(Number(milliseconds), unit, Number(amount), UTC);
  if (Number.isNaN(result)) throw outOfRange();
  return BigInt(result);
}

function outOfRange(): CommandError {
  return new CommandError('BadValue', 'the date is out of range');
}
