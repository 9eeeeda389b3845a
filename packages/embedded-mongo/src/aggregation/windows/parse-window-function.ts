import { isDocument, type Value } from '../../bson/value.ts';
import type { SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import { parseAccumulator } from '../accumulators.ts';
import { compileExpression } from '../compile-expression.ts';
import { accumulating } from './accumulating.ts';
import { covariance, parseExponentialAverage } from './averages.ts';
import { parseCalculus, parseLinearFill } from './calculus.ts';
import type { WindowFunction } from './partition.ts';
import { parseLocf, parseRank, parseShift } from './ranking.ts';
import { parseWindowBounds, WHOLE_PARTITION } from './window-bounds.ts';

/**
 * Parses one field of `$setWindowFields`' output, `{function: operand, window}`; an unknown function is refused with
 * FailedToParse (manual: "$setWindowFields", "Window Operators").
 */
export function parseWindowFunction(specification: Value, sortBy: readonly SortField[] | undefined): WindowFunction {
  if (!isDocument(specification)) {
    throw new CommandError('FailedToParse', 'The field of a window function must be an object');
  }
  const entries = [...specification.entries()];
  const call = entries.find(([name]) => name.startsWith('$'));
  if (call === undefined) {
    const named = entries[0] === undefined ? '' : `, ${entries[0][0]}`;
    throw new CommandError('FailedToParse', `Expected a $-prefixed window function${named}`);
  }
  const [name, operand] = call;
  const stranger = entries.find(([other]) => other !== name && other !== 'window');
  if (stranger !== undefined) {
    throw new CommandError('FailedToParse', `${name} got unexpected argument: ${stranger[0]}`);
  }
  return parseCall(name, operand, sortBy, specification.get('window'));
}

function parseCall(
  name: string,
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  window: Value | undefined,
): WindowFunction {
  const bounds = () => (window === undefined ? undefined : parseWindowBounds(window, sortBy));
  switch (name) {
    case '$shift':
      return parseShift(operand, sortBy, window);
    case '$locf':
      return parseLocf(operand, window);
    case '$linearFill':
      return parseLinearFill(operand, sortBy, window);
    case '$derivative':
    case '$integral':
      return parseCalculus(name, operand, sortBy, bounds());
    case '$expMovingAvg':
      return parseExponentialAverage(operand, sortBy, window);
    case '$covariancePop':
    case '$covarianceSamp':
      return accumulating(
        {
          evaluate: compileExpression(operand),
          start: () => covariance(name === '$covariancePop' ? 'population' : 'sample'),
        },
        bounds() ?? WHOLE_PARTITION,
      );
    // MongoDB has it in $group only.
    case '$mergeObjects':
    case '$accumulator':
      throw unknown(name);
    default:
  }
  const rank = parseRank(name, operand, sortBy, window);
  if (rank !== undefined) return rank;
  const field = UNARY_WITH_LISTS.has(name) && Array.isArray(operand) ? undefined : parseAccumulator(name, operand);
  if (field !== undefined) {
    const { evaluate } = field;
    // A missing value at an end of a window is null, as is the end of an empty one.
    const isEnd = name === '$first' || name === '$last';
    const read: typeof field = isEnd ? { ...field, evaluate: (context) => evaluate(context) ?? null } : field;
    return accumulating(read, bounds() ?? WHOLE_PARTITION);
  }
  const listed = parseListed(name, operand);
  if (listed === undefined) throw unknown(name);
  return accumulating(listed, bounds() ?? WHOLE_PARTITION);
}

/** In windows, unlike in `$group`, an array operand is an array expression. */
const UNARY_WITH_LISTS = new Set([
  '$sum',
  '$avg',
  '$min',
  '$max',
  '$first',
  '$last',
  '$push',
  '$addToSet',
  '$stdDevPop',
  '$stdDevSamp',
]);

function parseListed(name: string, operand: Value): ReturnType<typeof parseAccumulator> {
  const field = UNARY_WITH_LISTS.has(name) ? parseAccumulator(name, null) : undefined;
  return field === undefined ? undefined : { start: field.start, evaluate: compileExpression(operand) };
}

function unknown(name: string): CommandError {
  return new CommandError('FailedToParse', `Unrecognized window function, ${name}`);
}
