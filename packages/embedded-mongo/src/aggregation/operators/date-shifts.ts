import { toInteger } from '../../bson/arithmetic.ts';
import { isNumber, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import { DAY, dateValue, instantOf, localTime } from './calendar.ts';
import { compileParts, namedOperands, typeOf } from './operands.ts';
import { toInstant, toLocal, zoneFor, type TimeZone } from './time-zone.ts';

const FIXED_UNITS: ReadonlyMap<string, number> = new Map([
  ['millisecond', 1],
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
]);
const DAYS: ReadonlyMap<string, number> = new Map([
  ['day', 1],
  ['week', 7],
]);
const MONTHS: ReadonlyMap<string, number> = new Map([
  ['month', 1],
  ['quarter', 3],
  ['year', 12],
]);

function unitOf(name: string, value: Value, codes: readonly [number, number]): string {
  if (typeof value !== 'string') {
    throw new CommandError(codes[0], `${name} requires 'unit' to be a string, but got ${typeOf(value)}`);
  }
  if (FIXED_UNITS.has(value) || DAYS.has(value) || MONTHS.has(value)) return value;
  const message = `${name} parameter 'unit' value cannot be recognized as a time unit: ${value}`;
  throw codes[1] === 9
    ? new CommandError('FailedToParse', `unknown time unit value: ${value}`)
    : new CommandError(codes[1], message);
}

const WEEK_DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function weekStart(name: string, value: Value): number {
  if (typeof value !== 'string') {
    throw new CommandError(5_439_015, `${name} requires 'startOfWeek' to be a string, but got ${typeOf(value)}`);
  }
  const text = value.toLowerCase();
  const found = WEEK_DAYS.findIndex((day) => day === text || day.slice(0, 3) === text);
  if (found >= 0) return found;
  throw new CommandError(
    5_439_016,
    `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`,
  );
}

function shifting(name: '$dateAdd' | '$dateSubtract'): [string, OperatorParser] {
  const sign = name === '$dateAdd' ? 1n : -1n;
  return [
    name,
    (operand, compile) => {
      const codes = { object: 5_166_400, unknown: 5_166_401, missing: 5_166_402 };
      const known = { required: ['startDate', 'unit', 'amount'], optional: ['timezone'], codes };
      const parts = compileParts(namedOperands(name, operand, known), compile);
      return (context) => {
        const [start, unit, amount] = ['startDate', 'unit', 'amount'].map((part) => parts.get(part)?.(context));
        if (isNullish(start) || isNullish(unit) || isNullish(amount)) return null;
        const zone = zoneFor(parts.get('timezone'), context);
        if (zone === undefined) return null;
        const instant = instantOf(name, start, 5_166_403, `${name} requires startDate to be convertible to a date`);
        const step = unitOf(name, unit, [5_166_404, 9]);
        const count = isNumber(amount) ? toInteger(amount) : undefined;
        if (count === undefined || BigInt.asIntN(64, count) !== count) {
          throw new CommandError(5_166_405, `${name} expects integer amount of time units`);
        }
        if (count * sign >= 2n ** 63n) {
          throw new CommandError(6_045_000, `invalid ${name} 'amount' parameter value: ${String(count)}`);
        }
        checkAmount(step, count * sign);
        const result = shiftDate(instant, step, Number(sign * count), zone);
        if (Math.abs(result) > 8.64e15 || Number.isNaN(result)) throw new CommandError(5_166_406, `${name} overflowed`);
        return dateValue(result);
      };
    },
  ];
}

// How many units MongoDB adds at most: as many as its dates can span.
const SPAN_YEARS = 584_942_417n;
const GREATEST_AMOUNTS: ReadonlyMap<string, bigint> = new Map([
  ['second', SPAN_YEARS * 366n * 86_400n],
  ['minute', SPAN_YEARS * 366n * 1440n],
  ['hour', SPAN_YEARS * 366n * 24n],
  ['day', SPAN_YEARS * 366n],
  ['week', SPAN_YEARS * 53n],
  ['month', SPAN_YEARS * 12n],
  ['quarter', SPAN_YEARS * 4n],
  ['year', SPAN_YEARS],
]);

function checkAmount(step: string, amount: bigint): void {
  const most = GREATEST_AMOUNTS.get(step);
  if (most === undefined || (amount <= most && amount >= -most)) return;
  throw new CommandError(5_976_500, `invalid dateAdd 'amount' parameter value: ${String(amount)} ${step}`);
}

/** An instant so many units later; days and longer units keep the local time of day, months end with their last day. */
export function shiftDate(instant: number, unit: string, count: number, zone: TimeZone): number {
  const size = FIXED_UNITS.get(unit);
  if (size !== undefined) return instant + size * count;
  const local = toLocal(zone, instant);
  const days = DAYS.get(unit);
  if (days !== undefined) return toInstant(zone, local + days * count * DAY);
  const date = new Date(local);
  const month = date.getUTCMonth() + (MONTHS.get(unit) ?? 0) * count;
  const lastDay = new Date(localTime(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = localTime(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), lastDay));
  return toInstant(zone, day + (local - Math.floor(local / DAY) * DAY));
}

const dateDiff: OperatorParser = (operand, compile) => {
  const codes = { object: 5_166_301, unknown: 5_166_302, missing: [5_166_303, 5_166_304, 5_166_305] };
  const known = { required: ['startDate', 'endDate', 'unit'], optional: ['timezone', 'startOfWeek'], codes };
  const parts = compileParts(namedOperands('$dateDiff', operand, known), compile);
  return (context) => {
    const [start, end, unit] = ['startDate', 'endDate', 'unit'].map((part) => parts.get(part)?.(context));
    if (isNullish(start) || isNullish(end) || isNullish(unit)) return null;
    const weekDay = weekStartOperand(unit, parts, context);
    if (weekDay === null) return null;
    const zone = zoneFor(parts.get('timezone'), context);
    if (zone === undefined) return null;
    const [from, to] = [dateOperand('$dateDiff', 'startDate', start), dateOperand('$dateDiff', 'endDate', end)];
    const step = unitOf('$dateDiff', unit, [5_439_013, 5_439_014]);
    const firstDay = weekDay === undefined ? 0 : weekStart('$dateDiff', weekDay);
    return BigInt(boundariesBetween(from, to, { step, zone, firstDay }));
  };
};

/** What `startOfWeek` says where it counts, which is with weeks only, null when that is nothing; undefined elsewhere. */
function weekStartOperand(
  unit: Value,
  parts: ReadonlyMap<string, Expression>,
  context: ExpressionContext,
): Value | undefined {
  if (unit !== 'week' || !parts.has('startOfWeek')) return undefined;
  const given = parts.get('startOfWeek')?.(context);
  return isNullish(given) ? null : given;
}

function dateOperand(name: string, part: string, value: Value): number {
  const message = `${name} requires '${part}' to be a date, but got ${typeOf(value)}`;
  return instantOf(name, value, name === '$dateDiff' ? 5_166_307 : 5_439_012, message);
}

interface Boundaries {
  readonly step: string;
  readonly zone: TimeZone;
  readonly firstDay: number;
}

function boundariesBetween(from: number, to: number, { step, zone, firstDay }: Boundaries): number {
  if (step === 'millisecond') return to - from;
  const [start, end] = [toLocal(zone, from), toLocal(zone, to)];
  const size = FIXED_UNITS.get(step);
  if (size !== undefined) {
    // Hours the clock was put forward or back never passed.
    const moved = Math.trunc((end - to - (start - from)) / size);
    return Math.floor(end / size) - Math.floor(start / size) - moved;
  }
  if (step === 'day') return Math.floor(end / DAY) - Math.floor(start / DAY);
  if (step === 'week') return weekNumber(end, firstDay) - weekNumber(start, firstDay);
  const months = MONTHS.get(step) ?? 1;
  return Math.floor(monthNumber(end) / months) - Math.floor(monthNumber(start) / months);
}

function monthNumber(local: number): number {
  const date = new Date(local);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

// The epoch began on a Thursday.
function weekNumber(local: number, firstDay: number): number {
  return Math.floor((Math.floor(local / DAY) + 4 - firstDay) / 7);
}

const dateTrunc: OperatorParser = (operand, compile) => {
  const codes = { object: 5_439_007, unknown: 5_439_008, missing: [5_439_009, 5_439_010] };
  const known = { required: ['date', 'unit'], optional: ['binSize', 'timezone', 'startOfWeek'], codes };
  const parts = compileParts(namedOperands('$dateTrunc', operand, known), compile);
  return (context) => {
    const [value, unit] = ['date', 'unit'].map((part) => parts.get(part)?.(context));
    const given = parts.has('binSize') ? parts.get('binSize')?.(context) : 1n;
    if (isNullish(value) || isNullish(given) || isNullish(unit)) return null;
    const weekDay = weekStartOperand(unit, parts, context);
    if (weekDay === null) return null;
    const zone = zoneFor(parts.get('timezone'), context);
    if (zone === undefined) return null;
    const instant = dateOperand('$dateTrunc', 'date', value);
    const step = unitOf('$dateTrunc', unit, [5_439_013, 5_439_014]);
    const size = binSize(given);
    const firstDay = weekDay === undefined ? 0 : weekStart('$dateTrunc', weekDay);
    return dateValue(truncateDate(instant, size, { step, zone, firstDay }));
  };
};

function binSize(value: Value): number {
  const size = isNumber(value) ? toInteger(value) : undefined;
  if (size === undefined || BigInt.asIntN(64, size) !== size) {
    throw new CommandError(5_439_017, `$dateTrunc requires 'binSize' to be a 64-bit integer, but got ${typeOf(value)}`);
  }
  if (size <= 0n) {
    throw new CommandError(
      5_439_018,
      `$dateTrunc requires 'binSize' to be greater than 0, but got value ${String(size)}`,
    );
  }
  return Number(size);
}

// Bins are counted from the start of the year 2000 of the time zone.
const REFERENCE = Date.UTC(2000, 0, 1);
const REFERENCE_MONTH = 2000 * 12;
const SATURDAY = 6;

function truncateDate(instant: number, size: number, { step, zone, firstDay }: Boundaries): number {
  const unit = FIXED_UNITS.get(step);
  if (unit !== undefined) {
    const start = toInstant(zone, REFERENCE);
    return start + floorTo(instant - start, unit * size);
  }
  const local = toLocal(zone, instant);
  const days = DAYS.get(step);
  if (days !== undefined) {
    const start = step === 'week' ? REFERENCE + ((firstDay - SATURDAY + 7) % 7) * DAY : REFERENCE;
    return toInstant(zone, start + floorTo(local - start, days * size * DAY));
  }
  const month = REFERENCE_MONTH + floorTo(monthNumber(local) - REFERENCE_MONTH, (MONTHS.get(step) ?? 1) * size);
  return toInstant(zone, localTime(Math.floor(month / 12), ((month % 12) + 12) % 12, 1));
}

function floorTo(value: number, size: number): number {
  return Math.floor(value / size) * size;
}

/** Dates moved, compared and cut. */
export const DATE_SHIFT_OPERATORS: readonly [string, OperatorParser][] = [
  shifting('$dateAdd'),
  shifting('$dateSubtract'),
  ['$dateDiff', dateDiff],
  ['$dateTrunc', dateTrunc],
];
