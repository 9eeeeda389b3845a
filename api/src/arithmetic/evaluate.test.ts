import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { formatQuantity } from './format-quantity.ts';

const worked = (text: string): string => formatQuantity(evaluate(text)).text;

function outcome(text: string): string {
  try {
    return worked(text);
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

describe('arithmetic', () => {
  it.each([
    ['2 + 3 * 4', '14'],
    ['-2^2', '-4'],
    ['2**3**2', '512'],
    ['2^-3', '0.125'],
    ['0^0', '1'],
    ['10 - 4 - 3', '3'],
    ['3 × 4 ÷ 2 − 1', '5'],
    ['0.1 + 0.2', '0.3'],
    ['1,234.5 * 2', '2469'],
    ['1_000 + .5', '1000.5'],
    ['1.5e3', '1500'],
    ['2^200', '1606938044258990275541962092341162602522202993782792835301376'],
    ['1/3', '0.333333333333333333333333333333'],
    ['-2/3', '-0.666666666666666666666666666667'],
    ['1/3 + 2/3', '1'],
    ['1e-2500 / 3', '3.33333333333333e-2501'],
    ['15% of 80', '12'],
    ['50%', '0.5'],
    ['200 + 10%', '220'],
    ['200 * 10%', '20'],
    ['100 - 20% - 10%', '72'],
    ['10 % 3', '1'],
    ['-7 mod 3', '2'],
    ['5!', '120'],
    ['sqrt(16)', '4'],
    ['sqrt(2)', '1.4142135623731'],
    ['max(1, 2, 3) + min(4, 5)', '7'],
    ['max(1,000, 2)', '2'],
    ['mean(1, 2)', '1.5'],
    ['round(2.345, 2)', '2.35'],
    ['round(-2.5)', '-3'],
    ['floor(-1.5) + ceil(1.2)', '0'],
    ['sin(pi / 2)', '1'],
    ['LN(e)', '1'],
    ['factorial(20) / factorial(18)', '380'],
  ])('works out %s', (text, value) => {
    expect(worked(text)).toBe(value);
  });

  it('says whether a value is all there is', () => {
    expect(formatQuantity(evaluate('1/8')).isExact).toBe(true);
    expect(formatQuantity(evaluate('1/7')).isExact).toBe(false);
    expect(formatQuantity(evaluate('sqrt(2)')).isExact).toBe(false);
  });

  it.each([
    ['', /nothing to work out/],
    ['1 +', /missing at the end/],
    ['1 2', /“2” at position 3/],
    ['(1', /never closed/],
    ['1)', /“\)” at position 2/],
    ['1 / 0', /divided by zero/],
    ['1 mod 0', /divided by zero/],
    ['sqrt(-1)', /no real value/],
    ['2^99999', /too large/],
    ['1e99999', /too large/],
    ['1001!', /whole number from 0 to 1000/],
    ['2.5!', /whole number/],
    ['abc', /neither a number nor a function/],
    ['constructor', /neither a number nor a function/],
    ['toString(1)', /no function “tostring”/],
    ['foo(1)', /There are: abs/],
    ['max()', /“\)” at position 5/],
    ['sqrt(1, 2)', /takes 1 numbers/],
    ['process.exit()', /“\.” at position 8/],
    ['1; 2', /“;” at position 2/],
    ['('.repeat(300), /nested too deeply/],
    ['-'.repeat(300), /nested too deeply/],
    ['1+'.repeat(600), /1000 characters/],
  ])('refuses %s', (text, message) => {
    expect(() => evaluate(text)).toThrow(expect.objectContaining({ name: 'ArithmeticError' }));
    expect(() => evaluate(text)).toThrow(message);
  });

  it('agrees with whole numbers', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), fc.bigInt(1n, 10n ** 20n), (a, b) => {
        expect(worked(`${a} * ${b} + ${b} - (${a})`)).toBe(String(a * b + b - a));
        expect(worked(`(${a} * ${b}) / ${b}`)).toBe(String(a));
      }),
    );
  });

  it('ends with a value or a sentence, whatever it is given', () => {
    const piece = fc.constantFrom(
      '1',
      '2.5',
      '9e99',
      '+',
      '-',
      '*',
      '/',
      '^',
      '%',
      '!',
      '(',
      ')',
      ',',
      'sqrt(',
      'pi',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(outcome(pieces.join(''))).toMatch(/^(?:-?\d|ArithmeticError)/);
      }),
    );
  });
});
