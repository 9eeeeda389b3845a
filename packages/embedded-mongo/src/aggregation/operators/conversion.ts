import { isZero, narrowInteger, toDecimal, toDouble, toInteger } from '../../bson/arithmetic.ts';
import { formatDecimal, parseExact, readDecimal, toPlaces, writeDecimal } from '../../bson/decimal128.ts';
import { dateTime, isNumber, typeName, type DateTime, type Decimal128, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { typeAliases } from '../../query/predicates.ts';
import { isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import { bytesOf, bytesText } from './binary-text.ts';
import { compileParts, listOperator, namedOperands, typeOf } from './operands.ts';
import { CONVERSION_FAILURE, parseDate } from './parse-date.ts';
import { toText } from './to-text.ts';

/** What a conversion may need beyond the value: how bytes are written as text and which subtype they get. */
interface Target {
  readonly format?: string | undefined;
  readonly subtype: number;
}

type Convert = (value: Value, target: Target) => Value | undefined;

function failure(reason: string): CommandError {
  return new CommandError(CONVERSION_FAILURE, `${reason} in $convert with no onError value`);
}

function unparsed(text: string, kind: string): CommandError {
  return failure(`Failed to parse ${kind} '${text}'`);
}

function isDate(value: Value): value is DateTime {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date';
}

function isDecimal(value: Value): value is Decimal128 {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'decimal';
}

function integerOf(value: Value, limit: bigint): bigint | undefined {
  const number = wholeOf(value);
  if (number !== undefined && (number >= limit || number < -limit)) {
    throw failure(`Conversion would overflow target type: ${String(number)}`);
  }
  return number;
}

function wholeOf(value: Value): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') {
    if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace(/^\+/, ''));
    throw unparsed(value, 'number');
  }
  if (!isNumber(value)) return undefined;
  const double = toDouble(value);
  if (Number.isNaN(double)) throw failure('Attempt to convert NaN value to integer type');
  if (isDecimal(value)) {
    const exact = readDecimal(value);
    if (typeof exact === 'number') throw failure('Attempt to convert infinity value to integer type');
    if (exact.exponent > 40 && exact.coefficient !== 0n) throw failure('Conversion would overflow target type');
    const { coefficient, exponent } = toPlaces(exact, 0, 'truncate');
    return coefficient * 10n ** BigInt(coefficient === 0n ? 0 : exponent);
  }
  if (!Number.isFinite(double)) throw failure('Attempt to convert infinity value to integer type');
  return toInteger(value, { truncates: true });
}

const FLOATING = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function doubleOf(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isDate(value)) return Number(value.milliseconds);
  if (typeof value === 'string') {
    const special = specialNumber(value);
    if (special !== undefined) return special;
    const number = FLOATING.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw unparsed(value, 'number');
    if (!Number.isFinite(number)) throw failure(`Failed to parse number '${value}': Out of range`);
    return number;
  }
  if (!isNumber(value)) return undefined;
  const double = toDouble(value);
  if (isDecimal(value) && !Number.isFinite(double) && typeof readDecimal(value) !== 'number') {
    throw failure(`Conversion would overflow target type: ${formatDecimal(value)}`);
  }
  return double;
}

function specialNumber(text: string): number | undefined {
  const [, sign, name] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? -Infinity : Infinity;
}

function decimalOf(value: Value): Value | undefined {
  if (isNumber(value)) return toDecimal(value);
  if (typeof value === 'boolean') return toDecimal(value ? 1n : 0n);
  if (isDate(value)) return toDecimal(value.milliseconds);
  if (typeof value !== 'string') return undefined;
  const special = specialNumber(value);
  const exact = special ?? parseExact(value);
  if (exact === undefined) throw unparsed(value, 'number');
  return writeDecimal(exact);
}

function dateOf(value: Value): Value | undefined {
  if (isDate(value)) return value;
  if (typeof value === 'string') return dateTime(parseDate(value, {}));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (value.kind === 'objectId') return dateTime(Number.parseInt(value.hex.slice(0, 8), 16) * 1000);
    if (value.kind === 'timestamp') return dateTime(Number(value.value >> 32n) * 1000);
  }
  if (!isNumber(value) || typeName(value) === 'int') return undefined;
  const milliseconds = integerOf(value, 2n ** 63n);
  return milliseconds === undefined ? undefined : { kind: 'date', milliseconds };
}

function booleanOf(value: Value): Value | undefined {
  if (typeof value === 'boolean') return value;
  if (isNumber(value)) return !isZero(value);
  return ['string', 'objectId', 'date', 'timestamp'].includes(typeName(value)) ? true : undefined;
}

function objectIdOf(value: Value): Value | undefined {
  if (typeName(value) === 'objectId') return value;
  if (typeof value !== 'string') return undefined;
  if (/^[0-9a-fA-F]{24}$/.test(value)) return { kind: 'objectId', hex: value.toLowerCase() };
  throw unparsed(value, 'objectId');
}

function stringOf(value: Value, { format }: Target): Value | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value.kind !== 'binData')
    return typeName(value) === 'symbol' ? undefined : toText(value);
  if (format === undefined) throw failure("Conversion from binData to string requires 'format'");
  const text = bytesText(value, format);
  if (text === undefined) throw failure(`binData cannot be written as '${format}'`);
  return text;
}

function binaryOf(value: Value, { format, subtype }: Target): Value | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'binData') {
    if (value.subtype === subtype) return value;
    throw failure('Conversions between different binData subtypes are not supported');
  }
  if (typeof value !== 'string') return undefined;
  if (format === undefined) throw failure("Conversion from string to binData requires 'format'");
  const bytes = bytesOf(value, format, subtype);
  if (bytes === undefined) throw failure(`Input string does not match format '${format}'`);
  return { kind: 'binData', subtype, bytes };
}

const CONVERSIONS: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['double', doubleOf],
  ['string', stringOf],
  ['binData', binaryOf],
  ['objectId', objectIdOf],
  ['bool', booleanOf],
  ['date', dateOf],
  [
    'int',
    (value) => {
      const number = isDate(value) ? undefined : integerOf(value, 2n ** 31n);
      return number === undefined ? undefined : narrowInteger(number);
    },
  ],
  ['long', (value) => (isDate(value) ? value.milliseconds : integerOf(value, 2n ** 63n))],
  ['decimal', decimalOf],
]);

function convertTo(type: string, value: Value, target: Target): Value {
  const result = CONVERSIONS.get(type)?.(value, target);
  if (result === undefined) throw failure(`Unsupported conversion from ${typeName(value)} to ${type}`);
  return result;
}

function shorthand(name: string, type: string, target: Target = { subtype: 0 }): [string, OperatorParser] {
  return listOperator(name, { min: 1, max: 1 }, ([value]) =>
    isNullish(value) ? null : convertTo(type, value, target),
  );
}

const convert: OperatorParser = (operand, compile) => {
  const known = { required: ['input', 'to'], optional: ['format', 'onError', 'onNull'] };
  const document = namedOperands('$convert', operand, known);
  const to = document.get('to') ?? null;
  const isNested = typeName(to) === 'object' && namesType(to);
  const target = isNested ? namedOperands('$convert', to, { required: ['type'], optional: ['subtype'] }) : undefined;
  const parts = compileParts(document, compile);
  const typeExpression = compile(target?.get('type') ?? to);
  const subtypeExpression = compile(target?.get('subtype') ?? 0n);
  return (context) => {
    const value = parts.get('input')?.(context);
    const type = targetType(typeExpression(context));
    const subtype = subtypeExpression(context);
    const format = parts.get('format')?.(context);
    if (isNullish(value)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    if (type === undefined) return null;
    return guarded(parts.get('onError'), context, () =>
      convertTo(type, value, { format: formatName(format), subtype: subtypeNumber(subtype) }),
    );
  };
};

function namesType(value: Value): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'object' && value.has('type')
  );
}

function guarded(onError: Expression | undefined, context: ExpressionContext, run: () => Value): Value | undefined {
  try {
    return run();
  } catch (error) {
    if (onError === undefined || !(error instanceof CommandError) || error.code !== CONVERSION_FAILURE) throw error;
    return onError(context);
  }
}

function targetType(value: Value | undefined): string | undefined {
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string' && !isNumber(value)) {
    throw new CommandError(
      'FailedToParse',
      `$convert's 'to' argument must be a string or number, but is ${typeOf(value)}`,
    );
  }
  if (isNumber(value) && toInteger(value) === undefined) {
    throw new CommandError('FailedToParse', "In $convert, numeric 'to' argument is not an integer");
  }
  const [alias = ''] = value === 'number' ? ['number'] : typeAliases(value);
  return alias;
}

const FORMATS = new Set(['auto', 'base64', 'base64url', 'utf8', 'hex', 'uuid']);

function formatName(value: Value | undefined): string | undefined {
  if (isNullish(value)) return undefined;
  if (typeof value === 'string' && FORMATS.has(value)) return value;
  throw new CommandError(
    typeof value === 'string' ? 4_341_125 : 4_341_114,
    `Invalid 'format' argument for $convert: ${typeof value === 'string' ? value : typeOf(value)}`,
  );
}

function subtypeNumber(value: Value | undefined): number {
  const number = value === undefined ? undefined : toInteger(value);
  if (number === undefined || number < 0n || number > 255n || (number > 8n && number < 128n)) {
    throw new CommandError(
      4_341_107,
      `In $convert, numeric value for 'subtype' does not correspond to a BinData type: ${typeOf(value)}`,
    );
  }
  return Number(number);
}

/** Conversion between types. */
export const CONVERSION_OPERATORS: readonly [string, OperatorParser][] = [
  ['$convert', convert],
  shorthand('$toString', 'string', { format: 'auto', subtype: 0 }),
  shorthand('$toInt', 'int'),
  shorthand('$toLong', 'long'),
  shorthand('$toDouble', 'double'),
  shorthand('$toDecimal', 'decimal'),
  shorthand('$toBool', 'bool'),
  shorthand('$toDate', 'date'),
  shorthand('$toObjectId', 'objectId'),
  shorthand('$toUUID', 'binData', { format: 'uuid', subtype: 4 }),
  listOperator('$isNumber', { min: 1, max: 1 }, ([value]) => isNumber(value)),
];
