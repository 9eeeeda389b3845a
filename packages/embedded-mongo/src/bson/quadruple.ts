import { withPlaces, readDecimal, writeDecimal, type Exact } from './decimal128.ts';
import type { Decimal128 } from './value.ts';

const BITS = 113;
/** Beyond this there are decimals but no quadruple-precision numbers. */
const MAX_DIGITS = 4_900;

/**
 * A number as near as quadruple precision comes to it: MongoDB computes the logarithms and powers of decimals in that
 * format, so that its last digit is not always the nearest.
 */
export function toQuadruple(value: Exact): Exact {
  const { coefficient, exponent } = value;
  if (coefficient === 0n || Math.abs(exponent + coefficient.toString().length) > MAX_DIGITS) return value;
  const size = coefficient < 0n ? -coefficient : coefficient;
  const above = exponent > 0 ? size * 10n ** BigInt(exponent) : size;
  const below = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  let shift = BITS - (bitLength(above) - bitLength(below));
  let significand = rounded(above, below, shift);
  if (bitLength(significand) > BITS) {
    shift -= 1;
    significand = rounded(above, below, shift);
  }
  const signed = coefficient < 0n ? -significand : significand;
  return shift > 0
    ? { coefficient: signed * 5n ** BigInt(shift), exponent: -shift }
    : { coefficient: signed << BigInt(-shift), exponent: 0 };
}

/** A result of quadruple precision as a decimal, which always has all its 34 digits. */
export function quadrupleDecimal(value: Exact): Decimal128 {
  const decimal = writeDecimal(toQuadruple(value));
  const exact = readDecimal(decimal);
  return typeof exact === 'number' || exact.coefficient === 0n ? decimal : writeDecimal(withPlaces(exact, Infinity));
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** `above / below · 2^shift`, rounded half to even. */
function rounded(above: bigint, below: bigint, shift: number): bigint {
  const [dividend, divisor] = shift > 0 ? [above << BigInt(shift), below] : [above, below << BigInt(-shift)];
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  return quotient + (twice > divisor || (twice === divisor && quotient % 2n === 1n) ? 1n : 0n);
}
