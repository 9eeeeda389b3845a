import { Document } from '../../bson/document.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';
import { accumulate } from '../accumulators.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { compileList, listOperator, position, wrongOperand } from './operands.ts';

function arrayOf(name: string, value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw wrongOperand(name, 'an array', value);
  return value;
}

function elementAt(name: string, value: Value | undefined, index: number): Value | undefined {
  if (isNullish(value)) return null;
  return arrayOf(name, value).at(index);
}

function slice([value, first, second]: readonly (Value | undefined)[]): Value {
  if (isNullish(value) || first === null) return null;
  const items = arrayOf('$slice', value);
  const start = position('$slice', first);
  if (second === undefined) return start >= 0 ? items.slice(0, start) : items.slice(start);
  const count = position('$slice', second);
  if (count <= 0) throw new CommandError(28_729, 'Third argument to $slice must be positive');
  const from = start >= 0 ? start : Math.max(0, items.length + start);
  return items.slice(from, from + count);
}

function range([start, end, step]: readonly (Value | undefined)[]): Value {
  const [from, to, by] = [
    position('$range', start),
    position('$range', end),
    step === undefined ? 1 : position('$range', step),
  ];
  if (by === 0) throw new CommandError(34_449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((to - from) / by));
  if (length > 5_000_000) throw new CommandError(146, '$range would use too much memory');
  return Array.from({ length }, (_unused, index) => int(from + index * by));
}

function concatArrays(values: readonly (Value | undefined)[]): Value {
  return values.some(isNullish) ? null : values.flatMap((value) => arrayOf('$concatArrays', value));
}

function objectToArray([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  if (!isDocument(value)) throw wrongOperand('$objectToArray', 'a document', value);
  return [...value.entries()].map(
    ([k, v]) =>
      new Document(
        new Map<string, Value>([
          ['k', k],
          ['v', v],
        ]),
      ),
  );
}

function arrayToObject([value]: readonly (Value | undefined)[]): Value {
  if (isNullish(value)) return null;
  const pairs = arrayOf('$arrayToObject', value).map((item): [string, Value] => {
    const [key, content] = isDocument(item) ? [item.get('k'), item.get('v')] : Array.isArray(item) ? item : [];
    if (typeof key !== 'string' || content === undefined)
      throw new CommandError(40_386, '$arrayToObject requires pairs of a string key and a value');
    return [key, content];
  });
  return new Document(new Map(pairs));
}

function mergeObjects(values: readonly (Value | undefined)[]): Value {
  return accumulate('$mergeObjects', values.length === 1 && Array.isArray(values[0]) ? values[0] : values) ?? null;
}

/** `$sum`, `$avg`, `$min`, `$max` inside an expression: over the operands, or over one array operand. */
function folding(name: string): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const parts = compileList(name, { min: 0 }, operand, compile);
      return (context) => {
        const values = parts.map((evaluate) => evaluate(context));
        const [only] = values;
        return accumulate(name, values.length === 1 && Array.isArray(only) ? only : values) ?? null;
      };
    },
  ];
}

/** Reading and building arrays and objects. */
export const ARRAY_EXPRESSIONS: readonly [string, OperatorParser][] = [
  listOperator('$size', { min: 1, max: 1 }, ([value]) => {
    if (!Array.isArray(value)) throw new CommandError(17_124, 'The argument to $size must be an array');
    return int(value.length);
  }),
  listOperator('$isArray', { min: 1, max: 1 }, ([value]) => Array.isArray(value)),
  listOperator('$arrayElemAt', { min: 2, max: 2 }, ([value, index]) =>
    isNullish(index) ? null : elementAt('$arrayElemAt', value, position('$arrayElemAt', index)),
  ),
  listOperator('$first', { min: 1, max: 1 }, ([value]) => elementAt('$first', value, 0)),
  listOperator('$last', { min: 1, max: 1 }, ([value]) => elementAt('$last', value, -1)),
  listOperator('$slice', { min: 2, max: 3 }, slice),
  listOperator('$range', { min: 2, max: 3 }, range),
  listOperator('$concatArrays', { min: 0 }, concatArrays),
  listOperator('$reverseArray', { min: 1, max: 1 }, ([value]) =>
    isNullish(value) ? null : arrayOf('$reverseArray', value).toReversed(),
  ),
  listOperator('$in', { min: 2, max: 2 }, ([value, list]) =>
    arrayOf('$in', list).some((item) => isEqual(item, value) && value !== undefined),
  ),
  listOperator('$indexOfArray', { min: 2, max: 2 }, ([list, value]) =>
    isNullish(list) ? null : int(arrayOf('$indexOfArray', list).findIndex((item) => isEqual(item, value))),
  ),
  listOperator('$objectToArray', { min: 1, max: 1 }, objectToArray),
  listOperator('$arrayToObject', { min: 1, max: 1 }, arrayToObject),
  listOperator('$mergeObjects', { min: 0 }, mergeObjects),
  ...['$sum', '$avg', '$min', '$max'].map(folding),
];
