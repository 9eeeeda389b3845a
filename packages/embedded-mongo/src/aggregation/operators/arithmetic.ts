import {
  addNumbers,
  divideNumbers,
  multiplyNumbers,
  narrowInteger,
  toDouble,
  toInteger,
  type Numeric,
} from '../../bson/arithmetic.ts';
import { doubleOfExact, exactOfDouble, readDecimal, toPlaces, writeDecimal } from '../../bson/decimal128.ts';
import { int, isNumber, typeName, type DateTime, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish } from '../expression.ts';
import { listOperator, position, wrongOperand } from './operands.ts';

const MINUS_ONE = int(-1);

function isDate(value: Value | undefined): value is DateTime {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'date';
}

function numeric(name: string, value: Value | undefined): Numeric {
  if (!isNumber(value)) throw wrongOperand(name, 'numeric operands', value);
  return value;
}

/** A number that is not a decimal, for functions whose decimal result this store cannot compute exactly. */
function binary(name: string, value: Value | undefined): Numeric {
  if (value !== undefined && typeName(value) === 'decimal') {
    throw new CommandError('BadValue', `${name} of decimals is not supported by the embedded store`);
  }
  return numeric(name, value);
}

function milliseconds(value: Numeric): bigint {
  if (typeof value === 'bigint') return value;
  const double = toDouble(value);
  if (!Number.isFinite(double)) throw new CommandError('Overflow', 'date overflow');
  return BigInt(Math.round(double));
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
  let date: DateTime | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (isDate(value)) {
      if (date !== undefined) throw new CommandError(16_612, 'only one date allowed in an $add expression');
      date = value;
    } else sum = addNumbers(sum, numeric('$add', value), 'double');
  }
  return date === undefined ? sum : dateAt(date.milliseconds + milliseconds(sum));
}

function subtract([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (isDate(left)) {
    if (isDate(right)) return longAt(left.milliseconds - right.milliseconds);
    return dateAt(left.milliseconds - milliseconds(numeric('$subtract', right)));
  }
  return addNumbers(
    numeric('$subtract', left),
    multiplyNumbers(numeric('$subtract', right), MINUS_ONE, 'double'),
    'double',
  );
}

function multiply(values: readonly (Value | undefined)[]): Value {
  let product: Numeric = int(1);
  for (const value of values) {
    if (isNullish(value)) return null;
    product = multiplyNumbers(product, numeric('$multiply', value), 'double');
  }
  return product;
}

function divide([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  const divisor = numeric('$divide', right);
  if (toDouble(divisor) === 0) throw new CommandError('BadValue', "can't $divide by zero");
  return divideNumbers(numeric('$divide', left), divisor);
}

function modulo([left, right]: readonly (Value | undefined)[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  const [dividend, divisor] = [numeric('$mod', left), numeric('$mod', right)];
  if (typeName(left) === 'decimal' || typeName(right) === 'decimal') {
    throw new CommandError('BadValue', '$mod of decimals is not supported by the embedded store');
  }
  if (toDouble(divisor) === 0) throw new CommandError(16_610, "can't $mod by zero");
  const [first, second] = [integer(dividend), integer(divisor)];
  if (first === undefined || second === undefined) return toDouble(dividend) % toDouble(divisor);
  const isLong = typeof dividend === 'bigint' || typeof divisor === 'bigint';
  return isLong ? first % second : narrowInteger(first % second);
}

/** The value of the integer types only: a double stays one even when it is whole. */
function integer(value: Numeric): bigint | undefined {
  return typeof value === 'number' ? undefined : toInteger(value);
}

type Round = (value: number) => number;

function rounding(name: string, round: Round): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const number = numeric(name, value);
    if (typeof number === 'number') return round(number);
    if (typeof number === 'bigint' || number.kind === 'int') return number;
    throw new CommandError('BadValue', `${name} of decimals is not supported by the embedded store`);
  });
}

function digitRounding(name: string, mode: 'round' | 'truncate'): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 2 }, ([value, places]) => {
    if (isNullish(value)) return null;
    const number = numeric(name, value);
    const digits = places === undefined ? 0 : position(name, places);
    if (digits < -20 || digits > 100)
      throw new CommandError(51_083, `cannot apply ${name} with precision value ${String(digits)}`);
    if (typeof number === 'number') {
      return Number.isFinite(number) ? doubleOfExact(toPlaces(exactOfDouble(number), digits, mode)) : number;
    }
    if (typeof number === 'object' && number.kind === 'decimal') {
      const exact = readDecimal(number);
      return typeof exact === 'number' ? number : writeDecimal(toPlaces(exact, digits, mode));
    }
    const whole = typeof number === 'bigint' ? number : BigInt(number.value);
    const { coefficient, exponent } = toPlaces({ coefficient: whole, exponent: 0 }, digits, mode);
    const result = coefficient * 10n ** BigInt(exponent);
    return typeof number === 'bigint' ? result : narrowInteger(result);
  });
}

function realFunction(name: string, compute: (value: number) => number): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 1 }, ([value]) =>
    isNullish(value) ? null : compute(toDouble(binary(name, value))),
  );
}

function absolute([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const number = numeric('$abs', value);
  return toDouble(number) < 0 ? multiplyNumbers(number, MINUS_ONE, 'double') : number;
}

function power([base, exponent]: readonly (Value | undefined)[]): Value {
  if (isNullish(base) || isNullish(exponent)) return null;
  const [first, second] = [binary('$pow', base), binary('$pow', exponent)];
  const result = toDouble(first) ** toDouble(second);
  const isWhole = integer(first) !== undefined && integer(second) !== undefined && Number.isSafeInteger(result);
  return isWhole ? narrowInteger(BigInt(result)) : result;
}

/** Arithmetic on numbers and dates. */
export const ARITHMETIC_OPERATORS = [
  listOperator('$add', { min: 0 }, add),
  listOperator('$subtract', { min: 2, max: 2 }, subtract),
  listOperator('$multiply', { min: 0 }, multiply),
  listOperator('$divide', { min: 2, max: 2 }, divide),
  listOperator('$mod', { min: 2, max: 2 }, modulo),
  listOperator('$abs', { min: 1, max: 1 }, absolute),
  listOperator('$pow', { min: 2, max: 2 }, power),
  rounding('$ceil', Math.ceil),
  rounding('$floor', Math.floor),
  digitRounding('$round', 'round'),
  digitRounding('$trunc', 'truncate'),
  realFunction('$sqrt', Math.sqrt),
  realFunction('$exp', Math.exp),
  realFunction('$ln', Math.log),
  realFunction('$log10', Math.log10),
];
