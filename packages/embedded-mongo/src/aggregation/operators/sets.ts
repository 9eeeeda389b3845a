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
}

function setOperator(
  name: string,
  { codes, passesNull, ...arity }: SetOperator,
  apply: (sets: readonly Keyed[]) => Value,
): [string, OperatorParser] {
  return listOperator(name, arity, (values) => {
    const sets: Keyed[] = [];
    for (const [index, value] of values.entries()) {
      if (passesNull && isNullish(value)) return null;
      if (!Array.isArray(value)) {
        throw new CommandError(
          index === 0 ? codes[0] : codes[1],
          `All operands of ${name} must be arrays. Argument ${String(index + 1)} is of type: ${typeOf(value)}`,
        );
      }
      sets.push(new Map(value.map((item) => [equalityKey(item), item])));
    }
    return apply(sets);
  });
}

function firstOf(sets: readonly Keyed[]): Keyed {
  return sets[0] ?? new Map<string, Value>();
}

const setEquals: OperatorParser = (operand, compile) => {
  const given = Array.isArray(operand) ? operand.length : 1;
  if (given < 2) throw new CommandError(17_045, `$setEquals needs at least two arguments had: ${String(given)}`);
  const [, parse] = setOperator('$setEquals', { min: 2, codes: [17_044, 17_044], passesNull: false }, (sets) =>
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
  setOperator('$setUnion', { min: 0, codes: [17_043, 17_043], passesNull: true }, (sets) => [
    ...new Map(sets.flatMap((set) => [...set])).values(),
  ]),
  setOperator('$setIntersection', { min: 0, codes: [17_047, 17_047], passesNull: true }, (sets) =>
    [...firstOf(sets)].flatMap(([key, value]) => (sets.every((set) => set.has(key)) ? [value] : [])),
  ),
  setOperator('$setDifference', { min: 2, max: 2, codes: [17_048, 17_049], passesNull: true }, (sets) =>
    [...firstOf(sets)].flatMap(([key, value]) => (sets[1]?.has(key) === true ? [] : [value])),
  ),
  setOperator('$setIsSubset', { min: 2, max: 2, codes: [17_046, 17_042], passesNull: false }, (sets) =>
    [...firstOf(sets).keys()].every((key) => sets[1]?.has(key) === true),
  ),
  ['$setEquals', setEquals],
  elementTest('$anyElementTrue', 17_041, (items) => items.some(isTruthy)),
  elementTest('$allElementsTrue', 17_040, (items) => items.every(isTruthy)),
];
