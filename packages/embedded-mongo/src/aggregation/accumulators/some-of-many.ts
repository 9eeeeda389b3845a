import { toDouble, toInteger } from '../../bson/arithmetic.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import type { MemoryMeter } from '../../query/memory-meter.ts';
import { parseSort, sortKeyOf } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { compileExpression } from '../compile-expression.ts';
import { isNullish } from '../expression.ts';
import type { Accumulator, AccumulatorField } from './accumulator.ts';

/** The `n` of `$firstN` and the like: a whole number above zero, else 5787902, 5787903 or 5787908. */
function parseCount(value: Value | undefined): number {
  if (!isNumber(value)) {
    throw new CommandError(
      5_787_902,
      `Value for 'n' must be of integral type, but found ${value === undefined ? 'missing' : formatValue(value)}`,
    );
  }
  const count = toInteger(value);
  if (count === undefined || BigInt.asIntN(64, count) !== count) {
    throw new CommandError(5_787_903, `Value for 'n' must be of integral type, but found ${formatValue(value)}`);
  }
  if (count <= 0n) throw new CommandError(5_787_908, `'n' must be greater than 0, found ${formatValue(value)}`);
  return toDouble(value);
}

function firstN(count: number, meter: MemoryMeter | undefined): Accumulator {
  const items: Value[] = [];
  return {
    add: (value) => {
      if (items.length >= count) return;
      meter?.keep(value);
      items.push(value ?? null);
    },
    result: () => [...items],
  };
}

/** A value with the bytes it was counted for. */
interface Counted {
  readonly value: Value;
  readonly bytes: number;
}

function lastN(count: number, meter: MemoryMeter | undefined): Accumulator {
  const items: Counted[] = [];
  return {
    add: (value) => {
      items.push({ value: value ?? null, bytes: meter?.keep(value) ?? 0 });
      if (items.length > count) meter?.release(items.shift()?.bytes ?? 0);
    },
    result: () => items.map((item) => item.value),
  };
}

/** Keeps a part of what it was given that `trim` picks, and little more. */
function pickN(
  count: number,
  meter: MemoryMeter | undefined,
  trim: (items: readonly Counted[]) => Counted[],
): { readonly add: (value: Value) => void; readonly kept: () => Value[] } {
  let items: Counted[] = [];
  return {
    add: (value) => {
      items.push({ value, bytes: meter?.keep(value) ?? 0 });
      if (items.length < count * 2 + 16) return;
      const before = items.reduce((bytes, item) => bytes + item.bytes, 0);
      items = trim(items);
      meter?.release(before - items.reduce((bytes, item) => bytes + item.bytes, 0));
    },
    kept: () => trim(items).map((item) => item.value),
  };
}

/** Keeps the best values by an order, ties in order of arrival. */
function bestN(
  count: number,
  compare: (left: Value, right: Value) => number,
  meter: MemoryMeter | undefined,
): Accumulator {
  const picked = pickN(count, meter, (items) =>
    items.toSorted((left, right) => compare(left.value, right.value)).slice(0, count),
  );
  return {
    add: (value) => {
      if (!isNullish(value)) picked.add(value);
    },
    result: picked.kept,
  };
}

type Begin = (count: number, meter: MemoryMeter | undefined) => Accumulator;

const N_ACCUMULATORS: ReadonlyMap<string, Begin> = new Map<string, Begin>([
  ['$firstN', firstN],
  ['$lastN', lastN],
  ['$minN', (count, meter) => bestN(count, compareValues, meter)],
  ['$maxN', (count, meter) => bestN(count, (left, right) => compareValues(right, left), meter)],
]);

/** Parses `$firstN`, `$lastN`, `$minN` or `$maxN`: `{input, n}`; undefined for other names. */
export function parseCountedField(name: string, operand: Value): AccumulatorField | undefined {
  const begin = N_ACCUMULATORS.get(name);
  if (begin === undefined) return undefined;
  if (!isDocument(operand)) {
    const code = name === '$minN' || name === '$maxN' ? 5_787_900 : 5_787_801;
    throw new CommandError(code, `specification must be an object; found ${name}: ${formatValue(operand)}`);
  }
  for (const [field] of operand.entries()) {
    if (field !== 'n' && field !== 'input')
      throw new CommandError(5_787_901, `Unknown argument for 'n' operator: ${field}`);
  }
  const [n, input] = [operand.get('n'), operand.get('input')];
  if (n === undefined) throw new CommandError(5_787_906, "Missing value for 'n'");
  if (input === undefined) throw new CommandError(5_787_907, "Missing value for 'input'");
  const count = compileExpression(n);
  return {
    count: n,
    evaluate: compileExpression(input),
    start: (context, meter) => begin(parseCount(count(context)), meter),
  };
}

/** An accumulator over pairs of a sort key, in hexadecimal, and a value, made by `evaluate` below. */
function sorted(
  count: number,
  { end, isSingle }: { end: 'top' | 'bottom'; isSingle: boolean },
  meter: MemoryMeter | undefined,
): Accumulator {
  const picked = pickN(count, meter, (items) => {
    const ordered = items.toSorted((left, right) => compareTexts(keyOf(left.value), keyOf(right.value)));
    return end === 'top' ? ordered.slice(0, count) : ordered.slice(-count);
  });
  return {
    add: (pair) => {
      if (pair !== undefined) picked.add(pair);
    },
    result: () => {
      const values = picked.kept().map((pair) => (Array.isArray(pair) ? (pair[1] ?? null) : null));
      return isSingle ? (values[0] ?? null) : values;
    },
  };
}

function keyOf(pair: Value): string {
  const key = Array.isArray(pair) ? pair[0] : undefined;
  return typeof key === 'string' ? key : '';
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const SORTED_NAMES: ReadonlyMap<string, { end: 'top' | 'bottom'; isSingle: boolean }> = new Map([
  ['$top', { end: 'top', isSingle: true }],
  ['$topN', { end: 'top', isSingle: false }],
  ['$bottom', { end: 'bottom', isSingle: true }],
  ['$bottomN', { end: 'bottom', isSingle: false }],
]);

/** Parses `$top`, `$topN`, `$bottom` or `$bottomN`: `{sortBy, output, n}`; undefined for other names. */
export function parseSortedField(name: string, operand: Value): AccumulatorField | undefined {
  const kind = SORTED_NAMES.get(name);
  if (kind === undefined) return undefined;
  if (!isDocument(operand)) {
    throw new CommandError(5_788_001, `specification must be an object; found ${name}: ${formatValue(operand)}`);
  }
  const known = kind.isSingle ? ['sortBy', 'output'] : ['n', 'sortBy', 'output'];
  for (const [field] of operand.entries()) {
    if (!known.includes(field)) throw new CommandError(5_788_002, `Unknown argument to ${name} '${field}'`);
  }
  const [n, output, sortBy] = [operand.get('n'), operand.get('output'), operand.get('sortBy')];
  if (!kind.isSingle && n === undefined) throw new CommandError(5_788_003, `Missing value for 'n' to ${name}`);
  if (output === undefined) throw new CommandError(5_788_004, `Missing value for 'output' to ${name}`);
  if (sortBy === undefined) throw new CommandError(5_788_005, `Missing value for 'sortBy' to ${name}`);
  if (!isDocument(sortBy)) {
    throw new CommandError(10_065, `invalid parameter: expected an object (sortBy), found: ${typeName(sortBy)}`);
  }
  const fields = parseSort(sortBy);
  const evaluate = compileExpression(output);
  const count = n === undefined ? () => 1 : compileExpression(n);
  return {
    count: n,
    evaluate: (context) => [sortKeyOf(fields, context.root).toString('hex'), evaluate(context) ?? null],
    start: (context, meter) => sorted(parseCount(count(context)), kind, meter),
  };
}
