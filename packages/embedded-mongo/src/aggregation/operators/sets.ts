import type { Value } from '../../bson/value.ts';
import { equalityKey } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { isNullish, isTruthy, type OperatorParser } from '../expression.ts';
import { compileList, listOperator, typeOf } from './operands.ts';

type Keyed = ReadonlyMap<string, Value>;

interface SetOperator {
  readonly min: number;
  readonly max?: number;
  /** MongoDB's codes for an operand that is no array: of the first operand, and of the others. */
  readonly codes: readonly [number, number];
  /** Whether null among the operands makes the result null rather than an error. */
  readonly passesNull: boolean;
  /** How MongoDB says which operand is no array. */
  readonly wording: (index: number) => string;
}

const ANY_OPERAND = (name: string) => () => `All operands of ${name} must be arrays. One argument`;
const NTH_OPERAND = (index: number) => `All operands of $setEquals must be arrays. ${String(index + 1)}-th argument`;
const BOTH_OPERANDS = (name: string) => (index: number) =>
  `both operands of ${name} must be arrays. ${index === 0 ? 'First' : 'Second'} argument`;

function setOperator(
  name: string,
  { codes, passesNull, wording, ...arity }: SetOperator,
  apply: (sets: readonly Keyed[]) => Value,
): [string, OperatorParser] {
  return listOperator(name, arity, (values) => {
    const sets: Keyed[] = [];
    // An operator on two sets looks for nulls before anything else, the others as they go along.
    if (passesNull && arity.max === 2 && values.some(isNullish)) return null;
    for (const [index, value] of values.entries()) {
      if (passesNull && isNullish(value)) return null;
      if (!Array.isArray(value)) {
        throw new CommandError(index === 0 ? codes[0] : codes[1], `${wording(index)} is of type: ${typeOf(value)}`);
      }
      sets.push(keyed(value));
    }
    return apply(sets);
  });
}

/** The items by their keys; the first of equal items stays. */
function keyed(items: readonly Value[]): Keyed {
  const set = new Map<string, Value>();
  for (const item of items) {
    const key = equalityKey(item);
    if (!set.has(key)) set.set(key, item);
  }
  return set;
}

/** The items of a set in the order of sorts. */
function inOrder(set: Iterable<readonly [string, Value]>): Value[] {
  return [...set].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}

function firstOf(sets: readonly Keyed[]): Keyed {
  return sets[0] ?? new Map<string, Value>();
}

const setEquals: OperatorParser = (operand, compile) => {
  const given = Array.isArray(operand) ? operand.length : 1;
  if (given < 2) throw new CommandError(17_045, `$setEquals needs at least two arguments had: ${String(given)}`);
  const [, parse] = setOperator(
    '$setEquals',
    { min: 2, codes: [17_044, 17_044], passesNull: false, wording: NTH_OPERAND },
    (sets) =>
      sets.every((set) => set.size === firstOf(sets).size && [...set.keys()].every((key) => firstOf(sets).has(key))),
  );
  return parse(operand, compile);
};

function elementTest(name: string, code: number, test: (items: readonly Value[]) => boolean): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const [input] = compileList(name, { min: 1, max: 1 }, operand, compile);
      return (context) => {
        const value = input?.(context);
        if (!Array.isArray(value)) {
          throw new CommandError(code, `${name}'s argument must be an array, but is ${typeOf(value)}`);
        }
        return test(value);
      };
    },
  ];
}

/** Arrays as sets: order and repeats do not count. */
export const SET_OPERATORS: readonly [string, OperatorParser][] = [
  setOperator(
    '$setUnion',
    { min: 0, codes: [17_043, 17_043], passesNull: true, wording: ANY_OPERAND('$setUnion') },
    (sets) => inOrder(new Map(sets.toReversed().flatMap((set) => [...set]))),
  ),
  setOperator(
    '$setIntersection',
    { min: 0, codes: [17_047, 17_047], passesNull: true, wording: ANY_OPERAND('$setIntersection') },
    (sets) => inOrder([...firstOf(sets)].filter(([key]) => sets.every((set) => set.has(key)))),
  ),
  setOperator(
    '$setDifference',
    { min: 2, max: 2, codes: [17_048, 17_049], passesNull: true, wording: BOTH_OPERANDS('$setDifference') },
    (sets) => [...firstOf(sets)].flatMap(([key, value]) => (sets[1]?.has(key) === true ? [] : [value])),
  ),
  setOperator(
    '$setIsSubset',
    { min: 2, max: 2, codes: [17_046, 17_042], passesNull: false, wording: BOTH_OPERANDS('$setIsSubset') },
    (sets) => [...firstOf(sets).keys()].every((key) => sets[1]?.has(key) === true),
  ),
  ['$setEquals', setEquals],
  elementTest('$anyElementTrue', 17_041, (items) => items.some(isTruthy)),
  elementTest('$allElementsTrue', 17_040, (items) => items.every(isTruthy)),
];
