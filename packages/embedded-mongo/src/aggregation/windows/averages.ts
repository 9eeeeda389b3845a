import {
  addNumbers,
  divideNumbers,
  multiplyNumbers,
  toDouble,
  toInteger,
  type Numeric,
} from '../../bson/arithmetic.ts';
import { writeDecimal } from '../../bson/decimal128.ts';
import { formatValue } from '../../bson/format-value.ts';
import { int, isDocument, isNumber, typeName, type Value } from '../../bson/value.ts';
import type { SortField } from '../../query/sort.ts';
import { CommandError } from '../../server/command-error.ts';
import type { Accumulator } from '../accumulators/accumulator.ts';
import { compileExpression } from '../compile-expression.ts';
import { accumulating } from './accumulating.ts';
import type { WindowFunction } from './partition.ts';
import type { WindowBounds } from './window-bounds.ts';

const ZERO = writeDecimal({ coefficient: 0n, exponent: 0 });
const UP_TO_CURRENT: WindowBounds = { kind: 'documents', lower: 'unbounded', upper: int(0) };

/** Parses `$expMovingAvg`: `{input, N}` or `{input, alpha}` (manual: "$expMovingAvg"). */
export function parseExponentialAverage(
  operand: Value,
  sortBy: readonly SortField[] | undefined,
  window: Value | undefined,
): WindowFunction {
  if (window !== undefined || !isDocument(operand)) {
    throw failed('$expMovingAvg must have exactly one argument that is an object');
  }
  const names = [...operand.entries()].map(([name]) => name);
  const [input, count, alpha] = ['input', 'N', 'alpha'].map((name) => operand.get(name));
  if (names.length !== 2 || input === undefined || (count === undefined && alpha === undefined)) {
    throw failed(
      "$expMovingAvg sub object must have exactly two fields: An 'input' field, and either an 'N' field or an 'alpha' field",
    );
  }
  if (sortBy === undefined) throw failed("$expMovingAvg requires an explicit 'sortBy'");
  const weight = count === undefined ? parseAlpha(alpha ?? null) : weightOf(parseN(count));
  return accumulating({ evaluate: compileExpression(input), start: () => exponentialAverage(weight) }, UP_TO_CURRENT);
}

function parseN(value: Value): bigint {
  const count = toInteger(value);
  if (count === undefined) throw failed(`'N' field must be an integer, but found ${formatValue(value)}`);
  if (count <= 0n) throw failed(`'N' must be greater than zero. Got ${String(count)}`);
  return count;
}

function parseAlpha(value: Value): Numeric {
  if (!isNumber(value)) throw failed("'alpha' must be a number");
  const alpha = toDouble(value);
  if (!(alpha > 0 && alpha < 1))
    throw failed(`'alpha' must be between 0 and 1 (exclusive), found ${formatValue(value)}`);
  return addNumbers(value, ZERO, 'double');
}

function weightOf(count: bigint): Numeric {
  return divideNumbers(writeDecimal({ coefficient: 2n, exponent: 0 }), count + 1n);
}

/** Calculated in decimals whatever the input, as MongoDB does. */
function exponentialAverage(weight: Numeric): Accumulator {
  const rest = addNumbers(int(1), multiplyNumbers(weight, int(-1), 'double'), 'double');
  let average: Numeric | undefined;
  let hasDecimal = false;
  return {
    add: (value) => {
      if (!isNumber(value)) return;
      if (typeName(value) === 'decimal') hasDecimal = true;
      const number = addNumbers(value, ZERO, 'double');
      average =
        average === undefined
          ? number
          : addNumbers(multiplyNumbers(number, weight, 'double'), multiplyNumbers(average, rest, 'double'), 'double');
    },
    result: () => {
      if (average === undefined) return null;
      return hasDecimal ? average : toDouble(average);
    },
  };
}

/**
 * `$covariancePop` and `$covarianceSamp` of pairs of numbers; other values are left out. Null without enough pairs,
 * which are one for the population and two for a sample (manual: "$covariancePop").
 */
export function covariance(kind: 'population' | 'sample'): Accumulator {
  let count = 0;
  let meanX: Numeric = int(0);
  let meanY: Numeric = int(0);
  let product: Numeric = int(0);
  return {
    add: (pair) => {
      if (!Array.isArray(pair) || pair.length !== 2) return;
      const [x, y] = pair;
      if (!isNumber(x) || !isNumber(y)) return;
      count += 1;
      const distanceX = minus(x, meanX);
      meanX = addNumbers(meanX, divideNumbers(distanceX, int(count)), 'double');
      meanY = addNumbers(meanY, divideNumbers(minus(y, meanY), int(count)), 'double');
      product = addNumbers(product, multiplyNumbers(distanceX, minus(y, meanY), 'double'), 'double');
    },
    result: () => {
      const divisor = kind === 'population' ? count : count - 1;
      return divisor <= 0 ? null : divideNumbers(product, divisor);
    },
  };
}

function minus(left: Numeric, right: Numeric): Numeric {
  return addNumbers(left, multiplyNumbers(right, int(-1), 'double'), 'double');
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}
