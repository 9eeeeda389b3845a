import { toDouble } from '../../bson/arithmetic.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, type Value } from '../../bson/value.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import type { Accumulator } from './accumulator.ts';

/** `$percentile` or `$median` as parsed; its values become a list of percentiles, or one for the median. */
export interface Percentiles {
  readonly input: Value;
  readonly fractions: readonly number[];
}

/** What differs between the accumulators and the expressions, and how either finds the value of a constant. */
interface PercentileParsing {
  /** MongoDB's code for an argument that is no object. */
  readonly objectCode: number;
  readonly constant: (value: Value) => Value | undefined;
}

/**
 * Parses the argument of `$percentile` or `$median`: unknown fields are refused with 40415, missing ones with 40414,
 * a method other than `approximate` with BadValue, and fractions that are no constants, no numbers or outside 0 to 1.
 */
export function parsePercentiles(
  name: '$percentile' | '$median',
  operand: Value,
  { objectCode, constant }: PercentileParsing,
): Percentiles {
  if (!isDocument(operand)) {
    throw new CommandError(objectCode, `specification must be an object; found ${name}: ${formatValue(operand)}`);
  }
  const known = name === '$median' ? ['input', 'method'] : ['input', 'p', 'method'];
  for (const [field, value] of operand.entries()) {
    if (!known.includes(field)) throw new CommandError(40_415, `BSON field '${name}.${field}' is an unknown field.`);
    if (field === 'method') checkMethod(name, value);
  }
  for (const field of known) {
    if (!operand.has(field))
      throw new CommandError(40_414, `BSON field '${name}.${field}' is missing but a required field`);
  }
  const fractions = name === '$median' ? [0.5] : parseFractions(operand.get('p') ?? null, constant);
  return { input: operand.get('input') ?? null, fractions };
}

function checkMethod(name: string, method: Value): void {
  if (typeof method !== 'string') {
    throw wrongFieldType(`${name}.method`, method, 'string');
  }
  if (method !== 'approximate') {
    throw new CommandError('BadValue', "Currently only 'approximate' can be used as percentile 'method'.");
  }
}

function parseFractions(operand: Value, constant: PercentileParsing['constant']): readonly number[] {
  const value = constant(operand);
  if (value === undefined) {
    throw new CommandError(
      7_750_300,
      `The $percentile 'p' field must be an array of constant values, but found value: ${formatValue(operand)}.`,
    );
  }
  if (!Array.isArray(value) || value.length === 0) throw noFractions(7_750_301, value);
  return value.map((item) => {
    if (!isNumber(item)) throw noFractions(7_750_302, item);
    const fraction = toDouble(item);
    if (!(fraction >= 0 && fraction <= 1)) throw noFractions(7_750_303, item);
    return fraction;
  });
}

function noFractions(code: number, found: Value): CommandError {
  return new CommandError(
    code,
    `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${formatValue(found)}`,
  );
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
