import { ArithmeticError } from './arithmetic-error.ts';

/** A fraction in lowest terms; the denominator is positive. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** Exact as long as the operations allow it; a float after roots, logarithms and the like. */
export type Quantity = Fraction | number;

/** Bits of the largest numbers: about 3,000 digits. */
const mostBits = 10_000;

/** Throws for what no longer fits. */
export function fraction(n: bigint, d = 1n): Fraction {
  if (d === 0n) throw new ArithmeticError('Nothing can be divided by zero.');
  if (bitsOf(n) > mostBits || bitsOf(d) > mostBits) throw tooLarge();
  if (d === 1n) return { n, d };
  const divisor = greatestDivisor(n < 0n ? -n : n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor };
}

/** Throws when it has no value. */
export function float(value: number): number {
  if (Number.isNaN(value)) throw new ArithmeticError('This has no real value.');
  if (!Number.isFinite(value)) throw tooLarge();
  return value;
}

export function add(a: Quantity, b: Quantity): Quantity {
  if (typeof a === 'number' || typeof b === 'number') return float(toNumber(a) + toNumber(b));
  return a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function negate(a: Quantity): Quantity {
  return typeof a === 'number' ? -a : { n: -a.n, d: a.d };
}

export function multiply(a: Quantity, b: Quantity): Quantity {
  if (typeof a === 'number' || typeof b === 'number') return float(toNumber(a) * toNumber(b));
  return fraction(a.n * b.n, a.d * b.d);
}

export function divide(a: Quantity, b: Quantity): Quantity {
  if (toNumber(b) === 0 && (typeof b === 'number' || b.n === 0n)) {
    throw new ArithmeticError('Nothing can be divided by zero.');
  }
  if (typeof a === 'number' || typeof b === 'number') return float(toNumber(a) / toNumber(b));
  return fraction(a.n * b.d, a.d * b.n);
}

/** What is left of a division; it has the sign of the divisor. */
export function modulo(a: Quantity, b: Quantity): Quantity {
  return add(a, negate(multiply(b, floor(divide(a, b)))));
}

export function power(base: Quantity, exponent: Quantity): Quantity {
  if (typeof base === 'number' || typeof exponent === 'number' || exponent.d !== 1n) {
    return float(toNumber(base) ** toNumber(exponent));
  }
  if (exponent.n < 0n) return divide(fraction(1n), power(base, negate(exponent)));
  const isUnit = base.d === 1n && base.n >= -1n && base.n <= 1n;
  const bits = BigInt(Math.max(bitsOf(base.n), bitsOf(base.d)));
  if (!isUnit && bits * exponent.n > 2 * mostBits) throw tooLarge();
  const times = isUnit ? (exponent.n === 0n ? 0n : 2n - (exponent.n % 2n)) : exponent.n;
  return fraction(base.n ** times, base.d ** times);
}

export function floor(a: Quantity): Quantity {
  if (typeof a === 'number')
    return Number.isSafeInteger(Math.floor(a)) ? fraction(BigInt(Math.floor(a))) : Math.floor(a);
  const whole = a.n / a.d;
  return fraction(a.n < 0n && whole * a.d !== a.n ? whole - 1n : whole);
}

/** Exact for the squares of fractions. */
export function squareRoot(a: Quantity): Quantity {
  if (typeof a !== 'number' && a.n >= 0n) {
    const [n, d] = [wholeRoot(a.n), wholeRoot(a.d)];
    if (n * n === a.n && d * d === a.d) return fraction(n, d);
  }
  return float(Math.sqrt(toNumber(a)));
}

export function compare(a: Quantity, b: Quantity): number {
  const difference = add(a, negate(b));
  return typeof difference === 'number' ? difference : Number(difference.n > 0n) - Number(difference.n < 0n);
}

/** The nearest float; also of fractions whose parts are beyond floats. */
export function toNumber(a: Quantity): number {
  if (typeof a === 'number') return a;
  const direct = Number(a.n) / Number(a.d);
  if (a.d === 1n || (Number.isFinite(direct) && direct !== 0)) return direct;
  const shift = BigInt(bitsOf(a.d) - bitsOf(a.n) + 64);
  const scaled = shift >= 0n ? (a.n << shift) / a.d : a.n / (a.d << -shift);
  const half = Math.trunc(Number(shift) / 2);
  return Number(scaled) * 2 ** -half * 2 ** -(Number(shift) - half);
}

/** A whole number from 0 to `most`, or an error that names `what`. */
export function smallWhole(a: Quantity | undefined, most: number, what: string): number {
  const value = a === undefined ? Number.NaN : toNumber(a);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ArithmeticError(`${what} must be a whole number from 0 to ${most}.`);
}

function tooLarge(): ArithmeticError {
  return new ArithmeticError('The numbers get too large.');
}

function bitsOf(n: bigint): number {
  return (n < 0n ? -n : n).toString(16).length * 4;
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** By Newton's method. */
function wholeRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(bitsOf(n) / 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
