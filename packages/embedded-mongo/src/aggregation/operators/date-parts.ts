import { toInteger } from '../../bson/arithmetic.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isDocument, isNumber, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import {
  dateValue,
  dayOfYear,
  instantOf,
  isoDate,
  isoDayOfWeek,
  isoWeek,
  isoWeekYear,
  localTime,
  weekOfYear,
} from './calendar.ts';
import { compileParts, documentOf, namedOperands, typeOf } from './operands.ts';
import { toInstant, toLocal, zoneFor } from './time-zone.ts';

function datePart(name: string, part: (local: Date) => Value): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      if (isDocument(operand) && operand.firstName()?.startsWith('$') !== true) {
        const codes = { object: 40_535, unknown: 40_535, missing: 40_539 };
        const known = { required: ['date'], optional: ['timezone'], codes };
        const parts = compileParts(namedOperands(name, operand, known), compile);
        return (context) => partOf(name, part, parts, context);
      }
      if (Array.isArray(operand) && operand.length !== 1) {
        throw new CommandError(
          40_536,
          `${name} accepts exactly one argument if given an array, but was given ${String(operand.length)}`,
        );
      }
      const date = compile(Array.isArray(operand) ? (operand[0] ?? null) : operand);
      return (context) => partOf(name, part, new Map([['date', date]]), context);
    },
  ];
}

type Parts = ReadonlyMap<string, Expression>;

function partOf(name: string, part: (local: Date) => Value, parts: Parts, context: ExpressionContext): Value {
  const value = parts.get('date')?.(context);
  if (isNullish(value)) return null;
  const zone = zoneFor(parts.get('timezone'), context);
  return zone === undefined ? null : part(new Date(toLocal(zone, instantOf(name, value))));
}

const dateToParts: OperatorParser = (operand, compile) => {
  const codes = { object: 40_524, unknown: 40_520, missing: 40_522 };
  const known = { required: ['date'], optional: ['timezone', 'iso8601'], codes };
  const parts = compileParts(namedOperands('$dateToParts', operand, known), compile);
  return (context) => {
    const value = parts.get('date')?.(context);
    const zone = zoneFor(parts.get('timezone'), context);
    if (zone === undefined) return null;
    const isIso = parts.has('iso8601') ? parts.get('iso8601')?.(context) : false;
    if (isNullish(isIso)) return null;
    if (typeof isIso !== 'boolean')
      throw new CommandError(40_521, `iso8601 must evaluate to a bool, found ${typeOf(isIso)}`);
    if (isNullish(value)) return null;
    const local = new Date(toLocal(zone, instantOf('$dateToParts', value)));
    const day: [string, number][] = isIso
      ? [
          ['isoWeekYear', isoWeekYear(local)],
          ['isoWeek', isoWeek(local)],
          ['isoDayOfWeek', isoDayOfWeek(local)],
        ]
      : [
          ['year', local.getUTCFullYear()],
          ['month', local.getUTCMonth() + 1],
          ['day', local.getUTCDate()],
        ];
    const time: [string, number][] = [
      ['hour', local.getUTCHours()],
      ['minute', local.getUTCMinutes()],
      ['second', local.getUTCSeconds()],
      ['millisecond', local.getUTCMilliseconds()],
    ];
    return documentOf([...day, ...time].map(([name, number]) => [name, int(number)]));
  };
};

const NATURAL = ['month', 'day'];
const ISO = ['isoWeek', 'isoDayOfWeek'];
const TIME = ['hour', 'minute', 'second', 'millisecond'];

const dateFromParts: OperatorParser = (operand, compile) => {
  const codes = { object: 40_519, unknown: 40_518, missing: 40_516 };
  const optional = ['year', 'isoWeekYear', ...NATURAL, ...ISO, ...TIME, 'timezone'];
  const document = namedOperands('$dateFromParts', operand, { required: [], optional, codes });
  const isIso = document.has('isoWeekYear');
  if (!isIso && !document.has('year')) {
    throw new CommandError(40_516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  }
  if (document.has('year') && ['isoWeekYear', ...ISO].some((name) => document.has(name))) {
    throw new CommandError(40_489, '$dateFromParts does not allow mixing natural dates with ISO dates');
  }
  if (isIso && NATURAL.some((name) => document.has(name))) {
    throw new CommandError(40_525, '$dateFromParts does not allow mixing ISO dates with natural dates');
  }
  const parts = compileParts(document, compile);
  const dayNames = isIso ? ['isoWeekYear', ...ISO] : ['year', ...NATURAL];
  return (context) => {
    const [hour, minute, seconds, rest] = partNumbers(TIME, parts, context) ?? [];
    if (hour === undefined || minute === undefined || seconds === undefined || rest === undefined) return null;
    const zone = zoneFor(parts.get('timezone'), context);
    if (zone === undefined) return null;
    const [year, second, third] = partNumbers(dayNames, parts, context) ?? [];
    if (year === undefined || second === undefined || third === undefined) return null;
    checkYear(isIso ? 'isoWeekYear' : 'year', year);
    const timeOfDay = ((hour * 60 + minute) * 60 + seconds) * 1000 + rest;
    const day = isIso ? isoDate(year, second, third) : localTime(year, second - 1, third);
    return dateValue(toInstant(zone, day + timeOfDay));
  };
};

/** The numbers of the parts, those left out being the first of their kind; undefined when one of them is null. */
function partNumbers(names: readonly string[], parts: Parts, context: ExpressionContext): number[] | undefined {
  const numbers: number[] = [];
  for (const name of names) {
    const value = parts.has(name) ? parts.get(name)?.(context) : int(TIME.includes(name) ? 0 : 1);
    if (isNullish(value)) return undefined;
    numbers.push(partNumber(name, value));
  }
  return numbers;
}

function checkYear(name: string, year: number): void {
  if (year >= 1 && year <= 9999) return;
  throw new CommandError(
    name === 'year' ? 40_523 : 31_095,
    `'${name}' must evaluate to an integer in the range 1 to 9999, found ${String(year)}`,
  );
}

const FREE_RANGE = ['year', 'isoWeekYear', 'second', 'millisecond'];
// MongoDB counts in microseconds of 64 bits, which must hold the part by itself.
const MOST_MILLISECONDS = (2n ** 63n - 1n) / 1000n;

function partNumber(name: string, value: Value): number {
  const number = isNumber(value) ? toInteger(value) : undefined;
  if (number === undefined || BigInt.asIntN(64, number) !== number) {
    const found = `${typeOf(value)} with value ${formatValue(value)}`;
    throw new CommandError(40_515, `'${name}' must evaluate to an integer, found ${found}`);
  }
  const size = number < 0n ? -number : number;
  if (FREE_RANGE.includes(name)) {
    const most = name === 'second' ? MOST_MILLISECONDS / 1000n : MOST_MILLISECONDS;
    if (size <= most || name.endsWith('ear')) return Number(number);
    throw new CommandError(159, 'Overflow casting from a lower-precision duration to a higher-precision duration');
  }
  if (number < -32_768n || number > 32_767n) {
    throw new CommandError(
      31_034,
      `'${name}' must evaluate to a value in the range [-32768, 32767]; value ${String(number)} is not in range`,
    );
  }
  return Number(number);
}

/** Dates taken apart and put together. */
export const DATE_PART_OPERATORS: readonly [string, OperatorParser][] = [
  datePart('$year', (local) => int(local.getUTCFullYear())),
  datePart('$month', (local) => int(local.getUTCMonth() + 1)),
  datePart('$dayOfMonth', (local) => int(local.getUTCDate())),
  datePart('$dayOfWeek', (local) => int(local.getUTCDay() + 1)),
  datePart('$dayOfYear', (local) => int(dayOfYear(local))),
  datePart('$week', (local) => int(weekOfYear(local))),
  datePart('$isoWeek', (local) => int(isoWeek(local))),
  datePart('$isoWeekYear', (local) => BigInt(isoWeekYear(local))),
  datePart('$isoDayOfWeek', (local) => int(isoDayOfWeek(local))),
  datePart('$hour', (local) => int(local.getUTCHours())),
  datePart('$minute', (local) => int(local.getUTCMinutes())),
  datePart('$second', (local) => int(local.getUTCSeconds())),
  datePart('$millisecond', (local) => int(local.getUTCMilliseconds())),
  ['$dateToParts', dateToParts],
  ['$dateFromParts', dateFromParts],
];
