import { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'bson';
import { describe, expect, it } from 'vitest';
import { evaluated, typed } from './evaluate.ts';
import { aliasOf } from './naive-matcher.ts';
import { SAMPLES } from './samples.ts';

const int = (value: number): Int32 => new Int32(value);
const long = (value: bigint): Long => Long.fromBigInt(value);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const id = new ObjectId('65a000000000000000000001');
const uuid = new UUID('867dee52-c331-484e-92d1-c56479b8e67e');

const RESULTS: readonly (readonly [unknown, unknown])[] = [
  [{ $toInt: '12' }, int(12)],
  [{ $toInt: new Double(1.9) }, int(1)],
  [{ $toInt: decimal('-1.9') }, int(-1)],
  [{ $toInt: true }, int(1)],
  [{ $toInt: null }, null],
  [{ $toLong: new Date(5) }, long(5n)],
  [{ $toLong: decimal('9007199254740993') }, long(9_007_199_254_740_993n)],
  [{ $toLong: '-9223372036854775808' }, Long.MIN_VALUE],
  [{ $toDouble: '1e3' }, new Double(1000)],
  [{ $toDouble: '-Infinity' }, new Double(-Infinity)],
  [{ $toDouble: new Date(5) }, new Double(5)],
  [{ $toDouble: false }, new Double(0)],
  [{ $toDecimal: new Double(0.1) }, decimal('0.100000000000000')],
  [{ $toDecimal: '1.50' }, decimal('1.50')],
  [{ $toDecimal: long(5n) }, decimal('5')],
  [{ $toBool: 'false' }, true],
  [{ $toBool: decimal('0.0') }, false],
  [{ $toBool: decimal('1E-6000') }, true],
  [{ $toBool: id }, true],
  [{ $toString: int(5) }, '5'],
  [{ $toString: new Double(1e15) }, '1000000000000000'],
  [{ $toString: new Double(-1.5e16) }, '-1.5e+16'],
  [{ $toString: new Double(0.0001) }, '0.0001'],
  [{ $toString: new Double(0.00001) }, '1e-05'],
  [{ $toString: new Double(-0) }, '-0'],
  [{ $toString: new Double(-Infinity) }, '-Infinity'],
  [{ $toString: new Double(Number.NaN) }, 'NaN'],
  [{ $toString: id }, '65a000000000000000000001'],
  [{ $toString: new Date(0) }, '1970-01-01T00:00:00.000Z'],
  [{ $toString: decimal('1.50') }, '1.50'],
  [{ $toString: decimal('-0.0') }, '-0.0'],
  [{ $toString: true }, 'true'],
  [{ $toString: uuid }, '867dee52-c331-484e-92d1-c56479b8e67e'],
  [{ $toString: new Binary(Buffer.from('hi')) }, 'aGk='],
  [{ $toObjectId: '65a000000000000000000001' }, id],
  [{ $toDate: id }, new Date(0x65a00000 * 1000)],
  [{ $toDate: long(5n) }, new Date(5)],
  [{ $toDate: new Double(5.9) }, new Date(5)],
  [{ $toDate: '2021-02-03' }, new Date('2021-02-03T00:00:00Z')],
  [{ $toDate: new Timestamp({ t: 5, i: 9 }) }, new Date(5000)],
  [{ $toUUID: '867dee52-c331-484e-92d1-c56479b8e67e' }, uuid],
  [{ $convert: { input: '5', to: 'int' } }, int(5)],
  [{ $convert: { input: '5', to: 16 } }, int(5)],
  [{ $convert: { input: '5', to: { type: 'int' } } }, int(5)],
  [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
  [{ $convert: { input: null, to: 'int', onNull: 'none' } }, 'none'],
  [{ $convert: { input: '$missing', to: 'int' } }, null],
  [{ $convert: { input: 5, to: null } }, null],
  [{ $convert: { input: 'aGk=', to: 'binData', format: 'base64' } }, new Binary(Buffer.from('hi'))],
  [
    { $convert: { input: 'hi', to: { type: 'binData', subtype: 128 }, format: 'utf8' } },
    new Binary(Buffer.from('hi'), 128),
  ],
  [{ $convert: { input: '6869', to: 'binData', format: 'hex' } }, new Binary(Buffer.from('hi'))],
  // What it shall become may come from anywhere.
  [{ $convert: { input: '6', to: { $literal: { type: 'int' } } } }, int(6)],
  [{ $convert: { input: new Binary(Buffer.from('hi')), to: 'string', format: 'hex' } }, '6869'],
  [{ $convert: { input: new Binary(Buffer.from([0xff, 0xfe])), to: 'string', format: 'base64url' } }, '__4'],
];

const ERRORS: readonly (readonly [unknown, number])[] = [
  [{ $toInt: 'x' }, 241],
  [{ $toInt: '1.5' }, 241],
  [{ $toInt: new Double(2 ** 31) }, 241],
  [{ $toInt: new Double(Number.NaN) }, 241],
  [{ $toInt: new Date(0) }, 241],
  [{ $toLong: new Double(Infinity) }, 241],
  [{ $toLong: decimal('1E+30') }, 241],
  [{ $toDouble: 'x' }, 241],
  [{ $toDouble: decimal('1E+6000') }, 241],
  [{ $toDecimal: 'x' }, 241],
  [{ $toDate: int(5) }, 241],
  [{ $toDate: 'nonsense' }, 241],
  [{ $toObjectId: 'x' }, 241],
  [{ $toString: [[1]] }, 241],
  [{ $toUUID: 'x' }, 241],
  [{ $convert: 1 }, 9],
  [{ $convert: { input: 1 } }, 9],
  [{ $convert: { input: 1, to: 'int', x: 1 } }, 9],
  [{ $convert: { input: 1, to: true } }, 9],
  [{ $convert: { input: 1, to: 1.5 } }, 9],
  [{ $convert: { input: 1, to: 'nothing' } }, 2],
  [{ $toInt: new Double(2 ** 31 - 0.5) }, 241],
  [{ $toInt: '0x1A' }, 241],
  [{ $toDouble: '0x1A' }, 241],
  [{ $toBool: { $divide: [1, 0] } }, 2],
  [{ $convert: { input: 1, to: 'missing' } }, 241],
  [{ $convert: { input: 'aGk=', to: 'binData', onError: 1 } }, 4_341_115],
  [{ $convert: { input: new Binary(Buffer.from('hi')), to: 'string', onError: 1 } }, 4_341_115],
  [{ $convert: { input: 'aGk=', to: { type: 'binData', subtype: 4 }, format: 'base64' } }, 241],
  [{ $convert: { input: '*', to: 'binData', format: 'base64' } }, 241],
  [{ $convert: { input: 'a', to: 'binData', format: 'rot13' } }, 4_341_125],
  [{ $convert: { input: 'a', to: { type: 'binData', subtype: 300 }, format: 'utf8' } }, 4_341_107],
  [{ $convert: { input: 'a', to: { type: 'binData', subtype: 1.5 }, format: 'utf8' } }, 4_341_106],
  [{ $convert: { input: 'a', to: { type: 'binData', subtype: 'x' }, format: 'utf8', onError: 1 } }, 4_341_108],
  [{ $convert: { input: 'a', to: { $literal: { subtype: 4 } } } }, 9],
  [{ $convert: { input: 1, to: -2, onError: 1 } }, 9],
  [{ $convert: { input: 1, to: { type: 'int', x: 1 } } }, 9],
  [{ $convert: { input: 1, to: 'number', onError: 1 } }, 2],
  [{ $convert: { input: 1, to: 'int', format: 5, onError: 1 } }, 4_341_114],
];

/** What MongoDB's number parser says about texts that are no numbers. */
const REASONS: readonly (readonly [unknown, string])[] = [
  [{ $toInt: '1.5' }, "Failed to parse number '1.5' in $convert with no onError value: Did not consume whole string."],
  [{ $toInt: '' }, "Failed to parse number '' in $convert with no onError value: No digits"],
  [{ $toInt: '2147483648' }, "Failed to parse number '2147483648' in $convert with no onError value: Overflow"],
  [{ $toDouble: '' }, "Failed to parse number '' in $convert with no onError value: Empty string"],
  [{ $toDouble: ' 1' }, "Failed to parse number ' 1' in $convert with no onError value: Leading whitespace"],
  [
    { $toDouble: '1,5' },
    "Failed to parse number '1,5' in $convert with no onError value: Did not consume whole string.",
  ],
  [{ $toDouble: 'x' }, "Failed to parse number 'x' in $convert with no onError value: Did not consume any digits"],
  [
    { $toObjectId: 'x' },
    "Failed to parse objectId 'x' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found 1",
  ],
  [{ $convert: { input: 1, to: 'int', base: 2 } }, '$convert found an unknown argument: base'],
  [{ $convert: 1 }, '$convert expects an object of named arguments but found: int'],
  [{ $convert: { to: 'int' } }, "Missing 'input' parameter to $convert"],
  [{ $toLong: '0x1' }, 'Illegal hexadecimal input in $convert with no onError value: 0x1'],
];

/** Which types the manual's table of `$convert` lets become which, whatever the value; all of them become booleans. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  double: ['double', 'int', 'long', 'decimal', 'bool', 'string', 'date'],
  int: ['double', 'int', 'long', 'decimal', 'bool', 'string'],
  long: ['double', 'int', 'long', 'decimal', 'bool', 'string', 'date'],
  decimal: ['double', 'int', 'long', 'decimal', 'bool', 'string', 'date'],
  bool: ['double', 'int', 'long', 'decimal', 'bool', 'string'],
  string: ['double', 'int', 'long', 'decimal', 'bool', 'string', 'date', 'objectId', 'binData'],
  objectId: ['bool', 'string', 'date', 'objectId'],
  date: ['double', 'long', 'decimal', 'bool', 'string', 'date'],
  timestamp: ['bool', 'date'],
  binData: ['string', 'binData'],
};
const TARGETS = ['double', 'int', 'long', 'decimal', 'bool', 'string', 'date', 'objectId', 'binData'];

describe('conversions', () => {
  it.each(RESULTS)('%j is %j', (expression, expected) => {
    expect(evaluated(expression)).toBe(typed(expected));
  });

  it.each(ERRORS)('%j is refused with %i', (expression, code) => {
    expect(() => evaluated(expression)).toThrow(expect.objectContaining({ code }));
  });

  const pairs = SAMPLES.filter(([, value]) => value !== null).flatMap(([name, value]) =>
    TARGETS.map((to) => ({
      name,
      to,
      value,
      isAllowed: to === 'bool' || ALLOWED[aliasOf(value)]?.includes(to) === true,
    })),
  );

  it.each(REASONS)('%j is refused with the reason', (expression, message) => {
    expect(() => evaluated(expression)).toThrow(message);
  });

  it.each(pairs.filter(({ isAllowed }) => !isAllowed))('refuses $name to $to, as the manual does', ({ to, value }) => {
    expect(evaluated({ $convert: { input: { $literal: value }, to, onError: 'refused' } })).toBe(typed('refused'));
  });

  const always = pairs.filter(
    ({ isAllowed, to, value }) => isAllowed && (to === 'bool' || (to === 'string' && aliasOf(value) !== 'binData')),
  );

  it.each(always)('makes $name a $to, as the manual does', ({ to, value }) => {
    expect(evaluated({ $type: { $convert: { input: { $literal: value }, to } } })).toBe(typed(to));
  });

  it.each(pairs.filter(({ isAllowed }) => isAllowed))('makes $name a $to or refuses the value', ({ to, value }) => {
    const type = evaluated({ $type: { $convert: { input: { $literal: value }, to, format: 'utf8', onError: [] } } });
    expect([typed(to), typed('array')]).toContain(type);
  });
});
