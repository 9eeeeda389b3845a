import type { Decimal128 } from './value.ts';

/** A finite decimal number: `coefficient × 10^exponent`, exact. */
export interface Exact {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const EXPONENT_BIAS = 6176;
const MAX_EXPONENT = 6111;
const MAX_DIGITS = 34;
const COEFFICIENT_MASK = (1n << 113n) - 1n;

/** The exact value of a Decimal128, or the JavaScript number for NaN and the infinities. */
export function readDecimal(decimal: Decimal128): Exact | number {
  const low = decimal.bytes.readBigUInt64LE(0);
  const high = decimal.bytes.readBigUInt64LE(8);
  const isNegative = high >> 63n === 1n;
  const combination = (high >> 58n) & 0x1fn;
  if (combination === 0x1fn) return Number.NaN;
  if (combination === 0x1en) return isNegative ? -Infinity : Infinity;
  // The second encoding form can only hold coefficients beyond 34 digits, which the standard reads as zero.
  const isLarge = combination >> 3n === 3n;
  const exponent = Number((high >> (isLarge ? 47n : 49n)) & 0x3fffn) - EXPONENT_BIAS;
  const coefficient = isLarge ? 0n : ((high << 64n) | low) & COEFFICIENT_MASK;
  return { coefficient: isNegative ? -coefficient : coefficient, exponent };
}

/** A Decimal128 of a number, rounded half to even at 34 digits; out of range becomes an infinity or zero. */
export function writeDecimal(value: Exact | number): Decimal128 {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return writeDecimal(exactOfDouble(value));
    return fromParts(Number.isNaN(value) ? 0x7c00n << 48n : (value < 0 ? 0xf8n : 0x78n) << 56n, 0n);
  }
  const isNegative = value.coefficient < 0n;
  let { coefficient, exponent } = roundDigits({ coefficient: magnitude(value.coefficient), exponent: value.exponent });
  while (exponent > MAX_EXPONENT && coefficient !== 0n && coefficient * 10n < 10n ** BigInt(MAX_DIGITS)) {
    coefficient *= 10n;
    exponent -= 1;
  }
  if (exponent > MAX_EXPONENT) {
    if (coefficient !== 0n) return writeDecimal(isNegative ? -Infinity : Infinity);
    exponent = MAX_EXPONENT;
  }
  if (exponent < -EXPONENT_BIAS) {
    coefficient = divideRounded(coefficient, 10n ** BigInt(Math.min(-EXPONENT_BIAS - exponent, 40)));
    exponent = -EXPONENT_BIAS;
  }
  const high = (coefficient >> 64n) | (BigInt(exponent + EXPONENT_BIAS) << 49n) | ((isNegative ? 1n : 0n) << 63n);
  return fromParts(high, coefficient & ((1n << 64n) - 1n));
}

function fromParts(high: bigint, low: bigint): Decimal128 {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(low, 0);
  bytes.writeBigUInt64LE(high, 8);
  return { kind: 'decimal', bytes };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function divideRounded(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  const roundsUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return roundsUp ? quotient + 1n : quotient;
}

/** How a number loses digits: half to even, towards zero, or towards one of the infinities. */
export type Rounding = 'round' | 'truncate' | 'ceiling' | 'floor';

/** An exact number with at most so many decimal places, negative for tens. */
export function toPlaces(value: Exact, places: number, mode: Rounding): Exact {
  if (value.exponent >= -places) return value;
  const excess = -places - value.exponent;
  const size = magnitude(value.coefficient);
  // So many digits more than the number has leave nothing but its sign.
  const divisor = 10n ** BigInt(Math.min(excess, size.toString().length + 1));
  const isNegative = value.coefficient < 0n;
  const coefficient = divided(size, divisor, mode, isNegative);
  return { coefficient: isNegative ? -coefficient : coefficient, exponent: -places };
}

/**
 * The same number with zeros up to so many decimal places, as far as 34 digits and the smallest exponent allow; one
 * with more places keeps them.
 */
export function withPlaces(value: Exact, places: number): Exact {
  const digits = value.coefficient === 0n ? -Infinity : magnitude(value.coefficient).toString().length;
  const missing = Math.min(value.exponent + places, MAX_DIGITS - digits, value.exponent + EXPONENT_BIAS);
  if (missing <= 0) return value;
  return { coefficient: value.coefficient * 10n ** BigInt(missing), exponent: value.exponent - missing };
}

function divided(size: bigint, divisor: bigint, mode: Rounding, isNegative: boolean): bigint {
  if (mode === 'round') return divideRounded(size, divisor);
  const isAway = mode === (isNegative ? 'floor' : 'ceiling') && size % divisor !== 0n;
  return size / divisor + (isAway ? 1n : 0n);
}

function roundDigits(value: Exact): { coefficient: bigint; exponent: number } {
  const excess = value.coefficient.toString().length - MAX_DIGITS;
  if (excess <= 0) return { ...value };
  const coefficient = divideRounded(value.coefficient, 10n ** BigInt(excess));
  return roundDigits({ coefficient, exponent: value.exponent + excess });
}

/** The exact decimal value of a finite double. */
export function exactOfDouble(value: number): Exact {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value, 0);
  const bits = bytes.readBigUInt64BE(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const power = (biased === 0 ? 1 : biased) - 1075;
  const coefficient = (value < 0 ? -mantissa : mantissa) * 5n ** BigInt(-power);
  return { coefficient, exponent: power };
}

/** The sum of two exact numbers. */
export function addExact(left: Exact, right: Exact): Exact {
  const exponent = Math.min(left.exponent, right.exponent);
  return { coefficient: scaled(left, exponent) + scaled(right, exponent), exponent };
}

/** The product of two exact numbers. */
export function multiplyExact(left: Exact, right: Exact): Exact {
  return { coefficient: left.coefficient * right.coefficient, exponent: left.exponent + right.exponent };
}

/** The remainder of the truncated quotient of two exact numbers; the divisor is not zero. */
export function remainderExact(left: Exact, right: Exact): Exact {
  const exponent = Math.min(left.exponent, right.exponent);
  return { coefficient: scaled(left, exponent) % scaled(right, exponent), exponent };
}

/** The quotient of two exact numbers to 38 significant digits; the divisor is not zero. */
export function divideExact(left: Exact, right: Exact): Exact {
  const shift = 38 + Math.max(0, right.coefficient.toString().length - left.coefficient.toString().length);
  const dividend = left.coefficient * 10n ** BigInt(shift);
  const coefficient = dividend / right.coefficient;
  const exponent = left.exponent - right.exponent - shift;
  const rest = dividend % right.coefficient;
  // An exact quotient keeps the exponent its operands imply, as IEEE 754 prefers it.
  if (rest === 0n) return trimZeros({ coefficient, exponent }, left.exponent - right.exponent);
  // One more digit says that something follows, so that rounding never takes it for a tie.
  const isNegative = rest < 0n !== right.coefficient < 0n;
  return { coefficient: coefficient * 10n + (isNegative ? -1n : 1n), exponent: exponent - 1 };
}

function trimZeros(value: Exact, most: number): Exact {
  let { coefficient, exponent } = value;
  if (coefficient === 0n) return { coefficient, exponent: most };
  while (exponent < most && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return { coefficient, exponent };
}

function scaled(value: Exact, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent);
}

/** The nearest double of an exact number. */
export function doubleOfExact(value: Exact): number {
  return Number(`${String(value.coefficient)}e${String(value.exponent)}`);
}

/** The exact number a decimal literal spells, or undefined when it is not one. */
export function parseExact(text: string): Exact | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  const [, sign, whole = '', fraction = '', power] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;
  const coefficient = BigInt(whole + fraction);
  return { coefficient: sign === '-' ? -coefficient : coefficient, exponent: Number(power ?? 0) - fraction.length };
}

/** A number in the notation MongoDB prints Decimal128 values in. */
export function formatDecimal(decimal: Decimal128): string {
  const value = readDecimal(decimal);
  if (typeof value === 'number') return String(value);
  // A zero carries its sign in the bytes alone.
  const sign = decimal.bytes.readUInt8(15) >= 0x80 ? '-' : '';
  const digits = magnitude(value.coefficient).toString();
  const adjusted = value.exponent + digits.length - 1;
  if (value.exponent > 0 || adjusted < -6) {
    const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
    return `${sign}${mantissa}E${adjusted < 0 ? '' : '+'}${String(adjusted)}`;
  }
  if (value.exponent === 0) return sign + digits;
  const padded = digits.padStart(1 - value.exponent, '0');
  return `${sign}${padded.slice(0, value.exponent)}.${padded.slice(value.exponent)}`;
}
