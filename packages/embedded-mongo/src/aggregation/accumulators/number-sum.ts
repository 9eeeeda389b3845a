import { addNumbers, toDouble, type Numeric } from '../../bson/arithmetic.ts';
import { writeDecimal } from '../../bson/decimal128.ts';
import { int, type Decimal128 } from '../../bson/value.ts';

/** Adds numbers without the rounding errors of a plain sum, and remembers the widest of their types. */
export interface NumberSum {
  add(value: Numeric): void;
  /** The sum in the widest type seen; an integer that fits no 64 bits becomes a double, as in MongoDB. */
  total(): Numeric;
  /** The sum as a decimal when a decimal was among the numbers, else as a double. */
  fraction(): number | Decimal128;
}

const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);
const SPILL = 2 ** 51;

/**
 * Sums as MongoDB's `$sum` and `$avg` do: integers exactly, doubles with a second double that collects what rounding
 * loses, and decimals by themselves, joined with the rest only at the end.
 */
export function createNumberSum(): NumberSum {
  let small = 0;
  let large = 0n;
  let isLong = false;
  const doubles = createDoubleSum();
  let hasDouble = false;
  let decimal: Decimal128 | undefined;

  const addInteger = (value: number): void => {
    small += value;
    if (small > SPILL || small < -SPILL) {
      large += BigInt(small);
      small = 0;
    }
  };
  const integers = (): bigint => large + BigInt(small);
  const asDouble = (): number => {
    const sum = createDoubleSum();
    // Two halves, so that a 64-bit sum loses nothing before the doubles are added.
    const whole = integers();
    const high = (whole >> 32n) << 32n;
    sum.add(Number(whole - high));
    sum.add(Number(high));
    if (hasDouble) for (const part of doubles.parts()) sum.add(part);
    return sum.total();
  };
  const asDecimal = (known: Decimal128): Decimal128 => {
    let sum: Numeric = addNumbers(known, writeDecimal({ coefficient: integers(), exponent: 0 }), 'double');
    if (hasDouble) for (const part of doubles.parts()) sum = addNumbers(sum, writeDecimal(part), 'double');
    return typeof sum === 'object' && sum.kind === 'decimal' ? sum : writeDecimal(toDouble(sum));
  };
  return {
    add: (value) => {
      if (typeof value === 'number') {
        hasDouble = true;
        doubles.add(value);
      } else if (typeof value === 'bigint') {
        isLong = true;
        large += value;
      } else if (value.kind === 'int') addInteger(value.value);
      else decimal = decimal === undefined ? value : sumOfDecimals(decimal, value);
    },
    total: () => {
      if (decimal !== undefined) return asDecimal(decimal);
      if (hasDouble) return asDouble();
      const whole = integers();
      if (!isLong && whole >= -0x8000_0000n && whole <= 0x7fff_ffffn) return int(Number(whole));
      return whole >= LONG_MIN && whole <= LONG_MAX ? whole : Number(whole);
    },
    fraction: () => (decimal === undefined ? asDouble() : asDecimal(decimal)),
  };
}

function sumOfDecimals(left: Decimal128, right: Decimal128): Decimal128 {
  const sum = addNumbers(left, right, 'double');
  return typeof sum === 'object' && sum.kind === 'decimal' ? sum : writeDecimal(toDouble(sum));
}

interface DoubleSum {
  add(value: number): void;
  parts(): readonly number[];
  total(): number;
}

/** A sum of doubles and of what each addition rounds away (Knuth's two-sum); special values are summed plainly. */
function createDoubleSum(): DoubleSum {
  let sum = 0;
  let lost = 0;
  let plain = 0;
  const total = (): number => {
    const result = sum + lost;
    return Number.isFinite(result) ? result : plain;
  };
  return {
    add: (value) => {
      plain += value;
      const next = sum + value;
      const part = next - sum;
      lost += sum - (next - part) + (value - part);
      sum = next;
    },
    parts: () => (Number.isFinite(sum + lost) ? [sum, lost] : [plain]),
    total,
  };
}
