import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  Code,
  type Document,
} from 'bson';
import { fractionOf, isNumeric, orderValues, typeOrder } from './naive-order.ts';

type Test = (value: unknown) => boolean;

function isPlainObject(value: unknown): value is Document {
  return value !== undefined && typeOrder(value) === 5;
}

function isOperators(value: unknown): value is Document {
  return isPlainObject(value) && Object.keys(value)[0]?.startsWith('$') === true;
}

/**
 * The values a path leads to; `undefined` for each place where it ends early. Arrays at the end stay whole; one that the
 * path names by its position is wrapped, as it is one value.
 */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const inside = items.flatMap((item) => (isPlainObject(item) ? valuesAt(item, path) : []));
    const isPosition = /^\d+$/.test(name) && Number(name) < items.length;
    const named = isPosition ? items[Number(name)] : undefined;
    if (named === undefined) return inside;
    if (rest.length === 0) return [...inside, new Whole(named)];
    return isPlainObject(named) || Array.isArray(named) ? [...inside, ...valuesAt(named, rest)] : inside;
  }
  return valuesAt(isPlainObject(value) ? value[name] : undefined, rest);
}

class Whole {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Whether one of the values at a path, or for most operators one of the items of an array there, passes. */
function some(document: Document, path: string, test: Test, opens = true): boolean {
  return valuesAt(document, path.split('.')).some((value) => {
    if (value instanceof Whole) return test(value.value);
    return test(value) || (opens && Array.isArray(value) && value.some(test));
  });
}

function isNaNumber(value: unknown): boolean {
  return isNumeric(value) && Number.isNaN(fractionOf(value));
}

function compares(name: string, operand: unknown): Test {
  return (value) => {
    const allowsEqual = name === '$gte' || name === '$lte' || name === '$eq';
    if (typeOrder(value) !== typeOrder(operand)) {
      if (operand instanceof MinKey) return name === '$gt' || name === '$gte';
      return operand instanceof MaxKey && (name === '$lt' || name === '$lte');
    }
    if (isNaNumber(value) || isNaNumber(operand)) return allowsEqual && isNaNumber(value) && isNaNumber(operand);
    const order = orderValues(value, operand);
    if (order === 0) return allowsEqual;
    return order < 0 ? name.startsWith('$lt') : name.startsWith('$gt');
  };
}

function matchesPattern(regex: BSONRegExp): Test {
  const pattern = new RegExp(regex.pattern, regex.options);
  return (value) => {
    if (typeof value === 'string') return pattern.test(value);
    if (value instanceof BSONSymbol) return pattern.test(value.value);
    return value instanceof BSONRegExp && value.pattern === regex.pattern && value.options === regex.options;
  };
}

function isIn(list: readonly unknown[]): Test {
  const tests = list.map((item) => (item instanceof BSONRegExp ? matchesPattern(item) : compares('$eq', item)));
  return (value) => tests.some((test) => test(value));
}

/** The alias of a value's type. */
export function aliasOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Double) return 'double';
  if (value instanceof Int32) return 'int';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (value instanceof BSONRegExp) return 'regex';
  if (value instanceof Binary) return 'binData';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  if (value instanceof Code) return value.scope === null ? 'javascript' : 'javascriptWithScope';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'int' : 'double';
  return 'object';
}

function truncated(value: unknown): bigint | undefined {
  const fraction = isNumeric(value) ? fractionOf(value) : Number.NaN;
  return typeof fraction === 'number' ? undefined : fraction[0] / fraction[1];
}

function hasBits(name: string, operand: unknown): Test {
  const wanted = Array.isArray(operand)
    ? operand.reduce<bigint>((mask, bit) => mask | (1n << BigInt(Number(bit))), 0n)
    : (truncated(operand) ?? 0n);
  return (value) => {
    const bits = bitsIn(value);
    if (bits === undefined) return false;
    const places = Array.from({ length: 70 }, (_unused, index) => 1n << BigInt(index)).filter(
      (bit) => (wanted & bit) !== 0n,
    );
    const isRight = (bit: bigint): boolean => ((bits & bit) !== 0n) === name.endsWith('Set');
    return name.startsWith('$bitsAll') ? places.every(isRight) : places.some(isRight);
  };
}

function bitsIn(value: unknown): bigint | undefined {
  if (value instanceof Binary)
    return value.value().reduce((bits, byte, index) => bits | (BigInt(byte) << BigInt(8 * index)), 0n);
  const fraction = isNumeric(value) ? fractionOf(value) : Number.NaN;
  if (typeof fraction === 'number' || fraction[0] % fraction[1] !== 0n) return undefined;
  const whole = fraction[0] / fraction[1];
  return whole >= -(2n ** 63n) && whole < 2n ** 63n ? whole : undefined;
}

/** What one value must be for an operator that looks at values one by one. */
function testOf(name: string, operand: unknown): Test {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [];
  switch (name) {
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return compares(name, operand);
    case '$in':
      return isIn(list);
    case '$regex':
      return operand instanceof BSONRegExp ? matchesPattern(operand) : () => false;
    case '$exists':
      return (value) => value !== undefined;
    case '$size':
      return (value) => Array.isArray(value) && value.length === Number(operand);
    case '$type':
      return (value) =>
        value !== undefined && (aliasOf(value) === operand || (operand === 'number' && isNumeric(value)));
    case '$mod':
      return (value) => {
        const number = truncated(value);
        if (number === undefined || BigInt.asIntN(64, number) !== number) return false;
        return number % BigInt(Number(list[0])) === BigInt(Number(list[1]));
      };
    case '$elemMatch':
      return (value) => Array.isArray(value) && value.some((item) => matchesElement(item, operand));
    default:
      return hasBits(name, operand);
  }
}

const WHOLE = ['$exists', '$size', '$elemMatch'];

type Holds = (name: string, operand: unknown) => boolean;

/** Whether an operator holds; `holds` says so of those that look at values one by one. */
function judge(name: string, operand: unknown, holds: Holds): boolean {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [];
  switch (name) {
    case '$ne':
      return !holds('$eq', operand);
    case '$nin':
      return !holds('$in', operand);
    case '$exists':
      return holds('$exists', true) === operand;
    case '$all':
      return list.length > 0 && list.every((item) => holds('$in', [item]));
    case '$not':
      return operand instanceof BSONRegExp ? !holds('$regex', operand) : !judgeAll(operand, holds);
    default:
      return holds(name, operand);
  }
}

function judgeAll(operators: unknown, holds: Holds): boolean {
  return isPlainObject(operators) && Object.entries(operators).every(([name, operand]) => judge(name, operand, holds));
}

function holdsAt(document: Document, path: string): Holds {
  return (name, operand) => some(document, path, testOf(name, operand), !WHOLE.includes(name));
}

const LOGICAL = ['$and', '$or', '$nor'];

function matchesElement(item: unknown, operand: unknown): boolean {
  if (!isPlainObject(operand)) return false;
  if (isOperators(operand) && !LOGICAL.includes(Object.keys(operand)[0] ?? '')) {
    // An item is looked at as it is: what is inside an array that is an item does not count.
    return judgeAll(operand, (name, argument) => testOf(name, argument)(item));
  }
  if (isPlainObject(item)) return naiveMatch(operand, item);
  return Array.isArray(item) && naiveMatch(operand, Object.fromEntries(item.entries()));
}

/**
 * Whether a document matches a filter, by MongoDB's manual read literally: a second matcher, over the driver's objects,
 * that shares nothing with the server's. It knows the operators the tests use and trusts the filter to be well formed.
 */
export function naiveMatch(filter: Document, document: Document): boolean {
  return Object.entries(filter).every(([name, operand]) => {
    const list: readonly unknown[] = Array.isArray(operand) ? operand : [];
    const holds = (item: unknown): boolean => isPlainObject(item) && naiveMatch(item, document);
    if (name === '$and') return list.every(holds);
    if (name === '$or') return list.some(holds);
    if (name === '$nor') return !list.some(holds);
    const holdsThere = holdsAt(document, name);
    if (operand instanceof BSONRegExp) return holdsThere('$regex', operand);
    return isOperators(operand) ? judgeAll(operand, holdsThere) : holdsThere('$eq', operand);
  });
}
