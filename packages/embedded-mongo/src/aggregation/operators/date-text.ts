import { formatValue } from '../../bson/format-value.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { dateValue, dayOfYear, instantOf, isoDayOfWeek, isoWeek, isoWeekYear, weekOfYear } from './calendar.ts';
import { CONVERSION_FAILURE, MONTHS } from './date-reading.ts';
import { parseDate } from './parse-date.ts';
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
      return String(Math.trunc(offset / 60_000));
    default:
      return '%';
  }
}

const dateToString: OperatorParser = (operand, compile) => {
  const codes = { object: 18_629, unknown: 18_534, missing: 18_628 };
  const known = { required: ['date'], optional: ['format', 'timezone', 'onNull'], codes };
  const parts = compileParts(namedOperands('$dateToString', operand, known), compile);
  return (context) => {
    const format = parts.get('format')?.(context);
    const pattern = checkFormat('$dateToString', format, 18_533);
    const value = parts.get('date')?.(context);
    const zone = zoneFor(parts.get('timezone'), context);
    if (isNullish(value)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    if (zone === undefined || (parts.has('format') && isNullish(format))) return null;
    const fallback = `%Y-%m-%dT%H:%M:%S.%L${zone.isUtc ? 'Z' : ''}`;
    return formatDate(instantOf('$dateToString', value), zone, pattern ?? fallback);
  };
};

const dateFromString: OperatorParser = (operand, compile) => {
  if (!isDocument(operand)) {
    const found = typeName(operand);
    throw new CommandError(40_540, `$dateFromString only supports an object as an argument, found: ${found}`);
  }
  const codes = { object: 40_540, unknown: 40_541, missing: 40_542 };
  const known = { required: ['dateString'], optional: ['format', 'timezone', 'onNull', 'onError'], codes };
  const parts = compileParts(namedOperands('$dateFromString', operand, known), compile);
  return (context) => {
    const text = parts.get('dateString')?.(context);
    const format = checkFormat('$dateFromString', parts.get('format')?.(context), 40_684);
    const zone = zoneFor(parts.get('timezone'), context);
    if (isNullish(text)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    try {
      checkText(text);
      if (zone === undefined || (parts.has('format') && format === undefined)) return null;
      return dateValue(parseDate(text, { format, zone }));
    } catch (error) {
      const onError = parts.get('onError');
      if (onError === undefined || !(error instanceof CommandError) || error.code !== CONVERSION_FAILURE) throw error;
      return onError(context);
    }
  };
};

function checkText(text: Value): asserts text is string {
  if (typeof text === 'string') return;
  throw new CommandError(
    CONVERSION_FAILURE,
    `$dateFromString requires that 'dateString' be a string, found: ${typeOf(text)} with value ${formatValue(text)}`,
  );
}

const SPECIFIERS: Readonly<Record<string, string>> = {
  $dateToString: 'YmdbBHMSLjwuUVGzZ%',
  $dateFromString: 'YmdbBHMSLjuVGzZ%',
};

/** The format an operator was given; a wrong one is refused even where there is no date to use it for. */
function checkFormat(name: string, format: Value | undefined, code: number): string | undefined {
  if (isNullish(format)) return undefined;
  if (typeof format !== 'string') {
    const found = `${typeOf(format)} with value ${formatValue(format)}`;
    throw new CommandError(code, `${name} requires that 'format' be a string, found: ${found}`);
  }
  for (const [, specifier = ''] of format.matchAll(/%(.?)/gs)) {
    if (specifier === '') throw new CommandError(18_535, "Unmatched '%' at end of format string");
    if (SPECIFIERS[name]?.includes(specifier) !== true) {
      throw new CommandError(18_536, `Invalid format character '%${specifier}' in format string`);
    }
  }
  return format;
}

/** Dates written and read as text. */
export const DATE_TEXT_OPERATORS: readonly [string, OperatorParser][] = [
  ['$dateToString', dateToString],
  ['$dateFromString', dateFromString],
];
