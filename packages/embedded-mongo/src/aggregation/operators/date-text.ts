import type { Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { dateValue, dayOfYear, instantOf, isoDayOfWeek, isoWeek, isoWeekYear, weekOfYear } from './calendar.ts';
import { CONVERSION_FAILURE, MONTHS, parseDate } from './parse-date.ts';
import { compileParts, namedOperands, typeOf } from './operands.ts';
import { offsetText, toLocal, zoneFor, type TimeZone } from './time-zone.ts';

function pad(value: number, width: number): string {
  if (value < 0 || value > 9999) {
    throw new CommandError(
      18_537,
      `Could not convert date to string: date component was outside the supported range of 0-9999: ${String(value)}`,
    );
  }
  return String(value).padStart(width, '0');
}

function formatDate(instant: number, zone: TimeZone, format: string): string {
  const local = new Date(toLocal(zone, instant));
  const offset = local.getTime() - instant;
  return format.replace(/%(.?)/gs, (_whole, code: string) => formatPart(local, offset, code));
}

function formatPart(local: Date, offset: number, code: string): string {
  switch (code) {
    case 'Y':
      return pad(local.getUTCFullYear(), 4);
    case 'm':
      return pad(local.getUTCMonth() + 1, 2);
    case 'd':
      return pad(local.getUTCDate(), 2);
    case 'b':
      return (MONTHS[local.getUTCMonth()] ?? '').slice(0, 3);
    case 'B':
      return MONTHS[local.getUTCMonth()] ?? '';
    case 'H':
      return pad(local.getUTCHours(), 2);
    case 'M':
      return pad(local.getUTCMinutes(), 2);
    case 'S':
      return pad(local.getUTCSeconds(), 2);
    case 'L':
      return pad(local.getUTCMilliseconds(), 3);
    case 'j':
      return pad(dayOfYear(local), 3);
    case 'w':
      return String(local.getUTCDay() + 1);
    case 'u':
      return String(isoDayOfWeek(local));
    case 'U':
      return pad(weekOfYear(local), 2);
    case 'V':
      return pad(isoWeek(local), 2);
    case 'G':
      return pad(isoWeekYear(local), 4);
    case 'z':
      return offsetText(offset);
    case 'Z':
      return `${offset < 0 ? '-' : '+'}${String(Math.floor(Math.abs(offset) / 60_000)).padStart(3, '0')}`;
    case '%':
      return '%';
    case '':
      throw new CommandError(18_535, "Unmatched '%' at end of format string");
    default:
      throw new CommandError(18_536, `Invalid format character '%${code}' in format string`);
  }
}

const dateToString: OperatorParser = (operand, compile) => {
  const codes = { object: 18_629, unknown: 18_534, missing: 18_628 };
  const known = { required: ['date'], optional: ['format', 'timezone', 'onNull'], codes };
  const parts = compileParts(namedOperands('$dateToString', operand, known), compile);
  return (context) => {
    const format = parts.get('format')?.(context);
    if (parts.has('format') && !isNullish(format) && typeof format !== 'string') {
      throw new CommandError(18_533, `$dateToString requires that 'format' be a string, found: ${typeOf(format)}`);
    }
    const value = parts.get('date')?.(context);
    if (isNullish(value)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    const zone = zoneFor(parts.get('timezone'), context);
    if (zone === undefined || (parts.has('format') && isNullish(format))) return null;
    const pattern = typeof format === 'string' ? format : `%Y-%m-%dT%H:%M:%S.%L${zone.isUtc ? 'Z' : ''}`;
    return formatDate(instantOf('$dateToString', value), zone, pattern);
  };
};

const dateFromString: OperatorParser = (operand, compile) => {
  const codes = { object: 40_540, unknown: 40_541, missing: 40_542 };
  const known = { required: ['dateString'], optional: ['format', 'timezone', 'onNull', 'onError'], codes };
  const parts = compileParts(namedOperands('$dateFromString', operand, known), compile);
  return (context) => {
    const text = parts.get('dateString')?.(context);
    const zone = zoneFor(parts.get('timezone'), context);
    if (isNullish(text)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    const format = parts.get('format')?.(context);
    if (zone === undefined || (parts.has('format') && isNullish(format))) return null;
    try {
      return readDate(text, format, parts.has('timezone') ? zone : undefined);
    } catch (error) {
      const onError = parts.get('onError');
      if (onError === undefined || !(error instanceof CommandError) || error.code !== CONVERSION_FAILURE) throw error;
      return onError(context);
    }
  };
};

function readDate(text: Value, format: Value | undefined, zone: TimeZone | undefined): Value {
  if (typeof text !== 'string') {
    throw new CommandError(
      CONVERSION_FAILURE,
      `$dateFromString requires that 'dateString' be a string, found: ${typeOf(text)}`,
    );
  }
  if (format !== undefined && typeof format !== 'string') {
    throw new CommandError(40_684, `$dateFromString requires that 'format' be a string, found: ${typeOf(format)}`);
  }
  return dateValue(parseDate(text, { format, zone }));
}

/** Dates written and read as text. */
export const DATE_TEXT_OPERATORS: readonly [string, OperatorParser][] = [
  ['$dateToString', dateToString],
  ['$dateFromString', dateFromString],
];
