import { toDouble } from '../../bson/arithmetic.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Accumulator } from './accumulator.ts';

/** `$percentile` or `$median` as parsed; its values become a list of percentiles, or one for the median. */
export interface Percentiles {
  readonly input: Value;
  readonly fractions: readonly number[];
}

/**
 * Parses the argument of `$percentile` or `$median`: unknown fields are refused with 40415, missing ones with 40414,
 * a method other than `approximate` with BadValue, and fractions outside 0 to 1 with 7750303.
 */
export function parsePercentiles(
  name: '$percentile' | '$median',
  operand: Value,
  constant: (value: Value) => Value | undefined,
): Percentiles {
  if (!isDocument(operand)) {
    throw new CommandError(
      name === '$median' ? 7_436_100 : 7_429_703,
      `specification must be an object; found ${name}: ${typeName(operand)}`,
    );
  }
  const known = name === '$median' ? ['input', 'method'] : ['input', 'p', 'method'];
  for (const [field] of operand.entries()) {
    if (!known.includes(field)) throw new CommandError(40_415, `BSON field '${name}.${field}' is an unknown field.`);
  }
  for (const field of known) {
    if (!operand.has(field))
      throw new CommandError(40_414, `BSON field '${name}.${field}' is missing but a required field`);
  }
  if (operand.get('method') !== 'approximate') {
    throw new CommandError('BadValue', "Currently only 'approximate' can be used as percentile 'method'.");
  }
  const fractions = name === '$median' ? [0.5] : parseFractions(constant(operand.get('p') ?? null));
  return { input: operand.get('input') ?? null, fractions };
}

function parseFractions(value: Value | undefined): readonly number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new CommandError(
      Array.isArray(value) ? 7_750_302 : 7_750_301,
      "The $percentile 'p' field must be an array of numbers from [0.0, 1.0]",
    );
  }
  return value.map((item) => {
    const fraction = isNumber(item) ? toDouble(item) : Number.NaN;
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new CommandError(7_750_303, "The $percentile 'p' field must be an array of numbers from [0.0, 1.0]");
    }
    return fraction;
  });
}

/**
 * The smallest number that at least the given fraction of the numbers does not exceed; null without numbers. MongoDB
 * approximates it for many numbers; this one is exact always.
 */
export function percentilesOf(values: Iterable<Value | undefined>, fractions: readonly number[]): (number | null)[] {
  const numbers: number[] = [];
  for (const value of values) {
    const number = isNumber(value) ? toDouble(value) : Number.NaN;
    if (!Number.isNaN(number)) numbers.push(number);
  }
  const sorted = Float64Array.from(numbers).toSorted();
  return fractions.map((fraction) => {
    const rank = Math.min(sorted.length, Math.max(1, Math.ceil(sorted.length * fraction)));
    return sorted[rank - 1] ?? null;
  });
}

/** Collects the numbers of a group for its percentiles. */
export function percentile(
  name: '$percentile' | '$median',
  fractions: readonly number[],
  meter: MemoryMeter | undefined,
): Accumulator {
  const values: Value[] = [];
  return {
    add: (value) => {
      if (!isNumber(value)) return;
      meter?.keep(value);
      values.push(value);
    },
    result: () => {
      const found = percentilesOf(values, fractions);
      return name === '$median' ? (found[0] ?? null) : found;
    },
  };
}
