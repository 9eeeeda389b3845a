import { toInteger } from '../../bson/arithmetic.ts';
import { dateTime, int, isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type Expression, type OperatorParser } from '../expression.ts';
import { namedOperands, wrongOperand } from './operands.ts';

function dateOf(name: string, value: Value): Date {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (value.kind === 'date') return checked(new Date(Number(value.milliseconds)));
    if (value.kind === 'objectId') return new Date(Number.parseInt(value.hex.slice(0, 8), 16) * 1000);
    if (value.kind === 'timestamp') return new Date(Number(value.value >> 32n) * 1000);
  }
  throw wrongOperand(name, 'a date', value);
}

/** Refuses a date beyond what a calendar here can hold, some 270 000 years around the epoch. */
function checked(date: Date): Date {
  if (Number.isNaN(date.getTime())) throw new CommandError('BadValue', 'the date is out of range');
  return date;
}

function resultOf(milliseconds: number): Value {
  return dateTime(checked(new Date(milliseconds)).getTime());
}

/** Only UTC is known; any other time zone is refused rather than answered wrongly. */
function refuseTimeZone(name: string, value: Value | undefined): void {
  if (isNullish(value) || ['UTC', 'GMT', 'Etc/UTC', '+00:00', '+0000', 'Z'].some((zone) => zone === value)) return;
  throw new CommandError(40_485, `${name}: time zones other than UTC are not supported by the embedded store`);
}

function datePart(name: string, part: (date: Date) => number): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const isNamed = isDocument(operand) && operand.has('date');
      const parts = isNamed ? namedOperands(name, operand, { required: ['date'], optional: ['timezone'] }) : undefined;
      const single = Array.isArray(operand) && operand.length === 1 ? (operand[0] ?? null) : operand;
      const input: Expression = compile(parts?.get('date') ?? single);
      const zone = compile(parts?.get('timezone') ?? null);
      return (context) => {
        refuseTimeZone(name, zone(context));
        const value = input(context);
        return isNullish(value) ? null : int(part(dateOf(name, value)));
      };
    },
  ];
}

const DAY = 86_400_000;

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function formatDate(date: Date, format: string): string {
  return format.replace(/%(.)/gs, (_whole, code: string) => {
    switch (code) {
      case 'Y':
        return pad(date.getUTCFullYear(), 4);
      case 'm':
        return pad(date.getUTCMonth() + 1, 2);
      case 'd':
        return pad(date.getUTCDate(), 2);
      case 'H':
        return pad(date.getUTCHours(), 2);
      case 'M':
        return pad(date.getUTCMinutes(), 2);
      case 'S':
        return pad(date.getUTCSeconds(), 2);
      case 'L':
        return pad(date.getUTCMilliseconds(), 3);
      case 'j':
        return pad(dayOfYear(date), 3);
      case 'w':
        return String(date.getUTCDay() + 1);
      case 'u':
        return String(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
      case 'z':
        return '+0000';
      case 'Z':
        return '+000';
      case '%':
        return '%';
      default:
        throw new CommandError(18_536, `Invalid format character '%${code}' in format string`);
    }
  });
}

const dateToString: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$dateToString', operand, {
    required: ['date'],
    optional: ['format', 'timezone', 'onNull'],
  });
  const input = compile(parts.get('date') ?? null);
  const pattern = compile(parts.get('format') ?? '%Y-%m-%dT%H:%M:%S.%LZ');
  const zone = compile(parts.get('timezone') ?? null);
  const onNull = compile(parts.get('onNull') ?? null);
  return (context) => {
    refuseTimeZone('$dateToString', zone(context));
    const [value, format] = [input(context), pattern(context)];
    if (isNullish(value)) return onNull(context);
    if (typeof format !== 'string') throw wrongOperand('$dateToString', 'a string format', format);
    return formatDate(dateOf('$dateToString', value), format);
  };
};

const FIXED_UNITS: ReadonlyMap<string, number> = new Map([
  ['millisecond', 1],
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', DAY],
  ['week', 7 * DAY],
]);

function truncate(date: Date, unit: string): number {
  switch (unit) {
    case 'year':
      return Date.UTC(date.getUTCFullYear(), 0, 1);
    case 'quarter':
      return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3, 1);
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    case 'week':
      return Math.floor((date.getTime() - SUNDAY) / (7 * DAY)) * 7 * DAY + SUNDAY;
    default: {
      const size = FIXED_UNITS.get(unit);
      if (size === undefined) throw new CommandError('FailedToParse', `unknown time unit value: ${unit}`);
      return Math.floor(date.getTime() / size) * size;
    }
  }
}

/** The first Sunday of the epoch, where MongoDB's weeks begin. */
const SUNDAY = 3 * DAY;

const dateTrunc: OperatorParser = (operand, compile) => {
  const parts = namedOperands('$dateTrunc', operand, { required: ['date', 'unit'], optional: ['timezone'] });
  const input = compile(parts.get('date') ?? null);
  const unitOf = compile(parts.get('unit') ?? null);
  const zone = compile(parts.get('timezone') ?? null);
  return (context) => {
    refuseTimeZone('$dateTrunc', zone(context));
    const [value, unit] = [input(context), unitOf(context)];
    if (isNullish(value) || isNullish(unit)) return null;
    if (typeof unit !== 'string') throw wrongOperand('$dateTrunc', 'a string unit', unit);
    return resultOf(truncate(dateOf('$dateTrunc', value), unit));
  };
};

function shifting(name: '$dateAdd' | '$dateSubtract'): [string, OperatorParser] {
  const sign = name === '$dateAdd' ? 1 : -1;
  return [
    name,
    (operand, compile) => {
      const parts = namedOperands(name, operand, { required: ['startDate', 'unit', 'amount'], optional: ['timezone'] });
      const [start, unitOf, amountOf, zone] = ['startDate', 'unit', 'amount', 'timezone'].map((part) =>
        compile(parts.get(part) ?? null),
      );
      return (context) => {
        refuseTimeZone(name, zone?.(context));
        const [value, unit, amount] = [start?.(context), unitOf?.(context), amountOf?.(context)];
        if (isNullish(value) || isNullish(unit) || isNullish(amount)) return null;
        const count = toInteger(amount);
        if (typeof unit !== 'string' || count === undefined)
          throw wrongOperand(name, 'a unit and a whole amount', amount);
        return resultOf(shift(dateOf(name, value), unit, sign * Number(count)));
      };
    },
  ];
}

function shift(date: Date, unit: string, count: number): number {
  const size = FIXED_UNITS.get(unit);
  if (size !== undefined) return date.getTime() + size * count;
  const months = new Map([
    ['month', 1],
    ['quarter', 3],
    ['year', 12],
  ]).get(unit);
  if (months === undefined) throw new CommandError('FailedToParse', `unknown time unit value: ${unit}`);
  const target = new Date(date);
  target.setUTCDate(1);
  target.setUTCMonth(target.getUTCMonth() + months * count);
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return target.setUTCDate(Math.min(date.getUTCDate(), lastDay));
}

/** Dates, in UTC. */
export const DATE_OPERATORS: readonly [string, OperatorParser][] = [
  datePart('$year', (date) => date.getUTCFullYear()),
  datePart('$month', (date) => date.getUTCMonth() + 1),
  datePart('$dayOfMonth', (date) => date.getUTCDate()),
  datePart('$dayOfWeek', (date) => date.getUTCDay() + 1),
  datePart('$dayOfYear', dayOfYear),
  datePart('$hour', (date) => date.getUTCHours()),
  datePart('$minute', (date) => date.getUTCMinutes()),
  datePart('$second', (date) => date.getUTCSeconds()),
  datePart('$millisecond', (date) => date.getUTCMilliseconds()),
  ['$dateToString', dateToString],
  ['$dateTrunc', dateTrunc],
  shifting('$dateAdd'),
  shifting('$dateSubtract'),
];
