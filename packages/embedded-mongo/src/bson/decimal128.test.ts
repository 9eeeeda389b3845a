import { Decimal128 } from 'bson';
import { assert, bigInt, integer, property, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { addNumbers, divideNumbers, multiplyNumbers } from './arithmetic.ts';
import { formatDecimal, parseExact, readDecimal, writeDecimal } from './decimal128.ts';
import type { Decimal128 as DecimalValue } from './value.ts';

function decimal(text: string): DecimalValue {
  return { kind: 'decimal', bytes: Buffer.from(Decimal128.fromString(text).bytes) };
}

it.each([
  '0',
  '1',
  '-1',
  '1.50',
  '0.001',
  '1E+10',
  '1.2E-10',
  '9999999999999999999999999999999999',
  '1E+6111',
  '1E-6176',
  '-0.1',
  'NaN',
  'Infinity',
  '-Infinity',
])('reads, writes and prints %s as the driver does', (text) => {
  const value = decimal(text);
  expect(formatDecimal(value)).toBe(Decimal128.fromString(text).toString());
  expect(writeDecimal(readDecimal(value)).bytes.equals(value.bytes)).toBe(true);
});

it('writes what the driver writes for any literal of up to 34 digits', () => {
  const literal = tuple(bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), integer({ min: -6100, max: 6100 }));
  assert(
    property(literal, ([coefficient, exponent]) => {
      const text = `${String(coefficient)}E${String(exponent)}`;
      const exact = parseExact(text);
      expect(exact === undefined ? undefined : writeDecimal(exact).bytes).toEqual(decimal(text).bytes);
    }),
  );
});

function shown(value: unknown): string {
  return formatDecimal(value as DecimalValue);
}

it('adds, multiplies and divides decimals exactly to 34 digits', () => {
  expect(shown(addNumbers(decimal('0.1'), decimal('0.2'), 'throw'))).toBe('0.3');
  expect(shown(addNumbers(decimal('1.10'), 0.1, 'throw'))).toBe('1.200000000000000');
  expect(shown(addNumbers(decimal('1'), 9_007_199_254_740_993n, 'throw'))).toBe('9007199254740994');
  expect(shown(multiplyNumbers(decimal('1.5'), decimal('1.5'), 'throw'))).toBe('2.25');
  expect(shown(divideNumbers(decimal('1'), decimal('3')))).toBe('0.3333333333333333333333333333333333');
  expect(shown(addNumbers(decimal('9999999999999999999999999999999999'), decimal('1'), 'throw'))).toBe(
    '1.000000000000000000000000000000000E+34',
  );
});

it('lets integers grow and refuses what no long can hold', () => {
  expect(addNumbers({ kind: 'int', value: 2 ** 31 - 1 }, { kind: 'int', value: 1 }, 'throw')).toBe(2n ** 31n);
  expect(() => addNumbers(2n ** 63n - 1n, { kind: 'int', value: 1 }, 'throw')).toThrow('64-bit');
  expect(addNumbers(2n ** 63n - 1n, { kind: 'int', value: 1 }, 'double')).toBe(2 ** 63);
});
