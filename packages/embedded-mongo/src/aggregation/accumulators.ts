import { int, isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import type { AccumulatorField } from './accumulators/accumulator.ts';
import { addToSet, extreme, first, last, mergeObjects, push } from './accumulators/collecting.ts';
import { average, standardDeviation, sum } from './accumulators/numeric.ts';
import { parsePercentiles, percentile } from './accumulators/percentile.ts';
import { parseCountedField, parseSortedField } from './accumulators/some-of-many.ts';
import { compileExpression } from './compile-expression.ts';
import { constantInScope } from './variable-scope.ts';

/** The accumulators that take one expression, by name. */
const UNARY: ReadonlyMap<string, AccumulatorField['start']> = new Map<string, AccumulatorField['start']>([
  ['$sum', sum],
  ['$avg', average],
  ['$stdDevPop', () => standardDeviation('population')],
  ['$stdDevSamp', () => standardDeviation('sample')],
  ['$min', () => extreme((order) => order < 0)],
  ['$max', () => extreme((order) => order > 0)],
  ['$first', first],
  ['$last', last],
  ['$push', (_context, meter) => push(meter)],
  ['$addToSet', (_context, meter) => addToSet(meter)],
  ['$mergeObjects', mergeObjects],
]);

/**
 * Parses an accumulator of `$group` or a window; undefined for a name MongoDB 8.0 does not know. An array operand is
 * refused with 40237 where one expression is wanted (manual: "$group", "Accumulators").
 */
export function parseAccumulator(name: string, operand: Value): AccumulatorField | undefined {
  if (name === '$count') return parseCounting(operand);
  if (name === '$percentile' || name === '$median') {
    const { input, fractions } = parsePercentiles(name, operand, {
      objectCode: name === '$median' ? 7_436_100 : 7_429_703,
      constant: (value) => constantInScope(value, compileExpression),
    });
    return { evaluate: compileExpression(input), start: (_context, meter) => percentile(name, fractions, meter) };
  }
  if (name === '$accumulator') {
    throw new CommandError('BadValue', '$accumulator needs server-side JavaScript, which the embedded store has not');
  }
  const start = UNARY.get(name);
  if (start === undefined) return parseCountedField(name, operand) ?? parseSortedField(name, operand);
  if (Array.isArray(operand)) throw new CommandError(40_237, `The ${name} accumulator is a unary operator`);
  return { evaluate: compileExpression(operand), start };
}

function parseCounting(operand: Value): AccumulatorField {
  if (!isDocument(operand) || operand.firstName() !== undefined) {
    throw new CommandError('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
  }
  return { evaluate: () => int(1), start: sum };
}
