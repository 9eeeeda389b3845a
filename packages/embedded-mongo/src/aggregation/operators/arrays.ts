import { toInteger } from '../../bson/arithmetic.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isNumber, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, type Expression, type OperatorParser } from '../expression.ts';
import { compileList, listOperator, namedOperands, position, typeOf, wholeNumber } from './operands.ts';
import { searchBounds } from './strings.ts';

/** An operand that must be an array; MongoDB ends each of its refusals with the type it found. */
function arrayOf(refusal: string, value: Value | undefined, code: number): readonly Value[] {
  if (!Array.isArray(value)) throw new CommandError(code, `${refusal} ${typeOf(value)}`);
  return value;
}

function elementAt(name: string, value: Value | undefined, index: number): Value | undefined {
  if (isNullish(value)) return null;
  return arrayOf(`${name}'s argument must be an array, but is`, value, 28_689).at(index);
}

function arrayElemAt([value, index]: readonly (Value | undefined)[]): Value | undefined {
  if (isNullish(value) || isNullish(index)) return null;
  const items = arrayOf("$arrayElemAt's first argument must be an array, but is", value, 28_689);
  return items.at(position("$arrayElemAt's second argument", index, [28_690, 28_691]));
}

function slice(operands: readonly (Value | undefined)[]): Value {
  const [value, first, second] = operands;
  if (isNullish(value) || isNullish(first)) return null;
  const items = arrayOf('First argument to $slice must be an array, but is of type:', value, 28_724);
  const start = position('Second argument to $slice', first, [28_725, 28_726]);
  if (operands.length < 3) return start >= 0 ? items.slice(0, start) : items.slice(start);
  if (isNullish(second)) return null;
  const count = position('Third argument to $slice', second, [28_727, 28_728]);
  if (count <= 0) throw new CommandError(28_729, `Third argument to $slice must be positive: ${String(count)}`);
  const from = start >= 0 ? start : Math.max(0, items.length + start);
  return items.slice(from, from + count);
}

const MAX_RANGE = 5_000_000;
const RANGE_BOUNDS = ['starting value', 'ending value', 'step value'];

function range(operands: readonly (Value | undefined)[]): Value {
  const [from = 0, to = 0, by = 1] = operands.map((value, index) => {
    const label = RANGE_BOUNDS[index] ?? '';
    const code = 34_443 + index * 2;
    if (!isNumber(value)) {
      throw new CommandError(code, `$range requires a numeric ${label}, found value of type: ${typeOf(value)}`);
    }
    const number = wholeNumber(value);
    if (number !== undefined) return number;
    throw new CommandError(
      code + 1,
      `$range requires ${label.startsWith('e') ? 'an' : 'a'} ${label} that can be represented as a 32-bit integer, found value: ${formatValue(value)}`,
    );
  });
  if (by === 0) throw new CommandError(34_449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((to - from) / by));
  if (length > MAX_RANGE) throw new CommandError(146, '$range would use too much memory');
  return Array.from({ length }, (_unused, index) => int(from + index * by));
}

function concatArrays(values: readonly (Value | undefined)[]): Value {
  const result: Value[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value)) {
      throw new CommandError(28_664, `$concatArrays only supports arrays, not ${typeOf(value)}`);
    }
    for (const item of value) result.push(item);
  }
  return result;
}

function isIn([value, list]: readonly (Value | undefined)[]): Value {
  if (!Array.isArray(list)) {
    throw new CommandError(40_081, `$in requires an array as a second argument, found: ${typeOf(list)}`);
  }
  return value !== undefined && list.some((item) => isEqual(item, value));
}

function indexOfArray([list, value, ...bounds]: readonly (Value | undefined)[]): Value {
  if (isNullish(list)) return null;
  const items = arrayOf('$indexOfArray requires an array as a first argument, found:', list, 40_090);
  const within = searchBounds('$indexOfArray', bounds, items.length);
  if (within === undefined || value === undefined) return int(-1);
  for (let at = within.from; at < within.to; at += 1) {
    if (isEqual(items[at], value)) return int(at);
  }
  return int(-1);
}

const ZIP_WORDING = {
  object: (name: string, type: string) => `${name} only supports an object as an argument, found ${type}`,
  unknown: (name: string, part: string) => `${name} found an unknown argument: ${part}`,
  missing: () => '$zip requires at least one input array',
};

const zip: OperatorParser = (operand, compile) => {
  const codes = { object: 34_460, unknown: 34_464, missing: 34_465 };
  const known = { required: ['inputs'], optional: ['useLongestLength', 'defaults'], codes, wording: ZIP_WORDING };
  const parts = namedOperands('$zip', operand, known);
  const inputs = expressions(parts.get('inputs'), 'inputs', 34_461, compile);
  if (inputs.length === 0) throw new CommandError(34_465, '$zip requires at least one input array');
  const isLongest = parts.has('useLongestLength') ? parts.get('useLongestLength') : false;
  if (typeof isLongest !== 'boolean') {
    throw new CommandError(34_463, `useLongestLength must be a bool, found ${typeOf(isLongest)}`);
  }
  const given = parts.get('defaults');
  const defaults = given === undefined ? [] : expressions(given, 'defaults', 34_462, compile);
  if (defaults.length > 0 && !isLongest) {
    throw new CommandError(34_466, 'cannot specify defaults unless useLongestLength is true');
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    throw new CommandError(34_467, 'defaults and inputs must have the same length');
  }
  return (context) => {
    const arrays: (readonly Value[])[] = [];
    for (const evaluate of inputs) {
      const value = evaluate(context);
      if (isNullish(value)) return null;
      if (!Array.isArray(value)) {
        throw new CommandError(34_468, `$zip found a non-array expression in input: ${formatValue(value)}`);
      }
      arrays.push(value);
    }
    const fillers = defaults.map((evaluate) => evaluate(context) ?? null);
    const lengths = arrays.map((items) => items.length);
    const length = isLongest ? Math.max(...lengths) : Math.min(...lengths);
    return Array.from({ length }, (_unused, row) =>
      arrays.map((items, column) => (row < items.length ? items[row] : fillers[column]) ?? null),
    );
  };
};

function expressions(
  value: Value | undefined,
  label: string,
  code: number,
  compile: (value: Value) => Expression,
): readonly Expression[] {
  if (!Array.isArray(value)) {
    throw new CommandError(code, `${label} must be an array of expressions, found ${typeOf(value)}`);
  }
  return value.map(compile);
}

/** `$size` and `$isArray` and the like take one operand, which may be given without brackets. */
const isArray: OperatorParser = (operand, compile) => {
  const [input] = compileList('$isArray', { min: 1, max: 1 }, operand, compile);
  return (context) => Array.isArray(input?.(context));
};

/** Reading and building arrays. */
export const ARRAY_EXPRESSIONS: readonly [string, OperatorParser][] = [
  listOperator('$size', { min: 1, max: 1 }, ([value]) => {
    if (!Array.isArray(value)) {
      throw new CommandError(17_124, `The argument to $size must be an array, but was of type: ${typeOf(value)}`);
    }
    return int(value.length);
  }),
  ['$isArray', isArray],
  listOperator('$arrayElemAt', { min: 2, max: 2 }, arrayElemAt),
  listOperator('$first', { min: 1, max: 1 }, ([value]) => elementAt('$first', value, 0)),
  listOperator('$last', { min: 1, max: 1 }, ([value]) => elementAt('$last', value, -1)),
  listOperator('$slice', { min: 2, max: 3 }, slice),
  listOperator('$range', { min: 2, max: 3 }, range),
  listOperator('$concatArrays', { min: 0 }, concatArrays),
  listOperator('$reverseArray', { min: 1, max: 1 }, ([value]) =>
    isNullish(value)
      ? null
      : arrayOf('The argument to $reverseArray must be an array, but was of type:', value, 34_435).toReversed(),
  ),
  listOperator('$in', { min: 2, max: 2 }, isIn),
  listOperator('$indexOfArray', { min: 2, max: 4 }, indexOfArray),
  ['$zip', zip],
];

/** How many items `$firstN` and its kind keep: a positive whole number (5787902, 5787903, 5787908). */
export function itemCount(value: Value | undefined): number {
  if (!isNumber(value))
    throw new CommandError(5_787_902, `Value for 'n' must be of integral type, but found ${typeOf(value)}`);
  const count = toInteger(value);
  if (count === undefined || BigInt.asIntN(64, count) !== count) {
    throw new CommandError(5_787_903, `Value for 'n' must be of integral type, but found ${typeOf(value)}`);
  }
  if (count <= 0n) throw new CommandError(5_787_908, `'n' must be greater than 0, found ${String(count)}`);
  return Number(count);
}
