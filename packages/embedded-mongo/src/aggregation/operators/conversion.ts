import { narrowInteger, toDouble, toInteger } from '../../bson/arithmetic.ts';
import { exactOfDouble, parseExact, writeDecimal } from '../../bson/decimal128.ts';
import { dateTime, isNumber, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, isTruthy, type OperatorParser } from '../expression.ts';
import { listOperator } from './operands.ts';
import { toText } from './to-text.ts';

function conversion(name: string, convert: (value: Value) => Value | undefined): [string, OperatorParser] {
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const result = convert(value);
    if (result === undefined)
      throw new CommandError(241, `Failed to convert from ${typeName(value)} in ${name} with no onError value`);
    return result;
  });
}

function integerOf(value: Value, limit: bigint): bigint | undefined {
  let number: bigint | undefined;
  if (typeof value === 'boolean') number = value ? 1n : 0n;
  else if (typeof value === 'string') number = /^[+-]?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
  else if (typeName(value) === 'date') number = millisecondsOf(value);
  else number = toInteger(value, { truncates: true });
  return number !== undefined && number < limit && number >= -limit ? number : undefined;
}

function millisecondsOf(value: Value): bigint | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date'
    ? value.milliseconds
    : undefined;
}

function doubleOf(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isNumber(value)) return toDouble(value);
  if (typeof value === 'string')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
  const milliseconds = millisecondsOf(value);
  return milliseconds === undefined ? undefined : Number(milliseconds);
}

function decimalOf(value: Value): Value | undefined {
  if (typeName(value) === 'decimal') return value;
  if (typeof value === 'string') {
    const exact = parseExact(value);
    return exact === undefined ? undefined : writeDecimal(exact);
  }
  const double = doubleOf(value);
  if (double === undefined) return undefined;
  if (typeof value === 'bigint') return writeDecimal({ coefficient: value, exponent: 0 });
  if (!Number.isFinite(double)) return writeDecimal(double);
  return writeDecimal(
    Number.isInteger(double) ? exactOfDouble(double) : (parseExact(double.toPrecision(15)) ?? double),
  );
}

function dateOf(value: Value): Value | undefined {
  if (typeName(value) === 'date') return value;
  if (typeof value === 'string') {
    const time = Date.parse(
      /(?:Z|[+-]\d\d:?\d\d)$/.test(value) || /^\d{4}-\d\d-\d\d$/.test(value) ? value : `${value}Z`,
    );
    return Number.isNaN(time) ? undefined : dateTime(time);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'objectId') {
    return dateTime(Number.parseInt(value.hex.slice(0, 8), 16) * 1000);
  }
  if (!isNumber(value) || typeName(value) === 'int') return undefined;
  const milliseconds = toDouble(value);
  return Math.abs(milliseconds) <= LAST_DATE ? dateTime(milliseconds) : undefined;
}

/** The range of dates that can be written as text, in milliseconds around the epoch. */
const LAST_DATE = 8.64e15;

function objectIdOf(value: Value): Value | undefined {
  if (typeName(value) === 'objectId') return value;
  return typeof value === 'string' && /^[0-9a-fA-F]{24}$/.test(value)
    ? { kind: 'objectId', hex: value.toLowerCase() }
    : undefined;
}

/** Conversion between types. */
export const CONVERSION_OPERATORS: readonly [string, OperatorParser][] = [
  conversion('$toString', toText),
  conversion('$toInt', (value) => {
    const number = integerOf(value, 2n ** 31n);
    return number === undefined || typeName(value) === 'date' ? undefined : narrowInteger(number);
  }),
  conversion('$toLong', (value) => integerOf(value, 2n ** 63n)),
  conversion('$toDouble', doubleOf),
  conversion('$toDecimal', decimalOf),
  conversion('$toBool', (value) => (isNumber(value) ? toDouble(value) !== 0 : isTruthy(value))),
  conversion('$toDate', dateOf),
  conversion('$toObjectId', objectIdOf),
  listOperator('$isNumber', { min: 1, max: 1 }, ([value]) => isNumber(value)),
];
