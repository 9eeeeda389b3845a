import {
  addNumbers,
  divideNumbers,
  isZero,
  multiplyNumbers,
  narrowInteger,
  remainderOf,
  subtractNumbers,
  toDouble,
  toInteger,
  type Numeric,
} from '../../bson/arithmetic.ts';
import {
  doubleOfExact,
  exactOfDouble,
  withPlaces,
  readDecimal,
  toPlaces,
  writeDecimal,
  type Rounding,
} from '../../bson/decimal128.ts';
import { int, isNumber, typeName, type DateTime, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish } from '../expression.ts';
import { listOperator, typeOf } from './operands.ts';

const LONG_MIN = -(2n ** 63n);

function isDate(value: Value | undefined): value is DateTime {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date';
}

/** The operand of a function of one number. */
export function singleNumber(name: string, value: Value | undefined): Numeric {
  if (!isNumber(value)) throw new CommandError(28_765, `${name} only supports numeric types, not ${typeOf(value)}`);
  return value;
}

function milliseconds(value: Numeric): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'object' && value.kind === 'decimal') {
    const exact = readDecimal(value);
    if (typeof exact === 'number' || exact.coefficient.toString().length + exact.exponent > 20) {
      throw new CommandError('Overflow', 'date overflow');
    }
    const whole = toPlaces(exact, 0, 'round');
    return whole.coefficient * 10n ** BigInt(whole.exponent);
  }
  const double = toDouble(value);
  if (!Number.isFinite(double)) throw new CommandError('Overflow', 'date overflow');
  // Halves away from zero, as the C library rounds.
  return BigInt(Math.sign(double) * Math.round(Math.abs(double)));
}

function dateAt(instant: bigint): Value {
  if (BigInt.asIntN(64, instant) !== instant) throw new CommandError('Overflow', 'date overflow');
  return { kind: 'date', milliseconds: instant };
}

function longAt(difference: bigint): Value {
  return BigInt.asIntN(64, difference) === difference ? difference : Number(difference);
}

function add(values: readonly (Value | undefined)[]): Value {
  let sum: Numeric = int(0);
  let instant: bigint | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (isDate(value)) {
      if (instant !== undefined) throw new CommandError(16_612, 'only one date allowed in an $add expression');
      instant = value.milliseconds + milliseconds(sum);
    } else if (!isNumber(value)) {
      throw new CommandError('TypeMismatch', `$add only supports numeric or date types, not ${typeOf(value)}`);
    } else if (instant === undefined) sum = addNumbers(sum, value, 'double');
    else instant += milliseconds(value);
  }
  return instant === undefined ? sum : dateAt(instant);
}

function subtract([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (isDate(left) && isDate(right)) return longAt(left.milliseconds - right.milliseconds);
  if (isDate(left) && isNumber(right)) return dateAt(left.milliseconds - milliseconds(right));
  if (isNumber(left) && isNumber(right)) return subtractNumbers(left, right);
  throw new CommandError('TypeMismatch', `can't $subtract ${typeOf(right)} from ${typeOf(left)}`);
}

function multiply(values: readonly (Value | undefined)[]): Value {
  let product: Numeric = int(1);
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumber(value)) {
      throw new CommandError('TypeMismatch', `$multiply only supports numeric types, not ${typeOf(value)}`);
    }
    product = multiplyNumbers(product, value, 'double');
  }
  return product;
}

function divide([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumber(left) || !isNumber(right)) {
    throw new CommandError(
      'TypeMismatch',
      `$divide only supports numeric types, not ${typeOf(left)} and ${typeOf(right)}`,
    );
  }
  if (isZero(right)) throw new CommandError('BadValue', "can't $divide by zero");
  return divideNumbers(left, right);
}

function modulo([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (!isNumber(left) || !isNumber(right)) {
    throw new CommandError(16_611, `$mod only supports numeric types, not ${typeOf(left)} and ${typeOf(right)}`);
  }
  if (isZero(right)) {
    const isDecimal = typeName(left) === 'decimal' || typeName(right) === 'decimal';
    throw new CommandError(isDecimal ? 5_733_415 : 16_610, "can't $mod by zero");
  }
  return remainderOf(left, right);
}

function rounding(name: string, mode: Rounding, round: (value: number) => number): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const number = singleNumber(name, value);
    if (typeof number === 'number') return round(number);
    if (typeof number === 'bigint' || number.kind === 'int') return number;
    const exact = readDecimal(number);
    return typeof exact === 'number' ? number : writeDecimal(withPlaces(toPlaces(exact, 0, mode), 0));
  });
}

function digitRounding(name: string, mode: Rounding): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 2 }, (operands) => {
    const [value, places] = operands;
    if (isNullish(value)) return null;
    if (!isNumber(value)) throw new CommandError(51_081, `${name} only supports numeric types, not ${typeOf(value)}`);
    if (operands.length > 1 && isNullish(places)) return null;
    const digits = operands.length > 1 ? precision(name, places) : 0;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return value;
      const result = doubleOfExact(toPlaces(exactOfDouble(value), digits, mode));
      return result === 0 && (value < 0 || Object.is(value, -0)) ? -0 : result;
    }
    if (typeof value === 'object' && value.kind === 'decimal') {
      const exact = readDecimal(value);
      return typeof exact === 'number' ? value : writeDecimal(withPlaces(toPlaces(exact, digits, mode), digits));
    }
    const whole = typeof value === 'bigint' ? value : BigInt(value.value);
    const { coefficient, exponent } = toPlaces({ coefficient: whole, exponent: 0 }, digits, mode);
    const result = coefficient * 10n ** BigInt(exponent);
    if (BigInt.asIntN(64, result) !== result) {
      throw new CommandError(
        51_080,
        `invalid conversion from Decimal128 result in ${name} resulting from arguments: [${String(whole)}, ${String(digits)}]`,
      );
    }
    return typeof value === 'bigint' ? result : narrowInteger(result);
  });
}

function precision(name: string, value: Value | undefined): number {
  const digits = isNumber(value) ? toInteger(value) : undefined;
  if (digits === undefined) {
    throw new CommandError(51_082, `precision argument to ${name} must be a integral value`);
  }
  if (digits < -20n || digits > 100n) {
    throw new CommandError(
      51_083,
      `cannot apply ${name} with precision value ${String(digits)} value must be in [-20, 100]`,
    );
  }
  return Number(digits);
}

function absolute([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const number = singleNumber('$abs', value);
  if (typeof number === 'number') return Math.abs(number);
  if (number === LONG_MIN) throw new CommandError(28_680, "can't take $abs of long long min");
  if (typeof number === 'bigint') return number < 0n ? -number : number;
  if (number.kind === 'int') return narrowInteger(BigInt(Math.abs(number.value)));
  const exact = readDecimal(number);
  if (typeof exact === 'number') return writeDecimal(Math.abs(exact));
  return writeDecimal({ ...exact, coefficient: exact.coefficient < 0n ? -exact.coefficient : exact.coefficient });
}

type BitOperation = (left: bigint, right: bigint) => bigint;

function bitwise(name: string, start: bigint, apply: BitOperation): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 0 }, (values) => {
    let result = start;
    let isLong = false;
    for (const value of values) {
      if (isNullish(value)) return null;
      const bits = typeName(value) === 'int' || typeName(value) === 'long' ? toInteger(value) : undefined;
      if (bits === undefined) throw new CommandError('TypeMismatch', `${name} only supports int and long operands.`);
      isLong ||= typeof value === 'bigint';
      result = apply(result, bits);
    }
    return isLong ? result : narrowInteger(result);
  });
}

function complement([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const number = singleNumber('$bitNot', value);
  if (typeof number === 'bigint') return ~number;
  if (typeof number === 'object' && number.kind === 'int') return int(~number.value);
  throw new CommandError('TypeMismatch', `$bitNot only supports int and long, not: ${typeOf(value)}.`);
}

/** Arithmetic on numbers and dates, and on the bits of integers. */
export const ARITHMETIC_OPERATORS = [
  listOperator('$add', { min: 0 }, add),
  listOperator('$subtract', { min: 2, max: 2 }, subtract),
  listOperator('$multiply', { min: 0 }, multiply),
  listOperator('$divide', { min: 2, max: 2 }, divide),
  listOperator('$mod', { min: 2, max: 2 }, modulo),
  listOperator('$abs', { min: 1, max: 1 }, absolute),
  rounding('$ceil', 'ceiling', Math.ceil),
  rounding('$floor', 'floor', Math.floor),
  digitRounding('$round', 'round'),
  digitRounding('$trunc', 'truncate'),
  bitwise('$bitAnd', -1n, (left, right) => left & right),
  bitwise('$bitOr', 0n, (left, right) => left | right),
  bitwise('$bitXor', 0n, (left, right) => left ^ right),
  listOperator('$bitNot', { min: 1, max: 1 }, complement),
];
