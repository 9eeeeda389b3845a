import { describe, expect, it } from 'vitest';
import { evaluateArithmetic } from './arithmetic.ts';

describe('evaluateArithmetic', () => {
  it.each([
    ['42', 42],
    [' 1000 * 60 * 15 ', 900_000],
    ['(1000 * 60 * 60 * 24) * 7', 604_800_000],
    ['2 + 3 * 4', 14],
    ['10 - 4 - 3', 3],
    ['100 / 4 / 5', 5],
    ['-(2 + 3)', -5],
    ['1.5*2', 3],
  ])('works out %j', (text, value) => {
    expect(evaluateArithmetic(text)).toBe(value);
  });

  it.each(['', ' ', 'abc', '1 +', '1 2', '(1', '1)', '1 / 0', 'process.exit()', '1;2', '('.repeat(300)])(
    'refuses %j',
    (text) => {
      expect(evaluateArithmetic(text)).toBeUndefined();
    },
  );
});
