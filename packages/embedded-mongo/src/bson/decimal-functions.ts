import {
  addExact,
  divideExact,
  doubleOfExact,
  exactOfDouble,
  multiplyExact,
  readDecimal,
  writeDecimal,
  type Exact,
} from './decimal128.ts';
import { quadrupleDecimal, toQuadruple } from './quadruple.ts';
import type { Decimal128 } from './value.ts';

/** The functions of one decimal this store computes; results are rounded once, at 34 digits. */
export type DecimalFunction =
  | 'sqrt'
  | 'exp'
  | 'ln'
  | 'log10'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh';

// Fixed-point numbers: integers of units of 10^-100. Decimals have 34 digits, so that at least sixty more remain.
const SCALE = 100;
const ONE = 10n ** BigInt(SCALE);

function fixed(value: Exact): bigint {
  const shift = value.exponent + SCALE;
  return shift >= 0 ? value.coefficient * 10n ** BigInt(shift) : value.coefficient / 10n ** BigInt(-shift);
}

/** The exact number a fixed-point one stands for, without trailing zeros below the point. */
function exact(value: bigint, exponent = 0): Exact {
  return { coefficient: value, exponent: exponent - SCALE };
}

function product(left: bigint, right: bigint): bigint {
  return (left * right) / ONE;
}

function quotient(left: bigint, right: bigint): bigint {
  return (left * ONE) / right;
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function root(value: bigint): bigint {
  return integerRoot(value * ONE);
}

/** The sum of a series whose terms shrink to nothing. */
function series(
  first: bigint,
  next: (term: bigint, index: bigint) => bigint,
  share = (term: bigint, _index: bigint): bigint => term,
): bigint {
  let term = first;
  let sum = 0n;
  for (let index = 0n; term !== 0n; index += 1n) {
    sum += share(term, index);
    term = next(term, index);
  }
  return sum;
}

function arctanOfInverse(divisor: bigint, one: bigint): bigint {
  const square = divisor * divisor;
  return series(
    one / divisor,
    (term) => -term / square,
    (term, index) => term / (2n * index + 1n),
  );
}

const PI_BY_DIGITS = new Map<number, bigint>();

/** Pi in units of 10^-digits, by Machin's formula. */
function piTo(digits: number): bigint {
  const known = PI_BY_DIGITS.get(digits);
  if (known !== undefined) return known;
  const one = 10n ** BigInt(digits + 10);
  const pi = (16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one)) / 10n ** 10n;
  if (PI_BY_DIGITS.size < 64) PI_BY_DIGITS.set(digits, pi);
  return pi;
}

const PI = piTo(SCALE);

/** e to a fixed-point number below three or so. */
function smallExponential(value: bigint): bigint {
  const halvings = 16;
  const reduced = value / (1n << BigInt(halvings));
  let result = series(ONE, (term, index) => product(term, reduced) / (index + 1n));
  for (let step = 0; step < halvings; step += 1) result = product(result, result);
  return result;
}

/** The logarithm of a fixed-point number between 0.5 and 20 or so. */
function smallLogarithm(value: bigint): bigint {
  let result = fixed(exactOfDouble(Math.log(doubleOfExact(exact(value)))));
  for (let step = 0; step < 3; step += 1) {
    const power = smallExponential(result);
    result += quotient(2n * (value - power), value + power);
  }
  return result;
}

const LN10 = smallLogarithm(10n * ONE);

function exponential(value: Exact): Exact | number {
  const estimate = doubleOfExact(value);
  if (estimate > 14_500) return Infinity;
  if (estimate < -14_500) return 0;
  const power = fixed(value);
  const tens = power / LN10;
  return exact(smallExponential(power - tens * LN10), Number(tens));
}

function logarithm(value: Exact): bigint {
  const digits = value.coefficient.toString().length - 1;
  const mantissa = fixed({ coefficient: value.coefficient, exponent: -digits });
  return smallLogarithm(mantissa) + BigInt(value.exponent + digits) * LN10;
}

function arctangent(value: bigint): bigint {
  if (value < 0n) return -arctangent(-value);
  if (value > ONE) return PI / 2n - arctangent(quotient(ONE, value));
  let reduced = value;
  for (let step = 0; step < 4; step += 1) reduced = quotient(reduced, ONE + root(ONE + product(reduced, reduced)));
  const square = product(reduced, reduced);
  const sum = series(
    reduced,
    (term) => -product(term, square),
    (term, index) => term / (2n * index + 1n),
  );
  return sum * 16n;
}

function arcsine(value: bigint): bigint {
  if (size(value) === ONE) return value < 0n ? -PI / 2n : PI / 2n;
  return arctangent(quotient(value, root(product(ONE - value, ONE + value))));
}

/** A number less its whole turns, in fixed point: large ones need as many digits of pi as they have. */
function withinTurn(value: Exact): bigint {
  const extra = Math.max(0, value.exponent + value.coefficient.toString().length);
  const digits = SCALE + extra;
  const turn = 2n * piTo(digits);
  const shift = value.exponent + digits;
  const units = shift >= 0 ? value.coefficient * 10n ** BigInt(shift) : value.coefficient / 10n ** BigInt(-shift);
  return (units % turn) / 10n ** BigInt(extra);
}

function sineOf(angle: bigint): bigint {
  const square = product(angle, angle);
  return series(angle, (term, index) => -product(term, square) / ((2n * index + 2n) * (2n * index + 3n)));
}

function cosineOf(angle: bigint): bigint {
  const square = product(angle, angle);
  return series(ONE, (term, index) => -product(term, square) / ((2n * index + 1n) * (2n * index + 2n)));
}

function hyperbolic(value: Exact, sign: 1 | -1): Exact | number {
  const grown = exponential(value);
  const shrunk = exponential({ ...value, coefficient: -value.coefficient });
  if (typeof grown === 'number') return grown === 0 ? sign * Infinity : grown;
  if (typeof shrunk === 'number') return Infinity;
  if (Math.abs(doubleOfExact(value)) > 100) {
    const large = value.coefficient > 0n ? grown : { ...shrunk, coefficient: BigInt(sign) * shrunk.coefficient };
    return multiplyExact(large, HALF);
  }
  return multiplyExact(addExact(grown, { ...shrunk, coefficient: BigInt(sign) * shrunk.coefficient }), HALF);
}

const HALF: Exact = { coefficient: 5n, exponent: -1 };

const ODD = new Set<DecimalFunction>(['sin', 'tan', 'asin', 'atan', 'sinh', 'tanh', 'asinh', 'atanh']);

function compute(name: Exclude<DecimalFunction, 'ln' | 'log10'>, value: Exact): Exact | number {
  if (value.coefficient === 0n && ODD.has(name)) return value;
  // So close to zero these functions are their argument to far more than 34 digits.
  if (ODD.has(name) && value.coefficient.toString().length + value.exponent < -20) return value;
  switch (name) {
    case 'sqrt':
      return squareRoot(value);
    case 'exp':
      return exponential(value);
    case 'sin':
      return exact(sineOf(withinTurn(value)));
    case 'cos':
      return exact(cosineOf(withinTurn(value)));
    case 'tan': {
      const angle = withinTurn(value);
      return exact(quotient(sineOf(angle), cosineOf(angle)));
    }
    case 'asin':
      return exact(arcsine(fixed(value)));
    case 'acos':
      return exact(PI / 2n - arcsine(fixed(value)));
    case 'atan':
      return exact(arctangentOf(value));
    case 'sinh':
      return hyperbolic(value, -1);
    case 'cosh':
      return hyperbolic(value, 1);
    case 'tanh':
      return hyperbolicTangent(value);
    case 'asinh': {
      const length = { ...value, coefficient: size(value.coefficient) };
      const sum = fixed(length) + integerRoot(fixed(length) ** 2n + ONE * ONE);
      const result = logarithm(exact(sum));
      return exact(value.coefficient < 0n ? -result : result);
    }
    case 'acosh':
      return exact(logarithm(exact(fixed(value) + integerRoot(fixed(value) ** 2n - ONE * ONE))));
    case 'atanh':
  }
  const units = fixed(value);
  return exact(logarithm(exact(quotient(ONE + units, ONE - units))) / 2n);
}

function arctangentOf(value: Exact): bigint {
  // Beyond this size the result is a right angle to every digit.
  if (value.coefficient.toString().length + value.exponent > 90) return value.coefficient < 0n ? -PI / 2n : PI / 2n;
  return arctangent(fixed(value));
}

function hyperbolicTangent(value: Exact): Exact | number {
  if (Math.abs(doubleOfExact(value)) > 100) return value.coefficient < 0n ? -1 : 1;
  const power = exponential(multiplyExact(value, { coefficient: 2n, exponent: 0 }));
  if (typeof power === 'number') return power;
  return exact(quotient(fixed(power) - ONE, fixed(power) + ONE));
}

function squareRoot(value: Exact): Exact {
  const even =
    value.exponent % 2 === 0 ? value : { coefficient: value.coefficient * 10n, exponent: value.exponent - 1 };
  const whole = integerRoot(even.coefficient);
  if (whole * whole === even.coefficient) return { coefficient: whole, exponent: even.exponent / 2 };
  return { coefficient: integerRoot(even.coefficient * 10n ** 80n), exponent: even.exponent / 2 - 40 };
}

/** A function of a decimal, rounded to 34 digits; the argument lies in the function's domain, NaN and infinities too. */
export function decimalFunction(name: DecimalFunction, argument: Decimal128): Decimal128 {
  const value = readDecimal(argument);
  if (typeof value === 'number') return writeDecimal(roundedLimit(name, value));
  if (name === 'ln' || name === 'log10') return logarithmOf(name, value);
  if (name === 'exp' && value.coefficient !== 0n) {
    const power = exponential(toQuadruple(value));
    return typeof power === 'number' ? writeDecimal(power) : quadrupleDecimal(power);
  }
  const result = compute(name, value);
  return result === value ? argument : rounded(result);
}

/** A logarithm in quadruple precision; those of whole powers of ten are exact, as is that of one. */
function logarithmOf(name: 'ln' | 'log10', value: Exact): Decimal128 {
  const tens = tenthPower(value);
  if (tens === 0 || (tens !== undefined && name === 'log10')) {
    return writeDecimal({ coefficient: BigInt(tens), exponent: 0 });
  }
  const natural = logarithm(toQuadruple(value));
  return quadrupleDecimal(exact(name === 'ln' ? natural : quotient(natural, LN10)));
}

/** The exponent of a whole power of ten, or undefined for another number. */
function tenthPower({ coefficient, exponent }: Exact): number | undefined {
  return /^10*$/.test(String(coefficient)) ? exponent + String(coefficient).length - 1 : undefined;
}

/** What a function comes to at an infinity or NaN; only an arctangent is neither of these nor a whole number there. */
function roundedLimit(name: DecimalFunction, value: number): Exact | number {
  if (name === 'atan' && !Number.isNaN(value)) return exact(value < 0 ? -PI / 2n : PI / 2n);
  return name === 'ln' ? Math.log(value) : Math[name](value);
}

/** A result at 34 digits without trailing zeros below the point, so that exact results look exact. */
function rounded(result: Exact | number): Decimal128 {
  const decimal = writeDecimal(result);
  const value = readDecimal(decimal);
  if (typeof value === 'number') return decimal;
  let { coefficient, exponent } = value;
  while (exponent < 0 && coefficient !== 0n && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return writeDecimal(coefficient === 0n ? { coefficient, exponent: 0 } : { coefficient, exponent });
}

/** `base` to the power of `exponent`, rounded to 34 digits; NaN for a negative base and a fraction. */
export function decimalPower(base: Decimal128, exponent: Decimal128): Decimal128 {
  const [first, second] = [readDecimal(base), readDecimal(exponent)];
  if (typeof first === 'number' || typeof second === 'number') {
    return writeDecimal(approximate(first) ** approximate(second));
  }
  if (second.coefficient === 0n) return writeDecimal({ coefficient: 1n, exponent: 0 });
  if (first.coefficient === 0n) return writeDecimal({ coefficient: 0n, exponent: 0 });
  const whole = wholePower(second);
  if (tenthPower(first) === 0) return writeDecimal({ coefficient: 1n, exponent: 0 });
  if (whole !== undefined && whole > 0n && whole <= 400n) {
    return quadrupleDecimal({ coefficient: first.coefficient ** whole, exponent: first.exponent * Number(whole) });
  }
  const isNegative = first.coefficient < 0n;
  if (isNegative && whole === undefined) return writeDecimal(Number.NaN);
  const logarithmOfSize = exact(logarithm({ ...first, coefficient: size(first.coefficient) }));
  const power = exponential(multiplyExact(logarithmOfSize, second));
  const sign = isNegative && whole !== undefined && whole % 2n !== 0n ? -1 : 1;
  if (typeof power === 'number') return writeDecimal(power * sign);
  return quadrupleDecimal({ ...power, coefficient: power.coefficient * BigInt(sign) });
}

function approximate(value: Exact | number): number {
  return typeof value === 'number' ? value : doubleOfExact(value);
}

function wholePower(value: Exact): bigint | undefined {
  if (value.exponent > 40) return 10n ** 40n;
  if (value.exponent >= 0) return value.coefficient * 10n ** BigInt(value.exponent);
  const divisor = 10n ** BigInt(-value.exponent);
  return value.coefficient % divisor === 0n ? value.coefficient / divisor : undefined;
}

/** The logarithm of `value` to `base`, both positive: the quotient of two natural ones, as MongoDB computes it. */
export function decimalLogarithm(value: Decimal128, base: Decimal128): Decimal128 {
  const [first, second] = [readDecimal(value), readDecimal(base)];
  if (typeof first === 'number' || typeof second === 'number') {
    return writeDecimal(Math.log(approximate(first)) / Math.log(approximate(second)));
  }
  const [dividend, divisor] = [first, second].map((number) => readDecimal(logarithmOf('ln', number)));
  if (typeof dividend !== 'object' || typeof divisor !== 'object') return writeDecimal(Number.NaN);
  return writeDecimal(divideExact(dividend, divisor));
}

/** The angle of the point (x, y), rounded to 34 digits. */
export function decimalAngle(y: Decimal128, x: Decimal128): Decimal128 {
  const [rise, run] = [readDecimal(y), readDecimal(x)];
  if (typeof rise === 'number' || typeof run === 'number') return angleAtLimit(approximate(rise), approximate(run));
  if (run.coefficient === 0n) {
    if (rise.coefficient === 0n) return writeDecimal({ coefficient: 0n, exponent: 0 });
    return rounded(exact(rise.coefficient < 0n ? -PI / 2n : PI / 2n));
  }
  // The quotient of two 34-digit numbers, kept to 200 digits before it becomes an angle.
  const slope: Exact = {
    coefficient: (rise.coefficient * 10n ** 200n) / run.coefficient,
    exponent: rise.exponent - run.exponent - 200,
  };
  if (run.coefficient > 0n) return rounded(compute('atan', slope));
  const turned = arctangentOf(slope);
  return rounded(exact(rise.coefficient < 0n ? turned - PI : turned + PI));
}

function angleAtLimit(rise: number, run: number): Decimal128 {
  const angle = Math.atan2(rise, run);
  // Angles at infinities are multiples of an eighth of a turn.
  if (Number.isNaN(angle)) return writeDecimal(angle);
  return rounded(exact((PI * BigInt(Math.round((angle / Math.PI) * 4))) / 4n));
}

/** Degrees as radians or back, rounded to 34 digits. */
export function convertAngle(argument: Decimal128, to: 'radians' | 'degrees'): Decimal128 {
  const value = readDecimal(argument);
  if (typeof value === 'number') return argument;
  const factor = to === 'radians' ? PI / 180n : quotient(180n * ONE, PI);
  return rounded(multiplyExact(value, exact(factor)));
}
