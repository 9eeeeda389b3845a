import { divideNumbers, toDouble } from '../../bson/arithmetic.ts';
import { int, isNumber } from '../../bson/value.ts';
import type { Accumulator } from './accumulator.ts';
import { createNumberSum } from './number-sum.ts';

/** `$sum`: of the numbers among the values; zero without any (manual: "$sum (aggregation)"). */
export function sum(): Accumulator {
  const total = createNumberSum();
  return {
    add: (value) => {
      if (isNumber(value)) total.add(value);
    },
    result: () => total.total(),
  };
}

/** `$avg`: of the numbers among the values, a decimal when one of them is; null without any. */
export function average(): Accumulator {
  const total = createNumberSum();
  let count = 0;
  return {
    add: (value) => {
      if (!isNumber(value)) return;
      total.add(value);
      count += 1;
    },
    result: () => {
      if (count === 0) return null;
      const sumOfAll = total.fraction();
      return typeof sumOfAll === 'number' ? sumOfAll / count : divideNumbers(sumOfAll, int(count));
    },
  };
}

/**
 * `$stdDevPop` and `$stdDevSamp`: a double, by Welford's method; null without enough numbers, which are one for the
 * population and two for a sample.
 */
export function standardDeviation(kind: 'population' | 'sample'): Accumulator {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add: (value) => {
      if (!isNumber(value)) return;
      const number = toDouble(value);
      count += 1;
      const distance = number - mean;
      mean += distance / count;
      squares += distance * (number - mean);
    },
    result: () => {
      const divisor = kind === 'population' ? count : count - 1;
      return divisor <= 0 ? null : Math.sqrt(squares / divisor);
    },
  };
}
