import { isZero, narrowInteger, toDecimal, toDouble, toInteger } from '../../bson/arithmetic.ts';
import { parseExact, readDecimal, toPlaces, writeDecimal } from '../../bson/decimal128.ts';
import type { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import {
  dateTime,
  isDocument,
  isNumber,
  typeName,
  type DateTime,
  type Decimal128,
  type Value,
} from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isTypeAlias, typeAliasOf } from '../../query/predicates.ts';
import { isNullish, type Expression, type ExpressionContext, type OperatorParser } from '../expression.ts';
import { bytesOf, bytesText } from './binary-text.ts';
import { compileParts, listOperator, namedOperands, typeOf } from './operands.ts';
import { CONVERSION_FAILURE } from './date-reading.ts';
import { parseDate } from './parse-date.ts';
import { toText } from './to-text.ts';

/** What a conversion may need beyond the value: how bytes are written as text and which subtype they get. */
interface Target {
  readonly format?: string | undefined;
  readonly subtype: number;
}

type Convert = (value: Value, target: Target) => Value | undefined;

function failure(reason: string, detail?: string): CommandError {
  const rest = detail === undefined ? '' : `: ${detail}`;
  return new CommandError(CONVERSION_FAILURE, `${reason} in $convert with no onError value${rest}`);
}

function unparsed(text: string, kind: string, reason: string): CommandError {
  return failure(`Failed to parse ${kind} '${text}'`, reason);
}

function overflow(value: Value): CommandError {
  return failure('Conversion would overflow target type', toText(value) ?? '');
}

function isDate(value: Value): value is DateTime {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date';
}

function isDecimal(value: Value): value is Decimal128 {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'decimal';
}

function integerOf(value: Value, limit: bigint): bigint | undefined {
  const number = wholeOf(value);
  // A double beyond the largest 32-bit integer is refused though its whole part would still fit.
  const isBeyond = typeof value === 'number' && limit === 2n ** 31n && (value > 2_147_483_647 || value < -(2 ** 31));
  if (isBeyond || (number !== undefined && (number >= limit || number < -limit))) {
    throw typeof value === 'string' ? unparsed(value, 'number', 'Overflow') : overflow(value);
  }
  return number;
}

function wholeOf(value: Value): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') {
    refuseHexadecimal(value);
    if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace(/^\+/, ''));
    const isEmpty = /^[+-]?$/.test(value);
    throw unparsed(value, 'number', isEmpty ? 'No digits' : NOT_WHOLE);
  }
  if (!isNumber(value)) return undefined;
  const double = toDouble(value);
  if (Number.isNaN(double)) throw failure('Attempt to convert NaN value to integer type');
  if (isDecimal(value)) {
    const exact = readDecimal(value);
    if (typeof exact === 'number') throw failure('Attempt to convert infinity value to integer type');
    if (exact.exponent > 40 && exact.coefficient !== 0n) throw overflow(value);
    const { coefficient, exponent } = toPlaces(exact, 0, 'truncate');
    return coefficient * 10n ** BigInt(coefficient === 0n ? 0 : exponent);
  }
  if (!Number.isFinite(double)) throw failure('Attempt to convert infinity value to integer type');
  return toInteger(value, { truncates: true });
}

const NOT_WHOLE = 'Did not consume whole string.';

function refuseHexadecimal(text: string): void {
  if (/^0x/i.test(text)) throw failure('Illegal hexadecimal input', text);
}

/** Why a text is no floating point number. */
function unfinishedNumber(text: string): string {
  if (text === '') return 'Empty string';
  if (/^\s/.test(text)) return 'Leading whitespace';
  return /^[+-]?(?:\.?\d|nan|inf)/i.test(text) ? NOT_WHOLE : 'Did not consume any digits';
}

const FLOATING = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function doubleOf(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isDate(value)) return Number(value.milliseconds);
  if (typeof value === 'string') {
    refuseHexadecimal(value);
    const special = specialNumber(value);
    if (special !== undefined) return special;
    const number = FLOATING.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw unparsed(value, 'number', unfinishedNumber(value));
    if (!Number.isFinite(number)) throw unparsed(value, 'number', 'Out of range');
    return number;
  }
  if (!isNumber(value)) return undefined;
  const double = toDouble(value);
  if (isDecimal(value) && !Number.isFinite(double) && typeof readDecimal(value) !== 'number') {
    throw overflow(value);
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
  refuseHexadecimal(value);
  const special = specialNumber(value);
  const exact = special ?? parseExact(value);
  if (exact === undefined) {
    throw unparsed(value, 'number', value === '' ? 'Empty string' : 'Failed to parse string to decimal');
  }
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
  // Every value of another type is true.
  return isNumber(value) ? !isZero(value) : true;
}

function objectIdOf(value: Value): Value | undefined {
  if (typeName(value) === 'objectId') return value;
  if (typeof value !== 'string') return undefined;
  if (/^[0-9a-fA-F]{24}$/.test(value)) return { kind: 'objectId', hex: value.toLowerCase() };
  throw unparsed(
    value,
    'objectId',
    value.length === 24
      ? `Invalid character found in hex string: "${value}"`
      : `Invalid string length for parsing to OID, expected 24 but found ${String(Buffer.byteLength(value))}`,
  );
}

function stringOf(value: Value, { format }: Target): Value | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value.kind !== 'binData')
    return typeName(value) === 'symbol' ? undefined : toText(value);
  if (format === undefined) throw formatMissing('binData', 'string');
  const text = bytesText(value, format);
  if (text === undefined) throw failure('Failed to convert binData to string', `it cannot be written as '${format}'`);
  return text;
}

const UUID_SUBTYPE = 4;

// The caller left out what the conversion needs, so that `onError` does not help.
function formatMissing(from: string, to: string): CommandError {
  return new CommandError(4_341_115, `Format must be speficied when converting from '${from}' to '${to}'`);
}

function binaryOf(value: Value, { format, subtype }: Target): Value | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'binData') {
    if (value.subtype === subtype) return value;
    throw new CommandError(CONVERSION_FAILURE, 'Conversions between different BinData subtypes are not supported');
  }
  if (typeof value !== 'string') return undefined;
  if (format === undefined) throw formatMissing('string', 'binData');
  const isUuid = subtype === UUID_SUBTYPE;
  if ((format === 'uuid') !== isUuid) {
    throw unparsed(value, 'BinData', "Only the 'uuid' format is allowed with the UUID subtype");
  }
  const bytes = bytesOf(value, format, subtype);
  if (bytes === undefined) throw unparsed(value, 'BinData', `Input is not valid '${format}'`);
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

const CONVERT_WORDING = {
  object: (name: string, type: string) => `${name} expects an object of named arguments but found: ${type}`,
  unknown: (name: string, part: string) => `${name} found an unknown argument: ${part}`,
  missing: (name: string, part: string) => `Missing '${part}' parameter to ${name}`,
};

const convert: OperatorParser = (operand, compile) => {
  const known = { required: ['input', 'to'], optional: ['format', 'onError', 'onNull'], wording: CONVERT_WORDING };
  const document = namedOperands('$convert', operand, known);
  const parts = compileParts(document, compile);
  return (context) => {
    const to = parts.get('to')?.(context);
    const value = parts.get('input')?.(context);
    const formatGiven = parts.get('format')?.(context);
    const { type, subtype } = isDocument(to) ? nestedTarget(to) : { type: targetType(to), subtype: 0n };
    if (isNullish(value)) return parts.has('onNull') ? parts.get('onNull')?.(context) : null;
    if (type === undefined) return null;
    const format = formatName(formatGiven);
    return guarded(parts.get('onError'), context, () =>
      convertTo(type, value, { format, subtype: type === 'binData' ? subtypeNumber(subtype) : 0 }),
    );
  };
};

function nestedTarget(to: Document): { type: string | undefined; subtype: Value } {
  const target = namedOperands("$convert's 'to'", to, { required: ['type'], optional: ['subtype'] });
  return { type: targetType(target.get('type')), subtype: target.get('subtype') ?? 0n };
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
  if (value === 'missing') return value;
  if (typeof value === 'string') {
    if (value !== 'number' && isTypeAlias(value)) return value;
    throw new CommandError('BadValue', `Unknown type name: ${value}`);
  }
  const number = toInteger(value);
  if (number === undefined) {
    throw new CommandError('FailedToParse', "In $convert, numeric 'to' argument is not an integer");
  }
  if (number === 0n) return 'missing';
  const alias = typeAliasOf(Number(number));
  if (alias !== undefined) return alias;
  throw new CommandError(
    'FailedToParse',
    `In $convert, numeric value for 'to' does not correspond to a BSON type: ${String(number)}`,
  );
}

const FORMATS = new Set(['auto', 'base64', 'base64url', 'utf8', 'hex', 'uuid']);

function formatName(value: Value | undefined): string | undefined {
  if (isNullish(value)) return undefined;
  if (typeof value === 'string' && FORMATS.has(value)) return value;
  if (typeof value === 'string') throw new CommandError(4_341_125, `Invalid 'format' argument for $convert: ${value}`);
  const found = `${typeOf(value)} with value ${formatValue(value)}`;
  throw new CommandError(4_341_114, `$convert requires that 'format' be a string, found: ${found}`);
}

function subtypeNumber(value: Value): number {
  if (!isNumber(value)) {
    const message = `For BinData, $convert's 'subtype' argument must be a number, but is ${typeOf(value)}`;
    throw new CommandError(4_341_108, message);
  }
  const number = toInteger(value);
  if (number === undefined) {
    throw new CommandError(4_341_106, "In $convert, numeric 'subtype' argument is not an integer");
  }
  if (number < 0n || number > 255n || (number > 8n && number < 128n)) {
    const message = `In $convert, numeric value for 'subtype' does not correspond to a BinData type: ${String(number)}`;
    throw new CommandError(4_341_107, message);
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
  shorthand('$toUUID', 'binData', { format: 'uuid', subtype: UUID_SUBTYPE }),
  listOperator('$isNumber', { min: 1, max: 1 }, ([value]) => isNumber(value)),
];
