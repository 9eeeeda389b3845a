import { CommandError } from '../server/command-error.ts';
import {
  addExact,
  divideExact,
  doubleOfExact,
  exactOfDouble,
  multiplyExact,
  readDecimal,
  remainderExact,
  toPlaces,
  writeDecimal,
  type Exact,
} from './decimal128.ts';
import { int, isNumber, type Decimal128, type Int32, type Value } from './value.ts';

/** A value of one of the four numeric BSON types. */
export type Numeric = number | bigint | Int32 | Decimal128;

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** A number as a double, rounded where a double cannot hold it. */
export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value.kind === 'int') return value.value;
  const exact = readDecimal(value);
  return typeof exact === 'number' ? exact : doubleOfExact(exact);
}

/** The integer a value stands for; undefined for other values, and for fractions unless they may be truncated. */
export function toInteger(value: Value, options: { truncates?: boolean } = {}): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (!isNumber(value)) return undefined;
  if (isDecimal(value)) return integerOfDecimal(value, options.truncates === true);
  const double = toDouble(value);
  if (!Number.isFinite(double)) return undefined;
  if (!Number.isInteger(double) && options.truncates !== true) return undefined;
  return BigInt(Math.trunc(double));
}

function integerOfDecimal(value: Decimal128, truncates: boolean): bigint | undefined {
  const exact = readDecimal(value);
  if (typeof exact === 'number') return undefined;
  const { coefficient, exponent } = toPlaces(exact, 0, 'truncate');
  const whole = coefficient * 10n ** BigInt(exponent);
  const isWhole = addExact(exact, { coefficient: -whole, exponent: 0 }).coefficient === 0n;
  return isWhole || truncates ? whole : undefined;
}

function exactOf(value: Numeric): Exact | number {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (typeof value === 'number') return Number.isFinite(value) ? exactOfDecimalText(value) : value;
  return value.kind === 'int' ? { coefficient: BigInt(value.value), exponent: 0 } : readDecimal(value);
}

// MongoDB turns a double into a decimal of 15 significant digits, so that 0.1 becomes 0.100000000000000.
function exactOfDecimalText(value: number): Exact {
  if (value === 0) return { coefficient: 0n, exponent: 0 };
  const [mantissa = '0', exponent = '0'] = value.toExponential(14).split('e');
  return { coefficient: BigInt(mantissa.replace('.', '')), exponent: Number(exponent) - 14 };
}

function isDecimal(value: Numeric): value is Decimal128 {
  return typeof value === 'object' && value.kind === 'decimal';
}

interface Operation {
  readonly exact: (left: Exact, right: Exact) => Exact;
  readonly double: (left: number, right: number) => number;
  readonly integer: (left: bigint, right: bigint) => bigint;
}

const ADD: Operation = { exact: addExact, double: (a, b) => a + b, integer: (a, b) => a + b };
const SUBTRACT: Operation = {
  exact: (a, b) => addExact(a, { ...b, coefficient: -b.coefficient }),
  double: (a, b) => a - b,
  integer: (a, b) => a - b,
};
const MULTIPLY: Operation = { exact: multiplyExact, double: (a, b) => a * b, integer: (a, b) => a * b };

/** The sum in the wider of both types: int grows to long, beyond that `onOverflow` decides. */
export function addNumbers(left: Numeric, right: Numeric, onOverflow: 'throw' | 'double'): Numeric {
  return combine(ADD, left, right, onOverflow);
}

/** The product in the wider of both types: int grows to long, beyond that `onOverflow` decides. */
export function multiplyNumbers(left: Numeric, right: Numeric, onOverflow: 'throw' | 'double'): Numeric {
  return combine(MULTIPLY, left, right, onOverflow);
}

function combine(operation: Operation, left: Numeric, right: Numeric, onOverflow: 'throw' | 'double'): Numeric {
  if (isDecimal(left) || isDecimal(right)) {
    const [first, second] = [exactOf(left), exactOf(right)];
    if (typeof first === 'number' || typeof second === 'number') {
      return writeDecimal(operation.double(toDouble(left), toDouble(right)));
    }
    return writeDecimal(operation.exact(first, second));
  }
  if (typeof left === 'number' || typeof right === 'number') return operation.double(toDouble(left), toDouble(right));
  const isLong = typeof left === 'bigint' || typeof right === 'bigint';
  return integerResult(operation.integer(integerOf(left), integerOf(right)), isLong, onOverflow);
}

function integerOf(value: bigint | Int32): bigint {
  return typeof value === 'bigint' ? value : BigInt(value.value);
}

function integerResult(result: bigint, isLong: boolean, onOverflow: 'throw' | 'double'): Numeric {
  if (!isLong && result >= INT32_MIN && result <= INT32_MAX) return int(Number(result));
  if (result >= INT64_MIN && result <= INT64_MAX) return result;
  if (onOverflow === 'double') return Number(result);
  throw new CommandError('BadValue', 'Failed to apply the update: the result does not fit a 64-bit integer');
}

/** The difference in the wider of both types: int grows to long, beyond that it becomes a double. */
export function subtractNumbers(left: Numeric, right: Numeric): Numeric {
  return combine(SUBTRACT, left, right, 'double');
}

/** The remainder of the truncated quotient, with the sign of the dividend; the divisor is not zero. */
export function remainderOf(left: Numeric, right: Numeric): Numeric {
  if (isDecimal(left) || isDecimal(right)) {
    const [first, second] = [exactOf(left), exactOf(right)];
    if (typeof first === 'number') return writeDecimal(Number.NaN);
    if (typeof second === 'number') return Number.isNaN(second) ? writeDecimal(second) : toDecimal(left);
    return writeDecimal(remainderExact(first, second));
  }
  // A double that is a whole 32-bit number counts as an integer when it is the divisor, but not as the dividend.
  const isFraction = typeof right === 'number' && right !== (right | 0);
  if (typeof left === 'number' || isFraction) return toDouble(left) % toDouble(right);
  const result = integerOf(left) % (typeof right === 'number' ? BigInt(right) : integerOf(right));
  return typeof left === 'bigint' || typeof right === 'bigint' ? result : int(Number(result));
}

/** Whether a number is zero, exact for decimals no double can tell from it. */
export function isZero(value: Numeric): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) === 0;
  if (value.kind === 'int') return value.value === 0;
  const exact = readDecimal(value);
  return typeof exact !== 'number' && exact.coefficient === 0n;
}

/** The sign of a finite number less a finite bound: -1, 0 or 1. */
export function signOf(value: Numeric, bound: number): number {
  const exact = exactOf(value);
  if (typeof exact === 'number') return Math.sign(exact - bound);
  const { coefficient } = addExact(exact, exactOfDouble(-bound));
  if (coefficient === 0n) return 0;
  return coefficient < 0n ? -1 : 1;
}

/** A number as a decimal; doubles with the 15 significant digits MongoDB gives them. */
export function toDecimal(value: Numeric): Decimal128 {
  return isDecimal(value) ? value : writeDecimal(exactOf(value));
}

/** The quotient: a decimal when one operand is, else a double; the divisor is not zero. */
export function divideNumbers(left: Numeric, right: Numeric): Numeric {
  if (!isDecimal(left) && !isDecimal(right)) return toDouble(left) / toDouble(right);
  const [first, second] = [exactOf(left), exactOf(right)];
  if (typeof first === 'number' || typeof second === 'number') return writeDecimal(toDouble(left) / toDouble(right));
  return writeDecimal(divideExact(first, second));
}

/** An integer as the narrowest of int and long. */
export function narrowInteger(value: bigint): Int32 | bigint {
  return value >= INT32_MIN && value <= INT32_MAX ? int(Number(value)) : value;
}
