import { compareValues } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { toInteger } from '../../bson/arithmetic.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { parseSort, sortItems } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Accumulator } from '../accumulators/accumulator.ts';
import { extreme } from '../accumulators/collecting.ts';
import { average, standardDeviation, sum } from '../accumulators/numeric.ts';
import { parsePercentiles, percentilesOf } from '../accumulators/percentile.ts';
import { isNullish, type OperatorParser } from '../expression.ts';
import { constantInScope } from '../variable-scope.ts';
import { itemCount } from './arrays.ts';
import { ARGUMENT_WORDING, compileList, compileParts, namedOperands, typeOf } from './operands.ts';

const sortArray: OperatorParser = (operand, compile) => {
  const codes = { object: 2_942_500, unknown: 2_942_501, missing: [2_942_502, 2_942_503] };
  const parts = namedOperands('$sortArray', operand, {
    required: ['input', 'sortBy'],
    codes,
    wording: ARGUMENT_WORDING,
  });
  const input = compile(parts.get('input') ?? null);
  const sort = arrayOrder(parts.get('sortBy') ?? null);
  return (context) => {
    const value = input(context);
    if (isNullish(value)) return null;
    if (!Array.isArray(value)) {
      throw new CommandError(
        2_942_504,
        `The input argument to $sortArray must be an array, but was of type: ${typeOf(value)}`,
      );
    }
    return sort(value);
  };
};

type Sort = (items: readonly Value[]) => Value[];

function arrayOrder(sortBy: Value): Sort {
  if (isDocument(sortBy)) {
    const fields = parseSort(sortBy);
    if (fields.length === 0)
      throw new CommandError(2_942_505, 'The $sort pattern is empty when it should be a set of fields.');
    const empty = new Document(new Map());
    return (items) => [...sortItems(items, fields, (item) => (isDocument(item) ? item : empty))];
  }
  const direction = toInteger(sortBy);
  if (direction !== 1n && direction !== -1n) {
    throw new CommandError(2_942_507, 'The $sort element value must be either 1 or -1');
  }
  return (items) => items.toSorted((left, right) => Number(direction) * compareValues(left, right));
}

const N_WORDING = {
  object: (name: string, type: string) => `specification must be an object; found ${name}: ${type}`,
  unknown: (_name: string, part: string) => `Unknown argument for 'n' operator: ${part}`,
  missing: (_name: string, part: string) => `Missing value for '${part}'`,
};

function choosing(name: string, choose: (items: readonly Value[], count: number) => Value[]): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const isExtreme = name === '$minN' || name === '$maxN';
      const object = isExtreme ? 5_787_900 : 5_787_801;
      const codes = { object, unknown: 5_787_901, missing: [5_787_906, 5_787_907] };
      const known = { required: ['n', 'input'], codes, wording: N_WORDING };
      const parts = compileParts(namedOperands(name, operand, known), compile);
      return (context) => {
        const count = itemCount(parts.get('n')?.(context));
        const value = parts.get('input')?.(context);
        if (!Array.isArray(value)) throw new CommandError(5_788_200, 'Input must be an array');
        return choose(value, count);
      };
    },
  ];
}

function extremes(items: readonly Value[], direction: 1 | -1): readonly Value[] {
  return items.filter((item) => !isNullish(item)).toSorted((left, right) => direction * compareValues(left, right));
}

/** An accumulator inside an expression: over the operands, or over one array operand. */
function folding(name: string, start: () => Accumulator): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const parts = compileList(name, { min: 0 }, operand, compile);
      return (context) => {
        const values = parts.map((evaluate) => evaluate(context));
        const [only] = values;
        const accumulator = start();
        for (const value of values.length === 1 && Array.isArray(only) ? only : values) accumulator.add(value);
        return accumulator.result() ?? null;
      };
    },
  ];
}

function percentileOperator(name: '$percentile' | '$median'): [string, OperatorParser] {
  return [
    name,
    (operand, compile) => {
      const { input, fractions } = parsePercentiles(name, operand, {
        objectCode: name === '$median' ? 7_436_201 : 7_436_200,
        constant: (value) => constantInScope(value, compile),
      });
      const evaluate = compile(input);
      return (context) => {
        const value = evaluate(context);
        const found = percentilesOf(Array.isArray(value) ? value : [value], fractions);
        return name === '$median' ? (found[0] ?? null) : found;
      };
    },
  ];
}

/** Arrays in order, their extremes, and accumulators over them. */
export const ORDERED_ARRAY_OPERATORS: readonly [string, OperatorParser][] = [
  ['$sortArray', sortArray],
  choosing('$firstN', (items, count) => items.slice(0, count)),
  choosing('$lastN', (items, count) => items.slice(-count)),
  choosing('$minN', (items, count) => extremes(items, 1).slice(0, count)),
  choosing('$maxN', (items, count) => extremes(items, -1).slice(0, count)),
  folding('$sum', sum),
  folding('$avg', average),
  folding('$min', () => extreme((order) => order < 0)),
  folding('$max', () => extreme((order) => order > 0)),
  folding('$stdDevPop', () => standardDeviation('population')),
  folding('$stdDevSamp', () => standardDeviation('sample')),
  percentileOperator('$percentile'),
  percentileOperator('$median'),
];
