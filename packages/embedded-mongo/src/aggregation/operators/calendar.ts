import { dateTime, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { typeOf } from './operands.ts';

/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** The instant of a date, an ObjectId or a timestamp, in milliseconds; other types are refused with `code`. */
export function instantOf(name: string, value: Value, code = 16_006, message?: string): number {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (value.kind === 'date') return checkedInstant(Number(value.milliseconds));
    if (value.kind === 'objectId') return Number.parseInt(value.hex.slice(0, 8), 16) * 1000;
    if (value.kind === 'timestamp') return Number(value.value >> 32n) * 1000;
  }
  throw new CommandError(code, message ?? `${name}: can't convert from BSON type ${typeOf(value)} to Date`);
}

/** Refuses an instant beyond what a calendar here can hold, some 270 000 years around the epoch. */
function checkedInstant(instant: number): number {
  if (Math.abs(instant) > 8.64e15 || Number.isNaN(instant)) throw new CommandError('Overflow', 'date overflow');
  return instant;
}

/** A date value of an instant in milliseconds. */
export function dateValue(instant: number): Value {
  return dateTime(checkedInstant(instant));
}

/** The local time of calendar fields; they may overflow their units, and years below 100 are meant literally. */
export function localTime(year: number, monthIndex: number, day: number, timeOfDay = 0): number {
  const start = new Date(0);
  start.setUTCFullYear(year, monthIndex, day);
  return start.getTime() + timeOfDay;
}

/** Days since the year began, from 1. */
export function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - localTime(local.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

/** The week of the year; weeks begin on Sundays, days before the first Sunday are in week 0. */
export function weekOfYear(local: Date): number {
  return Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7);
}

/** The day of the week from Monday 1 to Sunday 7. */
export function isoDayOfWeek(local: Date): number {
  return local.getUTCDay() === 0 ? 7 : local.getUTCDay();
}

/** The year an ISO 8601 week belongs to: that of its Thursday. */
export function isoWeekYear(local: Date): number {
  return new Date(local.getTime() + (4 - isoDayOfWeek(local)) * DAY).getUTCFullYear();
}

/** The ISO 8601 week, from 1 to 53. */
export function isoWeek(local: Date): number {
  const thursday = new Date(local.getTime() + (4 - isoDayOfWeek(local)) * DAY);
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

/** The local time an ISO 8601 date begins; weeks and days may overflow. */
export function isoDate(year: number, week: number, day: number): number {
  const fourth = new Date(localTime(year, 0, 4));
  return fourth.getTime() + ((week - 1) * 7 + day - isoDayOfWeek(fourth)) * DAY;
}
