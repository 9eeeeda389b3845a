import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { assert, bigInt, double as anyDouble, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { received } from '../testing/bson-document.ts';
import { encodeKey } from './encode-key.ts';
import type { Value } from './value.ts';

function keyOf(value: unknown): Buffer {
  return encodeKey(received({ value }).get('value'));
}

const ASCENDING: readonly unknown[] = [
  new MinKey(),
  null,
  new Double(Number.NaN),
  new Double(-Infinity),
  Decimal128.fromString('-1E+400'),
  new Double(-Number.MAX_VALUE),
  Long.fromString('-9223372036854775808'),
  Long.fromString('-9007199254740993'),
  new Double(-9_007_199_254_740_992),
  new Int32(-1),
  new Double(-0.5),
  Decimal128.fromString('-1E-6000'),
  new Int32(0),
  Decimal128.fromString('1E-6000'),
  new Double(Number.MIN_VALUE),
  Decimal128.fromString('0.1'),
  new Double(0.1),
  new Int32(1),
  new Double(1.5),
  Decimal128.fromString('1.50000000000000000000000000000001'),
  new Double(9_007_199_254_740_992),
  Long.fromString('9007199254740993'),
  Long.fromString('9223372036854775806'),
  Long.fromString('9223372036854775807'),
  new Double(9.3e18),
  new Double(Number.MAX_VALUE),
  Decimal128.fromString('1E+400'),
  Decimal128.fromString('2E+400'),
  new Double(Infinity),
  '',
  '\0',
  '\0a',
  'A',
  'a',
  'a\0',
  'ab',
  'b',
  '\uFFFD',
  '😀',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { a: 2 },
  { b: 0 },
  { a: 'x' },
  [],
  [1],
  [1, 2],
  [2],
  ['a'],
  new Binary(Buffer.from([9]), 0),
  new Binary(Buffer.from([1, 1]), 0),
  new Binary(Buffer.from([1, 1]), 5),
  new ObjectId('000000000000000000000001'),
  new ObjectId('ff0000000000000000000001'),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(1),
  new Timestamp({ t: 1, i: 1 }),
  new Timestamp({ t: 2, i: 0 }),
  new BSONRegExp('a'),
  new BSONRegExp('b'),
  new MaxKey(),
];

describe('keys', () => {
  it('order values as MongoDB does', () => {
    const keys = ASCENDING.map(keyOf);
    for (const [index, key] of keys.entries()) {
      for (const [other, otherKey] of keys.entries()) {
        expect([index, other, Math.sign(Buffer.compare(key, otherKey))]).toEqual([
          index,
          other,
          Math.sign(index - other),
        ]);
      }
    }
  });

  it('are the same for equal numbers of any type', () => {
    for (const equal of [
      new Int32(5),
      Long.fromNumber(5),
      new Double(5),
      Decimal128.fromString('5'),
      Decimal128.fromString('5.00'),
    ]) {
      expect(keyOf(equal).equals(keyOf(new Int32(5)))).toBe(true);
    }
    expect(keyOf(new Double(-0)).equals(keyOf(new Double(0)))).toBe(true);
    expect(keyOf(Decimal128.fromString('NaN')).equals(keyOf(new Double(Number.NaN)))).toBe(true);
    expect(keyOf(Decimal128.fromString('-0E+10')).equals(keyOf(new Int32(0)))).toBe(true);
  });

  it('order any two longs and any two doubles by value', () => {
    assert(
      property(LONG, LONG, (a, b) => {
        expect(order(a, b)).toBe(sign(a, b));
      }),
    );
    const double = anyDouble({ noNaN: true });
    assert(
      property(double, double, (a, b) => {
        expect(order(a, b)).toBe(sign(a, b));
      }),
    );
  });

  it('order a long against a double exactly', () => {
    assert(
      property(LONG, bigInt({ min: -600n, max: 600n }), (a, offset) => {
        const double = Number(a + offset);
        expect(order(a, double)).toBe(sign(a, BigInt(double)));
      }),
    );
  });

  it('order strings by their UTF-8 bytes and stay self-delimiting', () => {
    const text = string({ unit: 'binary' });
    assert(
      property(text, text, (a, b) => {
        expect(order(a, b)).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
        const [first, second] = [encodeKey(a), encodeKey(b)];
        expect(first.subarray(0, second.length).equals(second)).toBe(a === b);
      }),
    );
  });
});

const LONG = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

function order(left: Value, right: Value): number {
  return Math.sign(Buffer.compare(encodeKey(left), encodeKey(right)));
}

function sign<T extends number | bigint>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
