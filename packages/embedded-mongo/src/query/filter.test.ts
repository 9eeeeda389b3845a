import { Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, serialize, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { Document as BsonDocument } from '../bson/document.ts';
import { received } from '../testing/bson-document.ts';
import { matches } from './filter.ts';
import { parseFilter } from './parse-filter.ts';

function isMatch(filter: Document, document: Document): boolean {
  return matches(parseFilter(received(filter)), received(document));
}

const id = new ObjectId();

const MATCHING: readonly [Document, Document][] = [
  [{}, { a: 1 }],
  [{ a: 1 }, { a: Long.fromNumber(1) }],
  [{ a: Decimal128.fromString('1.0') }, { a: new Double(1) }],
  [{ a: id }, { a: id }],
  [{ a: null }, {}],
  [{ a: null }, { a: null }],
  [{ a: null }, { a: [1, null] }],
  [{ 'a.b': null }, { a: 4 }],
  [{ 'a.b': null }, { a: {} }],
  [{ 'a.b': null }, { a: [{ b: 1 }, {}] }],
  [{ a: 1 }, { a: [2, 1] }],
  [{ a: [1, 2] }, { a: [1, 2] }],
  [{ a: [1, 2] }, { a: [[1, 2], 3] }],
  [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } }],
  [{ 'a.b': 1 }, { a: [{ b: 2 }, { b: 1 }] }],
  [{ 'a.0': 1 }, { a: [1, 2] }],
  [{ 'a.0.b': 1 }, { a: [{ b: 1 }] }],
  [{ 'a.0': 1 }, { a: { '0': 1 } }],
  [{ 'a.0': [1, 2] }, { a: [[1, 2]] }],
  [{ 'a.0.0': 1 }, { a: [[1, 2]] }],
  [{ 'a.0.b': 1 }, { a: [[{ b: 1 }]] }],
  [{ 'a.0': { $elemMatch: { $eq: 2 } } }, { a: [[1, 2]] }],
  [{ 'a.0.b': { $ne: null } }, { a: [5] }],
  [{ 'a.$id': 2 }, { a: { $ref: 'x', $id: 2 } }],
  [{ a: { $all: [{ $ref: 'x', $id: 2 }] } }, { a: [{ $ref: 'x', $id: 2 }] }],
  [{ a: { $elemMatch: { $ref: 'x' } } }, { a: [{ $ref: 'x', $id: 2 }] }],
  [{ a: { $mod: [1, 0] } }, { a: Decimal128.fromString('2.5') }],
  [{ a: { $mod: [new Double(2 ** 63), 0] } }, { a: Long.MIN_VALUE }],
  [{ 'a.1.b': 5 }, { a: [0, { b: [4, 5] }] }],
  [{ a: { $ne: 1 } }, {}],
  [{ a: { $ne: 1 } }, { a: 2 }],
  [{ a: { $gt: 1, $lt: 3 } }, { a: 2 }],
  [{ a: { $gt: 4, $lt: 2 } }, { a: [1, 5] }],
  [{ a: { $gte: null } }, {}],
  [{ a: { $gte: 'b' } }, { a: 'b' }],
  [{ a: 'größer' }, { a: 'größer' }],
  [{ a: 'x' }, { a: ['y', 'x'] }],
  [{ a: '' }, { a: '' }],
  [{ a: 'x\0y' }, { a: 'x\0y' }],
  [{ a: { $ne: 'x' } }, { a: 'xy' }],
  [{ a: { $ne: 'xy' } }, { a: 'x' }],
  [{ a: { $lt: new Date(5) } }, { a: new Date(4) }],
  [{ a: { $gt: new MinKey() } }, { a: 1 }],
  [{ a: { $lt: new MaxKey() } }, { a: 'x' }],
  [{ a: { $gte: new Double(Number.NaN) } }, { a: new Double(Number.NaN) }],
  [{ a: { $gt: { b: 1 } } }, { a: { b: 2 } }],
  [{ a: { $in: [1, /^x/] } }, { a: 'xy' }],
  [{ a: { $in: [null] } }, {}],
  [{ a: { $nin: [1, 2] } }, { a: 3 }],
  [{ a: { $nin: [1, 2] } }, {}],
  [{ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 }],
  [{ $nor: [{ a: 1 }, { b: 2 }] }, { c: 1 }],
  [{ $and: [{ a: { $gt: 0 } }, { a: { $lt: 5 } }] }, { a: 3 }],
  [{ a: { $not: { $gt: 5 } } }, {}],
  [{ a: { $not: /x/ } }, { a: 'y' }],
  [{ a: { $exists: true } }, { a: null }],
  [{ a: { $exists: false } }, {}],
  [{ 'a.b': { $exists: false } }, { a: [] }],
  [{ a: { $type: 'string' } }, { a: [1, 'x'] }],
  [{ a: { $type: 'array' } }, { a: [] }],
  [{ a: { $type: ['int', 'null'] } }, { a: null }],
  [{ a: { $type: 'number' } }, { a: Long.fromNumber(1) }],
  [{ a: { $type: 16 } }, { a: new Int32(1) }],
  [{ a: { $size: 2 } }, { a: [1, 2] }],
  [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }],
  [{ a: { $all: [1] } }, { a: 1 }],
  [{ 'a.b': { $all: [1, 2] } }, { a: [{ b: 1 }, { b: 2 }] }],
  [{ a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] } }, { a: [{ x: 1 }, { x: 2 }] }],
  [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 2, 5] }],
  [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }],
  [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 2 }] } } }, { a: [{ c: 2 }] }],
  [{ a: { $mod: [4, 1] } }, { a: 5 }],
  [{ a: { $mod: [4, 1] } }, { a: 5.9 }],
  [{ a: { $regex: 'B', $options: 'i' } }, { a: 'abc' }],
  [{ a: { $regex: 'b.c', $options: 's' } }, { a: 'b\nc' }],
  [{ a: { $regex: String.raw`^\Qa.b\E` } }, { a: 'a.bc' }],
  [{ a: { $regex: '^ a # note', $options: 'x' } }, { a: 'ab' }],
  [{ a: { $bitsAllSet: 6 } }, { a: 7 }],
  [{ a: { $bitsAnyClear: [0, 3] } }, { a: 1 }],
  [{ a: { $gt: 1 }, $comment: 'why' }, { a: 2 }],
  [{ a: { $eq: /x/ } }, { a: /x/ }],
  [{ 'a.b.c': 1 }, { a: [{ b: [{ c: 1 }] }] }],
];

const OTHER: readonly [Document, Document][] = [
  [{ a: 1 }, { a: '1' }],
  [{ a: true }, { a: 1 }],
  [{ 'a.b': null }, { a: [] }],
  [{ 'a.b': null }, { a: [1, 2] }],
  [{ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } }],
  [{ a: [1, 2] }, { a: [2, 1] }],
  [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }],
  [{ a: { $ne: 1 } }, { a: [2, 1] }],
  [{ 'a.b': { $ne: 1 } }, { a: [{ b: 2 }, { b: 1 }] }],
  [{ a: { $gt: 1 } }, { a: 'x' }],
  [{ a: { $gt: 1 } }, {}],
  [{ a: { $lt: 5 } }, { a: new Double(Number.NaN) }],
  [{ a: { $gt: null } }, { a: 1 }],
  [{ a: { $nin: [1] } }, { a: [1, 5] }],
  [{ a: { $not: { $gt: 5 } } }, { a: [1, 6] }],
  [{ a: { $exists: false } }, { a: null }],
  [{ a: { $size: 1 } }, { a: 'x' }],
  [{ a: { $all: [] } }, { a: [] }],
  [{ a: { $all: [1, 2] } }, { a: [1] }],
  [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 5] }],
  [{ a: { $elemMatch: { $gt: 1 } } }, { a: 2 }],
  [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] }],
  [{ a: /b.c/ }, { a: 'b\nc' }],
  [{ a: { $type: 'int' } }, { a: new Double(1) }],
  [{ a: { $mod: [4, 1] } }, { a: 'x' }],
  [{ a: { $mod: [1, 0] } }, { a: new Double(1e19) }],
  [{ 'a.0': 1 }, { a: [[1, 2]] }],
  [{ 'a.0': { $in: [1] } }, { a: [[1, 2]] }],
  [{ 'a.0.b': null }, { a: [5] }],
  [{ $nor: [{ a: 1 }] }, { a: 1 }],
];

describe('a filter', () => {
  it.each(MATCHING)('%j matches %j', (filter, document) => {
    expect(isMatch(filter, document)).toBe(true);
  });

  it.each(OTHER)('%j does not match %j', (filter, document) => {
    expect(isMatch(filter, document)).toBe(false);
  });

  it.each([
    [{ a: { $regex: '(' } }, 51_091],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ a: { $mod: [1] } }, 2],
    [{ a: { $mod: [new Double(2 ** 63 + 2048), 1] } }, 2],
    [{ a: { $mod: [1, new Double(Number.NaN)] } }, 2],
    [{ a: { $regex: 'a\0b' } }, 2],
    [{ a: { $regex: 'c'.repeat(32_765) } }, 51_091],
    [{ a: { $regex: /a/i, $options: 'x' } }, 51_075],
    [{ a: { $options: 'x', $regex: /a/i } }, 51_074],
    [{ a: { $id: 1 } }, 2],
    [{ a: { $all: [1, { $elemMatch: { b: 1 } }] } }, 2],
    [{ a: { $all: [{ $elemMatch: { b: 1 } }, 1] } }, 2],
    [{ a: { $all: [{ $elemMatch: { b: 1 } }, {}] } }, 2],
    [{ a: { $elemMatch: { $expr: true } } }, 2],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { $text: 'x' }] } } }, 2],
    [{ $alwaysTrue: 2 }, 9],
    [{ $alwaysFalse: 'x' }, 9],
    [{ $jsonSchema: { required: ['a\0'] } }, 9_867_600],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ a: { $type: 'nonsense' } }, 2],
    [{ $or: [] }, 2],
    [{ $and: {} }, 2],
    [{ a: { $options: 'i' } }, 2],
    [{ a: { $gt: 1, b: 2 } }, 2],
    [{ a: { $ne: /x/ } }, 2],
  ] as const)('%j is refused', (filter, code) => {
    expect(() => parseFilter(received(filter))).toThrow(expect.objectContaining({ code }));
  });
});

it('compares texts as they read, even when their bytes are not UTF-8', () => {
  const stored = Buffer.from(serialize({ a: 'x?' }));
  stored[stored.indexOf('?')] = 0xff;
  const document = new BsonDocument(stored);
  expect(matches(parseFilter(received({ a: 'x\u{fffd}' })), document)).toBe(true);
  expect(matches(parseFilter(received({ a: 'x?' })), document)).toBe(false);
});
