import { activeCollation } from '../bson/active-collation.ts';
import type { Collation } from '../bson/collation.ts';
import type { Document } from '../bson/document.ts';
import { encodeKey, typeRank, TYPE_RANKS } from '../bson/encode-key.ts';
import { toInteger } from '../bson/arithmetic.ts';
import { formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber, isRegex, typeName, type Regex, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { Predicate } from './filter.ts';
import { compileRegex } from './compile-regex.ts';
import { parseNonNegativeInteger } from './parse-integer.ts';

/** Equality with a value under the running command's collation; null also equals a missing field. */
export function equalTo(operand: Value): Predicate {
  const collation = activeCollation();
  const test = equalityTest(operand, collation);
  return { name: '$eq', operand, expandsArrays: true, test, text: textOf(operand, collation), collation };
}

/** The bytes a text must have to equal a value; undefined when it may have others, such as bytes that are not UTF-8. */
function textOf(operand: Value, collation: Collation | undefined): Buffer | undefined {
  if (typeof operand !== 'string' || collation !== undefined) return undefined;
  return operand.isWellFormed() && !operand.includes(REPLACEMENT) ? Buffer.from(operand) : undefined;
}

const REPLACEMENT = '\u{fffd}';

function equalityTest(operand: Value, collation?: Collation): (value: Value | undefined) => boolean {
  if (operand === null) return (value) => value === undefined || value === null;
  if (typeof operand === 'string' && collation === undefined) {
    return (value) =>
      value === operand ||
      (typeof value === 'object' && typeRank(value) === TYPE_RANKS.string && keyEquals(value, operand));
  }
  if (typeof operand === 'boolean') return (value) => value === operand;
  if (typeof operand === 'object' && !Array.isArray(operand) && operand.kind === 'objectId') {
    const { hex } = operand;
    return (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      value.kind === 'objectId' &&
      value.hex === hex;
  }
  const rank = typeRank(operand);
  const key = encodeKey(operand, collation);
  return (value) => value !== undefined && typeRank(value) === rank && encodeKey(value, collation).equals(key);
}

function keyEquals(left: Value | undefined, right: Value): boolean {
  return encodeKey(left).equals(encodeKey(right));
}

/**
 * Order comparison within the operand's type under the running command's collation; MinKey and MaxKey compare with
 * every type.
 */
export function comparison(name: '$gt' | '$gte' | '$lt' | '$lte', operand: Value): Predicate {
  const collation = activeCollation();
  return { name, operand, expandsArrays: true, test: comparisonTest(name, operand, collation), collation };
}

function comparisonTest(
  name: '$gt' | '$gte' | '$lt' | '$lte',
  operand: Value,
  collation: Collation | undefined,
): (value: Value | undefined) => boolean {
  const allowsEqual = name === '$gte' || name === '$lte';
  const isGreater = name === '$gt' || name === '$gte';
  const rank = typeRank(operand);
  if (rank === TYPE_RANKS.null) return allowsEqual ? equalityTest(operand) : () => false;
  if (isNotANumber(operand)) return (value) => allowsEqual && isNotANumber(value);
  const key = encodeKey(operand, collation);
  const isBound = rank === TYPE_RANKS.minKey || rank === TYPE_RANKS.maxKey;
  return (value) => {
    // Whatever is neither of them, a missing field included, lies between MinKey and MaxKey.
    if (isBound && (value === undefined || typeRank(value) !== rank)) {
      return (rank === TYPE_RANKS.minKey) === isGreater;
    }
    if (value === undefined || typeRank(value) !== rank || isNotANumber(value)) return false;
    const order = compareTo(value, operand, key, collation);
    return order === 0 ? allowsEqual : order > 0 === isGreater;
  };
}

function compareTo(value: Value, operand: Value, key: Buffer, collation: Collation | undefined): number {
  if (typeof value === 'number' && typeof operand === 'number')
    return Number(value > operand) - Number(value < operand);
  return Buffer.compare(encodeKey(value, collation), key);
}

function isNotANumber(value: Value | undefined): boolean {
  if (typeof value === 'number') return Number.isNaN(value);
  return isNumber(value) && typeof value === 'object' && value.kind === 'decimal' && keyEquals(value, Number.NaN);
}

/** Membership in a list of values, under the running command's collation, and of regular expressions. */
export function memberOf(operand: Value, name: string): Predicate {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${name} needs an array`);
  const collation = activeCollation();
  const regexes: ((value: Value | undefined) => boolean)[] = [];
  const keys = new Set<string>();
  for (const item of operand) {
    if (isRegex(item)) regexes.push(regexMatch(item, undefined).test);
    else if (isOperatorDocument(item)) {
      throw new CommandError('BadValue', 'cannot nest $ under $in');
    } else keys.add(encodeKey(item, collation).toString('latin1'));
  }
  return {
    name: '$in',
    operand,
    expandsArrays: true,
    collation,
    test: (value) => keys.has(encodeKey(value, collation).toString('latin1')) || regexes.some((test) => test(value)),
  };
}

/** Whether a value is a document of operators; a reference made by a driver also starts with a `$` but is a value. */
export function isOperatorDocument(value: Value): value is Document {
  if (!isDocument(value) || value.firstName()?.startsWith('$') !== true) return false;
  return !(value.has('$ref') && value.has('$id'));
}

/** Presence of the field, whatever its value. */
export function exists(): Predicate {
  return { name: '$exists', operand: true, expandsArrays: false, test: (value) => value !== undefined };
}

/** A pattern on strings; a stored regular expression matches when it is the very same one. */
export function regexMatch(operand: Value, options: Value | undefined, isOptionsFirst = false): Predicate {
  const regex = toRegex(operand, options, isOptionsFirst);
  const compiled = compileRegex(regex);
  if (regex.pattern.includes('\0')) {
    throw new CommandError('BadValue', 'Regular expression cannot contain an embedded null byte');
  }
  const test = (value: Value | undefined): boolean => {
    if (typeof value === 'string') return compiled.test(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    if (value.kind === 'symbol') return compiled.test(value.text);
    return value.kind === 'regex' && value.pattern === regex.pattern && value.options === regex.options;
  };
  return { name: '$regex', operand: regex, expandsArrays: true, test };
}

function toRegex(operand: Value, options: Value | undefined, isOptionsFirst: boolean): Regex {
  if (options !== undefined && typeof options !== 'string')
    throw new CommandError('BadValue', '$options has to be a string');
  if (isRegex(operand)) {
    if (options === undefined || (isOptionsFirst && options === '')) return operand;
    if (operand.options !== '') {
      throw new CommandError(isOptionsFirst ? 51_074 : 51_075, 'options set in both $regex and $options');
    }
    return { ...operand, options };
  }
  if (typeof operand !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
  return { kind: 'regex', pattern: operand, options: options ?? '' };
}

const TYPE_NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [127, 'maxKey'],
]);
const TYPE_ALIASES = new Set(TYPE_NUMBERS.values());

/** The BSON type of the field, by number, alias or a list of them. */
export function hasType(operand: Value): Predicate {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeAliases));
  if (wanted.size === 0) throw new CommandError('FailedToParse', '$type must match at least one type');
  return {
    name: '$type',
    operand,
    expandsArrays: true,
    test: (value) => value !== undefined && wanted.has(typeName(value)),
  };
}

/** Whether a text is the alias of a BSON type. */
export function isTypeAlias(text: string): boolean {
  return TYPE_ALIASES.has(text);
}

/** The alias of the BSON type with a number, or undefined when no type has it. */
export function typeAliasOf(number: number): string | undefined {
  return TYPE_NUMBERS.get(number);
}

/** The names of the types a number, an alias or `number` stands for; others are refused. */
function typeAliases(value: Value): readonly string[] {
  if (value === 'number') return ['int', 'long', 'double', 'decimal'];
  if (typeof value === 'string') {
    if (!TYPE_ALIASES.has(value)) throw new CommandError('BadValue', `Unknown type name alias: ${value}`);
    return [value];
  }
  const number = toInteger(value);
  if (number === undefined) throw new CommandError('TypeMismatch', 'type must be represented as a number or a string');
  const alias = TYPE_NUMBERS.get(Number(number));
  if (alias === undefined) throw new CommandError('BadValue', `Invalid numerical type code: ${String(number)}`);
  return [alias];
}

/** The exact length of an array. */
export function hasSize(operand: Value): Predicate {
  const size = parseSize(operand);
  return {
    name: '$size',
    operand,
    expandsArrays: false,
    test: (value) => Array.isArray(value) && BigInt(value.length) === size,
  };
}

function parseSize(operand: Value): bigint {
  try {
    return parseNonNegativeInteger('$size', operand);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError('BadValue', `Failed to parse $size. ${error.message}`);
  }
}

/** Remainder of the truncated number after division. */
export function modulo(operand: Value): Predicate {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', 'malformed mod, needs to be an array');
  if (operand.length < 2) throw new CommandError('BadValue', 'malformed mod, not enough elements');
  if (operand.length > 2) throw new CommandError('BadValue', 'malformed mod, too many elements');
  const divisor = modulusPart(operand[0], 'divisor');
  const remainder = modulusPart(operand[1], 'remainder');
  if (divisor === 0n) throw new CommandError('BadValue', 'divisor cannot be 0');
  return {
    name: '$mod',
    operand,
    expandsArrays: true,
    test: (value) => {
      const number = value === undefined ? undefined : truncated(value);
      return number !== undefined && number % divisor === remainder;
    },
  };
}

function modulusPart(value: Value | undefined, name: string): bigint {
  if (value === undefined || !isNumber(value)) {
    throw new CommandError('BadValue', `malformed mod, ${name} not a number`);
  }
  const number = truncated(value);
  if (number !== undefined) return number;
  // MongoDB lets this very double pass and takes it for the least integer.
  if (value === 2 ** 63) return -(2n ** 63n);
  const isFinite = toInteger(value, { truncates: true }) !== undefined;
  const reason = isFinite ? 'Out of bounds coercing to integral value' : 'Unable to coerce NaN/Inf to integral type';
  throw new CommandError('BadValue', `malformed mod, ${name} value is invalid :: caused by :: ${reason}`);
}

/** A number without its fraction; undefined for what is none or does not fit into 64 bits. */
function truncated(value: Value): bigint | undefined {
  const number = toInteger(value, { truncates: true });
  return number !== undefined && BigInt.asIntN(64, number) === number ? number : undefined;
}

/** A test of single bits of integers and binary values. */
export function bitsTest(name: string, operand: Value): Predicate {
  const mask = bitMask(name, operand);
  const wantsSet = name.endsWith('Set');
  const wantsAll = name.startsWith('$bitsAll');
  return {
    name,
    operand,
    expandsArrays: true,
    test: (value) => {
      const bits = value === undefined ? undefined : bitsOf(value);
      if (bits === undefined) return false;
      const hit = wantsSet ? bits & mask : ~bits & mask;
      return wantsAll ? hit === mask : hit !== 0n;
    },
  };
}

function bitMask(name: string, operand: Value): bigint {
  if (Array.isArray(operand)) {
    return operand.reduce<bigint>((mask, item, index) => {
      const position = bitPosition(item, `${String(index)}: ${formatValue(item)}`);
      return mask | (1n << (position > 65_535n ? 65_535n : position));
    }, 0n);
  }
  if (isNumber(operand)) return parseNonNegativeInteger(name, operand);
  const mask = bitsOf(operand);
  if (mask !== undefined) return mask;
  throw new CommandError(
    'BadValue',
    `${name} takes an Array, a number, or a BinData but received: ${name}: ${formatValue(operand)}`,
  );
}

function bitPosition(item: Value, element: string): bigint {
  const position = toInteger(item);
  if (position === undefined) {
    throw new CommandError('BadValue', `bit positions must be an integer but got: ${element}`);
  }
  if (BigInt.asIntN(32, position) !== position) {
    throw new CommandError('BadValue', `bit positions cannot be represented as a 32-bit signed integer: ${element}`);
  }
  if (position < 0n) throw new CommandError('BadValue', `bit positions must be >= 0 but got: ${element}`);
  return position;
}

function bitsOf(value: Value): bigint | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'binData') {
    return BigInt(
      `0x${value.bytes.toReversed().reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '') || '0'}`,
    );
  }
  // Numbers beyond 64 bits have no bits to test.
  const bits = toInteger(value);
  return bits !== undefined && BigInt.asIntN(64, bits) === bits ? bits : undefined;
}
