import { isZero, narrowInteger, signOf, toDecimal, toDouble, toInteger, type Numeric } from '../../bson/arithmetic.ts';
import {
  convertAngle,
  decimalAngle,
  decimalFunction,
  decimalLogarithm,
  decimalPower,
  type DecimalFunction,
} from '../../bson/decimal-functions.ts';
import { readDecimal } from '../../bson/decimal128.ts';
import { isNumber, type Decimal128, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish } from '../expression.ts';
import { singleNumber } from './arithmetic.ts';
import { listOperator, typeOf } from './operands.ts';

function isDecimal(value: Numeric): value is Decimal128 {
  return typeof value === 'object' && value.kind === 'decimal';
}

function isNotANumber(value: Numeric): boolean {
  return Number.isNaN(toDouble(value));
}

type Check = (value: Numeric) => void;
type RealFunction = DecimalFunction & keyof Math;

function compute(name: RealFunction, value: Numeric): Value {
  return isDecimal(value) ? decimalFunction(name, value) : Math[name](toDouble(value));
}

function realFunction(
  name: `$${RealFunction}`,
  implementation: RealFunction,
  check: Check,
): ReturnType<typeof listOperator> {
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const number = singleNumber(name, value);
    if (!isNotANumber(number)) check(number);
    return compute(implementation, number);
  });
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isOpen: boolean;
}

/** The domain of a function: values outside are refused with 50989. */
function within(name: string, { least, most, isOpen }: Bounds): Check {
  return (value) => {
    const isInside = compareTo(value, least) >= 0 && compareTo(value, most) <= 0;
    const isAtBound = isOpen && (compareTo(value, least) === 0 || compareTo(value, most) === 0);
    if (isInside && !isAtBound) return;
    const [open, close] = isOpen ? '()' : '[]';
    throw new CommandError(
      50_989,
      `cannot apply ${name} to ${String(toDouble(value))}, value must be in ${open ?? ''}${String(least)},${String(most)}${close ?? ''}`,
    );
  };
}

/** The sign of `value - bound`, exact for decimals beyond what a double can tell apart. */
function compareTo(value: Numeric, bound: number): number {
  const double = toDouble(value);
  if (double !== bound) return Math.sign(double - bound);
  if (!isDecimal(value)) return 0;
  if (Number.isFinite(bound)) return signOf(value, bound);
  // A decimal too large for a double still is not infinite.
  return typeof readDecimal(value) === 'number' ? 0 : -Math.sign(bound);
}

const ANYWHERE: Check = () => {};
const FINITE: Bounds = { least: -Infinity, most: Infinity, isOpen: true };
const UNIT: Bounds = { least: -1, most: 1, isOpen: false };

function trigonometric(name: RealFunction, bounds?: Bounds): ReturnType<typeof listOperator> {
  return realFunction(`$${name}`, name, bounds === undefined ? ANYWHERE : within(`$${name}`, bounds));
}

function hyperbolicArctangent(): ReturnType<typeof listOperator> {
  const check = within('$atanh', UNIT);
  return listOperator('$atanh', { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const number = singleNumber('$atanh', value);
    if (!isNotANumber(number)) check(number);
    if (isDecimal(number) && Math.abs(toDouble(number)) === 1 && compareTo(number, toDouble(number)) === 0) {
      return toDecimal(toDouble(number) * Infinity);
    }
    return compute('atanh', number);
  });
}

function positive(name: string, code: number): Check {
  return (value) => {
    if (compareTo(value, 0) > 0) return;
    throw new CommandError(code, `${name}'s argument must be a positive number, but is ${String(toDouble(value))}`);
  };
}

function naturalLogarithm([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const number = singleNumber('$ln', value);
  if (!isNotANumber(number)) positive('$ln', 28_766)(number);
  return isDecimal(number) ? decimalFunction('ln', number) : Math.log(toDouble(number));
}

function logarithm([value, base]: readonly (Value | undefined)[]): Value {
  if (isNullish(value) || isNullish(base)) return null;
  if (!isNumber(value)) throw new CommandError(28_756, `$log's argument must be numeric, not ${typeOf(value)}`);
  if (!isNumber(base)) throw new CommandError(28_757, `$log's base must be numeric, not ${typeOf(base)}`);
  if (!isNotANumber(value)) positive('$log', 28_758)(value);
  if (!isNotANumber(base) && (compareTo(base, 0) <= 0 || compareTo(base, 1) === 0)) {
    throw new CommandError(
      28_759,
      `$log's base must be a positive number not equal to 1, but is ${String(toDouble(base))}`,
    );
  }
  if (isDecimal(value) || isDecimal(base)) return decimalLogarithm(toDecimal(value), toDecimal(base));
  return Math.log(toDouble(value)) / Math.log(toDouble(base));
}

function power([base, exponent]: readonly (Value | undefined)[]): Value {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumber(base)) throw new CommandError(28_762, `$pow's base must be numeric, not ${typeOf(base)}`);
  if (!isNumber(exponent)) throw new CommandError(28_763, `$pow's exponent must be numeric, not ${typeOf(exponent)}`);
  if (isZero(base) && compareTo(exponent, 0) < 0) {
    throw new CommandError(28_764, '$pow cannot take a base of 0 and a negative exponent');
  }
  if (isDecimal(base) || isDecimal(exponent)) return decimalPower(toDecimal(base), toDecimal(exponent));
  if (typeof base === 'number' || typeof exponent === 'number') return realPower(toDouble(base), toDouble(exponent));
  const isLong = typeof base === 'bigint' || typeof exponent === 'bigint';
  const result = wholePower(toInteger(base) ?? 0n, toInteger(exponent) ?? 0n);
  if (result === undefined) return toDouble(base) ** toDouble(exponent);
  return isLong ? result : narrowInteger(result);
}

/** The power as C computes it: one to any power, NaN included, is one. */
function realPower(base: number, exponent: number): number {
  return base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) ? 1 : base ** exponent;
}

/** A whole power that fits 64 bits, or undefined when a double has to do. */
function wholePower(base: bigint, exponent: bigint): bigint | undefined {
  if (base === 1n) return 1n;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  if (base === 0n) return exponent === 0n ? 1n : 0n;
  if (exponent < 0n || exponent > 63n) return undefined;
  const result = base ** exponent;
  return BigInt.asIntN(64, result) === result ? result : undefined;
}

function angle([y, x]: readonly (Value | undefined)[]): Value {
  if (isNullish(y)) return null;
  if (!isNumber(y)) throw new CommandError(51_044, `$atan2 only supports numeric types, not ${typeOf(y)}`);
  if (isNullish(x)) return null;
  if (!isNumber(x)) throw new CommandError(51_045, `$atan2 only supports numeric types, not ${typeOf(x)}`);
  if (isDecimal(y) || isDecimal(x)) return decimalAngle(toDecimal(y), toDecimal(x));
  return Math.atan2(toDouble(y), toDouble(x));
}

function angleUnit(name: string, to: 'radians' | 'degrees'): ReturnType<typeof listOperator> {
  const factor = to === 'radians' ? Math.PI / 180 : 180 / Math.PI;
  return listOperator(name, { min: 1, max: 1 }, ([value]) => {
    if (isNullish(value)) return null;
    const number = singleNumber(name, value);
    return isDecimal(number) ? convertAngle(number, to) : toDouble(number) * factor;
  });
}

/** Roots, powers, logarithms and trigonometry; decimals are computed to all their 34 digits. */
export const FUNCTION_OPERATORS = [
  realFunction('$sqrt', 'sqrt', (value) => {
    if (compareTo(value, 0) < 0) throw new CommandError(28_714, "$sqrt's argument must be greater than or equal to 0");
  }),
  realFunction('$exp', 'exp', ANYWHERE),
  listOperator('$ln', { min: 1, max: 1 }, naturalLogarithm),
  realFunction('$log10', 'log10', positive('$log10', 28_761)),
  listOperator('$log', { min: 2, max: 2 }, logarithm),
  listOperator('$pow', { min: 2, max: 2 }, power),
  trigonometric('sin', FINITE),
  trigonometric('cos', FINITE),
  trigonometric('tan', FINITE),
  trigonometric('asin', UNIT),
  trigonometric('acos', UNIT),
  trigonometric('atan'),
  trigonometric('sinh'),
  trigonometric('cosh'),
  trigonometric('tanh'),
  trigonometric('asinh'),
  trigonometric('acosh', { least: 1, most: Infinity, isOpen: false }),
  hyperbolicArctangent(),
  listOperator('$atan2', { min: 2, max: 2 }, angle),
  angleUnit('$degreesToRadians', 'radians'),
  angleUnit('$radiansToDegrees', 'degrees'),
];
