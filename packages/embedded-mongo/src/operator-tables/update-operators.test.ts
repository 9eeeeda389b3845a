import { Decimal128, Double, Int32, Long, type Document } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_VARIABLES } from '../aggregation/expression.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { Document as Stored } from '../bson/document.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { received } from '../testing/bson-document.ts';
import { openTestClient, type TestClient } from '../testing/open-client.ts';
import { parseUpdate } from '../update/apply-update.ts';
import { typed } from './evaluate.ts';
import { orderValues, typeOrder } from './naive-order.ts';
import { SAMPLES } from './samples.ts';
import { BSON } from 'bson';

const int = (value: number): Int32 => new Int32(value);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);

/** The document after an update, types and all. */
function updated(document: Document, update: Document): string {
  const original = received({ _id: int(1), ...document });
  const parsed = parseUpdate(received({ update }).get('update') ?? null, undefined, NO_VARIABLES);
  const result = parsed.apply(original, parseFilter(received({}))) ?? original;
  const { _id, ...rest } = BSON.deserialize(encodeDocument(new Stored(encodeDocument(result))), {
    promoteValues: false,
    bsonRegExp: true,
  });
  expect(_id).toEqual(int(1));
  return typed(rest);
}

const RESULTS: readonly (readonly [Document, Document, Document])[] = [
  [{ a: int(1) }, { $inc: { a: int(2) } }, { a: int(3) }],
  [{ a: int(2 ** 31 - 1) }, { $inc: { a: int(1) } }, { a: Long.fromNumber(2 ** 31) }],
  [{ a: Long.fromNumber(1) }, { $inc: { a: int(1) } }, { a: Long.fromNumber(2) }],
  [{ a: int(1) }, { $inc: { a: new Double(0.5) } }, { a: new Double(1.5) }],
  [{ a: new Double(0.1) }, { $inc: { a: decimal('0.2') } }, { a: decimal('0.300000000000000') }],
  [{}, { $inc: { a: decimal('0.20') } }, { a: decimal('0.20') }],
  [{ a: int(3) }, { $mul: { a: Long.fromNumber(2) } }, { a: Long.fromNumber(6) }],
  [{ a: decimal('1.5') }, { $mul: { a: int(2) } }, { a: decimal('3.0') }],
  [{}, { $mul: { a: Long.fromNumber(5) } }, { a: Long.fromNumber(0) }],
  [{}, { $mul: { a: new Double(5) } }, { a: new Double(0) }],
  [{ a: int(5) }, { $bit: { a: { and: int(4) } } }, { a: int(4) }],
  [{ a: int(5) }, { $bit: { a: { or: Long.fromNumber(8) } } }, { a: Long.fromNumber(13) }],
  [{}, { $bit: { a: { xor: int(3) } } }, { a: int(3) }],
  [{ a: int(1), b: 'x' }, { $rename: { a: 'c' } }, { b: 'x', c: int(1) }],
  [{ a: int(1) }, { $rename: { z: 'c' } }, { a: int(1) }],
  [{ a: int(1) }, { $unset: { a: '' } }, {}],
  [{ a: [int(1), int(2)] }, { $unset: { 'a.0': '' } }, { a: [null, int(2)] }],
  [{}, { $set: { 'a.b.c': int(1) } }, { a: { b: { c: int(1) } } }],
  [{ a: [] }, { $set: { 'a.2': int(1) } }, { a: [null, null, int(1)] }],
  [{}, { $set: { b: int(1), a: int(2) } }, { a: int(2), b: int(1) }],
  [{ a: int(1) }, { $setOnInsert: { a: int(2) } }, { a: int(1) }],
  [{ a: int(1) }, { $min: { a: new Double(1) } }, { a: int(1) }],
  [{ a: int(1) }, { $max: { a: 'x' } }, { a: 'x' }],
  [{ a: [int(3), int(1)] }, { $push: { a: { $each: [int(2)], $sort: 1, $slice: -2 } } }, { a: [int(2), int(3)] }],
  [
    { a: [{ n: int(2) }] },
    { $push: { a: { $each: [{ n: int(1) }], $sort: { n: 1 } } } },
    { a: [{ n: int(1) }, { n: int(2) }] },
  ],
  [{ a: [int(1)] }, { $addToSet: { a: new Double(1) } }, { a: [int(1)] }],
  [
    { a: [{ x: int(1), y: int(2) }] },
    { $addToSet: { a: { y: int(2), x: int(1) } } },
    {
      a: [
        { x: int(1), y: int(2) },
        { y: int(2), x: int(1) },
      ],
    },
  ],
  [{ a: [int(1), [int(1)]] }, { $pull: { a: int(1) } }, { a: [[int(1)]] }],
  [{ a: [{ x: int(1) }, { x: int(2) }] }, { $pull: { a: { x: { $gte: int(2) } } } }, { a: [{ x: int(1) }] }],
  [{ a: [int(1), new Double(1), 'x'] }, { $pullAll: { a: [int(1)] } }, { a: ['x'] }],
];

const ERRORS: readonly (readonly [Document, Document, number])[] = [
  [{ a: 'x' }, { $inc: { a: int(1) } }, 14],
  [{ a: null }, { $mul: { a: int(1) } }, 14],
  [{}, { $inc: { a: 'x' } }, 14],
  [{ a: Long.MAX_VALUE }, { $inc: { a: int(1) } }, 2],
  [{ a: 'x' }, { $bit: { a: { and: int(1) } } }, 2],
  [{ a: new Double(1) }, { $bit: { a: { and: int(1) } } }, 2],
  [{}, { $bit: { a: { and: new Double(1) } } }, 2],
  [{}, { $bit: { a: { nand: int(1) } } }, 2],
  [{ a: 'x' }, { $push: { a: 1 } }, 2],
  [{ a: null }, { $push: { a: 1 } }, 2],
  [{ a: 'x' }, { $addToSet: { a: 1 } }, 2],
  [{ a: 'x' }, { $pop: { a: 1 } }, 14],
  [{ a: [1] }, { $pop: { a: 2 } }, 9],
  [{ a: 'x' }, { $pull: { a: 1 } }, 2],
  [{ a: 'x' }, { $pullAll: { a: [1] } }, 2],
  [{}, { $pullAll: { a: 1 } }, 2],
  [{}, { $push: { a: { $each: 1 } } }, 2],
  [{}, { $push: { a: { $each: [], $nonsense: 1 } } }, 2],
  [{}, { $addToSet: { a: { $each: 1 } } }, 14],
  [{ a: 'x' }, { $set: { 'a.b': 1 } }, 28],
  [{ a: [1] }, { $set: { 'a.b': 1 } }, 28],
  [{}, { $set: { a: 1, 'a.b': 2 } }, 40],
  [{}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  [{}, { $set: { '': 1 } }, 56],
  [{}, { $set: { 'a..b': 1 } }, 56],
  [{}, { $set: { _id: 2 } }, 66],
  [{}, { $unset: { _id: 1 } }, 66],
  [{}, { $nonsense: { a: 1 } }, 9],
  [{}, { $set: 1 }, 9],
  [{}, { $rename: { a: 1 } }, 2],
  [{ a: 1 }, { $rename: { a: 'b\0' } }, 2],
  [{}, { $currentDate: { a: 'x' } }, 2],
  [{ a: 1 }, { $set: { 'a.$[]': 1 } }, 2],
  [{}, { $set: { 'a.$[x]': 1 } }, 2],
  [{ a: [1] }, { $set: { 'a.$': 1 } }, 2],
];

describe('update operators', () => {
  it.each(RESULTS)('%j with %j is %j', (document, update, expected) => {
    expect(updated(document, update)).toBe(typed(expected));
  });

  it.each(ERRORS)('%j with %j is refused with %i', (document, update, code) => {
    expect(() => updated(document, update)).toThrow(expect.objectContaining({ code }));
  });

  it.each(SAMPLES)('$set, $push and $addToSet keep %s as it is', (_name, value) => {
    expect(updated({}, { $set: { a: value } })).toBe(typed({ a: value }));
    expect(updated({ a: [] }, { $push: { a: value } })).toBe(typed({ a: [value] }));
    expect(updated({ a: [value] }, { $addToSet: { a: value } })).toBe(typed({ a: [value] }));
    expect(updated({ a: [value] }, { $pullAll: { a: [value] } })).toBe(typed({ a: [] }));
  });

  it.each(SAMPLES.flatMap(([name, left]) => SAMPLES.map(([other, right]) => [name, other, left, right] as const)))(
    '$min and $max between %s and %s follow the order of types',
    (_name, _other, left, right) => {
      const order = orderValues(right, left);
      expect(updated({ a: left, b: left }, { $min: { a: right }, $max: { b: right } })).toBe(
        typed({ a: order < 0 ? right : left, b: order > 0 ? right : left }),
      );
    },
  );

  it.each(SAMPLES.filter(([, value]) => typeOrder(value) !== 3))('$inc and $mul refuse %s', (_name, value) => {
    expect(() => updated({ a: value }, { $inc: { a: 1 } })).toThrow(expect.objectContaining({ code: 14 }));
    expect(() => updated({ a: 1 }, { $mul: { a: value } })).toThrow(expect.objectContaining({ code: 14 }));
  });
});

describe('through the driver', () => {
  let test: TestClient;
  beforeAll(async () => {
    test = await openTestClient();
  });
  afterAll(async () => {
    await test.close();
  });

  it('gives one command one time', async () => {
    const items = test.db.collection<Document & { _id: number }>('times');
    await items.insertMany(Array.from({ length: 200 }, (_unused, index) => ({ _id: index })));
    await items.updateMany({}, [{ $set: { at: '$$NOW', cluster: '$$CLUSTER_TIME' } }]);
    expect(await items.distinct('at')).toHaveLength(1);
    expect(await items.distinct('cluster')).toHaveLength(1);
    const [result] = await items
      .aggregate([{ $limit: 1 }, { $project: { same: { $eq: ['$$NOW', '$$NOW'] }, roles: '$$USER_ROLES' } }])
      .toArray();
    expect(result).toMatchObject({ same: true, roles: [] });
  });

  it('knows the time in a validator', async () => {
    const items = await test.db.createCollection<Document & { _id: number }>('guarded', {
      validator: { $expr: { $lt: ['$at', '$$NOW'] } },
    });
    await items.insertOne({ _id: 1, at: new Date(0) });
    await expect(items.insertOne({ _id: 2, at: new Date(8.64e15) })).rejects.toMatchObject({ code: 121 });
  });

  it('finds missing fields between MinKey and MaxKey, with an index as without', async () => {
    const items = test.db.collection<Document & { _id: number }>('bounds');
    await items.insertMany([{ _id: 1 }, { _id: 2, a: Number.NaN }, { _id: 3, a: 'x' }, { _id: 4, a: null }]);
    const filter = { a: { $gt: new BSON.MinKey(), $lt: new BSON.MaxKey() } };
    expect(await items.countDocuments(filter)).toBe(4);
    await items.createIndex({ a: 1 }, { sparse: true });
    expect(await items.countDocuments(filter)).toBe(4);
    await items.dropIndex('a_1');
    await items.createIndex({ a: 1 });
    expect(await items.countDocuments(filter)).toBe(4);
    await items.insertOne({ _id: 5, a: -Infinity });
    expect(await items.countDocuments({ a: { $lt: -Infinity } })).toBe(0);
  });
});
