import type { Value } from '../../bson/value.ts';
import { equalityKey } from '../../query/sort.ts';
import { isNullish, isTruthy, type OperatorParser } from '../expression.ts';
import { listOperator, wrongOperand } from './operands.ts';

type Keyed = ReadonlyMap<string, Value>;

function keyed(name: string, value: Value | undefined): Keyed {
  if (!Array.isArray(value)) throw wrongOperand(name, 'arrays', value);
  return new Map(value.map((item) => [equalityKey(item), item]));
}

function setOperator(
  name: string,
  arity: { min: number; max?: number },
  apply: (sets: readonly Keyed[]) => Value,
): [string, OperatorParser] {
  return listOperator(name, arity, (values) =>
    values.some(isNullish) ? null : apply(values.map((value) => keyed(name, value))),
  );
}

function every(sets: readonly Keyed[], key: string): boolean {
  return sets.every((set) => set.has(key));
}

function firstOf(sets: readonly Keyed[]): Keyed {
  return sets[0] ?? new Map<string, Value>();
}

/** Arrays as sets: order and repeats do not count. */
export const SET_OPERATORS: readonly [string, OperatorParser][] = [
  setOperator('$setUnion', { min: 0 }, (sets) => [...new Map(sets.flatMap((set) => [...set])).values()]),
  setOperator('$setIntersection', { min: 0 }, (sets) =>
    [...firstOf(sets)].flatMap(([key, value]) => (every(sets, key) ? [value] : [])),
  ),
  setOperator('$setDifference', { min: 2, max: 2 }, (sets) =>
    [...firstOf(sets)].flatMap(([key, value]) => (sets[1]?.has(key) === true ? [] : [value])),
  ),
  setOperator('$setIsSubset', { min: 2, max: 2 }, (sets) =>
    [...firstOf(sets).keys()].every((key) => sets[1]?.has(key) === true),
  ),
  setOperator('$setEquals', { min: 2 }, (sets) =>
    sets.every((set) => set.size === firstOf(sets).size && [...set.keys()].every((key) => firstOf(sets).has(key))),
  ),
  listOperator('$anyElementTrue', { min: 1, max: 1 }, ([value]) => elements('$anyElementTrue', value).some(isTruthy)),
  listOperator('$allElementsTrue', { min: 1, max: 1 }, ([value]) =>
    elements('$allElementsTrue', value).every(isTruthy),
  ),
];

function elements(name: string, value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw wrongOperand(name, 'an array', value);
  return value;
}
