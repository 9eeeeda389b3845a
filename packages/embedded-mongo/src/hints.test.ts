import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection<{ _id: number; a?: number; b?: number; list?: number[] }>('items');
afterAll(() => test.close());
beforeAll(async () => {
  await items.insertMany([
    { _id: 1, a: 3, b: 1 },
    { _id: 2, a: 1 },
    { _id: 3, b: 2 },
    { _id: 4, a: 2, b: 3 },
  ]);
  await items.createIndex({ a: 1 }, { sparse: true });
  await items.createIndex({ b: 1 }, { name: 'partial', partialFilterExpression: { b: { $gt: 1 } } });
});

const ids = (documents: readonly { _id: unknown }[]) => documents.map((document) => document._id);

it('obeys hints on every command, even when the index lacks documents', async () => {
  expect(ids(await items.find({}).hint('a_1').toArray())).toEqual([2, 4, 1]);
  expect(ids(await items.find({}).hint({ b: 1 }).toArray())).toEqual([3, 4]);
  expect(ids(await items.find({}).hint({ $natural: -1 }).toArray())).toEqual([4, 3, 2, 1]);
  expect(ids(await items.find({}).sort({ b: -1 }).hint('a_1').toArray())).toEqual([4, 1, 2]);
  expect(await items.countDocuments({}, { hint: 'a_1' })).toBe(3);
  expect(await test.db.command({ count: 'items', hint: 'a_1' })).toMatchObject({ n: 3 });
  expect(await items.distinct('_id', {}, { hint: { b: 1 } })).toEqual([3, 4]);
  expect(ids(await items.aggregate<{ _id: number }>([{ $match: {} }], { hint: 'a_1' }).toArray())).toEqual([2, 4, 1]);
  expect(await items.updateMany({}, { $set: { seen: 1 } as never }, { hint: 'partial' })).toMatchObject({
    matchedCount: 2,
  });
  expect(await items.findOneAndUpdate({}, { $set: { seen: 2 } as never }, { hint: { a: 1 } })).toMatchObject({
    _id: 2,
  });
  expect(await items.deleteMany({ _id: 1 }, { hint: 'partial' })).toMatchObject({ deletedCount: 0 });
  const bulk = await test.client.bulkWrite([
    { name: 'deleteMany', namespace: 'test.items', filter: { a: 3, b: 1 }, hint: 'partial' },
    { name: 'updateMany', namespace: 'test.items', filter: {}, update: { $set: { seen: 3 } }, hint: 'a_1' },
  ]);
  expect(bulk).toMatchObject({ deletedCount: 0, matchedCount: 3 });
});

it('refuses hints at what does not exist or is hidden, on every command', async () => {
  const message = /hint provided does not correspond to an existing index/;
  await expect(items.find({}).hint('zzz').toArray()).rejects.toMatchObject({ code: 2 });
  await expect(items.find({}).hint({ zzz: 1 }).toArray()).rejects.toThrow(message);
  await expect(items.aggregate([], { hint: 'zzz' }).toArray()).rejects.toThrow(message);
  await expect(items.countDocuments({}, { hint: 'zzz' })).rejects.toThrow(message);
  await expect(items.distinct('a', {}, { hint: { zzz: 1 } })).rejects.toThrow(message);
  await expect(items.updateOne({}, { $set: { a: 1 } }, { hint: 'zzz' })).rejects.toThrow(message);
  await expect(items.deleteOne({}, { hint: 'zzz' })).rejects.toThrow(message);
  await expect(items.findOneAndDelete({}, { hint: { zzz: 1 } })).rejects.toThrow(message);
  await expect(items.find({}).hint({ $natural: 2 }).toArray()).rejects.toMatchObject({ code: 2 });
  await test.db.collection('hidden').insertMany([{ a: 1 }, { a: 1 }]);
  const hidden = test.db.collection('hidden');
  await hidden.createIndex({ a: 1 }, { hidden: true });
  expect(await hidden.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', hidden: true }]);
  expect((await hidden.find({ a: 1 }).explain('queryPlanner'))['queryPlanner'].winningPlan.stage).toBe('COLLSCAN');
  await expect(hidden.find({}).hint('a_1').toArray()).rejects.toThrow(message);
  await test.db.command({ collMod: 'hidden', index: { name: 'a_1', hidden: false } });
  expect((await hidden.find({ a: 1 }).explain('queryPlanner'))['queryPlanner'].winningPlan.stage).toBe('FETCH');
  await expect(hidden.createIndex({ _id: 1 }, { hidden: true, name: 'own' })).rejects.toMatchObject({ code: 2 });
});

it('reads in natural order both ways', async () => {
  expect(ids(await items.find({}).sort({ $natural: -1 }).limit(2).toArray())).toEqual([4, 3]);
  expect(ids(await items.find({}).sort({ $natural: 1 }).toArray())).toEqual([1, 2, 3, 4]);
  await expect(items.find({}).sort({ $natural: -1, a: 1 }).toArray()).rejects.toMatchObject({ code: 2 });
  await expect(items.find({}).sort({ $natural: -1 }).hint('a_1').toArray()).rejects.toMatchObject({ code: 2 });
});

it('keeps to min and max of the hinted index', async () => {
  expect(ids(await items.find({}).hint('a_1').min({ a: 2 }).toArray())).toEqual([4, 1]);
  expect(ids(await items.find({}).hint('a_1').max({ a: 3 }).toArray())).toEqual([2, 4]);
  expect(ids(await items.find({ b: 3 }).hint('a_1').min({ a: 1 }).max({ a: 3 }).toArray())).toEqual([4]);
  expect(ids(await items.find({}).hint('a_1').min({ a: 1 }).sort({ _id: 1 }).toArray())).toEqual([1, 2, 4]);
  await expect(items.find({}).min({ a: 1 }).toArray()).rejects.toMatchObject({ code: 51_173 });
  await expect(items.find({}).hint('a_1').min({ b: 1 }).toArray()).rejects.toMatchObject({ code: 51_174 });
  await expect(items.find({}).hint('a_1').min({ a: 2 }).max({ a: 2 }).toArray()).rejects.toMatchObject({
    code: 51_175,
  });
  const falling = test.db.collection<{ _id: number }>('falling');
  await falling.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
  await falling.createIndex({ n: 1, _id: -1 });
  const found = falling.find({}).hint({ n: 1, _id: -1 }).min({ n: null, _id: 2 }).max({ n: null, _id: 1 });
  expect(ids(await found.toArray())).toEqual([2]);
});

it('returns keys, record ids, single batches and nothing beyond the end', async () => {
  expect(
    await items
      .find({ a: { $gt: 1 } })
      .returnKey(true)
      .toArray(),
  ).toEqual([{ a: 2 }, { a: 3 }]);
  expect(
    await items
      .find({ _id: { $gt: 3 }, b: { $exists: true } })
      .hint({ $natural: 1 })
      .returnKey(true)
      .toArray(),
  ).toEqual([{}]);
  const [first] = await items
    .find({ _id: 2 }, { projection: { a: 1 } })
    .showRecordId(true)
    .toArray();
  expect(first).toEqual({ _id: 2, a: 1, $recordId: expect.any(Number) });
  const reply = await test.db.command({ find: 'items', batchSize: 2, singleBatch: true, noCursorTimeout: true });
  expect(reply['cursor']).toMatchObject({ firstBatch: { length: 2 } });
  expect(String(reply['cursor'].id)).toBe('0');
  expect(await items.find({}).sort({ b: 1 }).skip(10).allowDiskUse(true).toArray()).toEqual([]);
  expect(await test.db.command({ count: 'items', limit: -2 })).toMatchObject({ n: 2 });
  expect(await items.find({}).limit(-2).toArray()).toHaveLength(2);
});

it('counts by exact ranges as it does by reading', async () => {
  const many = test.db.collection('many');
  await many.insertMany(
    Array.from({ length: 300 }, (_unused, n) => ({ n: n % 7, at: new Date(n), list: [n % 3, n % 5], x: n % 2 })),
  );
  const queries = [{ n: 3 }, { n: { $in: [1, 2] } }, { n: { $gte: 4 } }, { at: { $lte: new Date(99) } }, { list: 2 }];
  const counts = async () =>
    Promise.all(queries.flatMap((query) => [many.countDocuments(query), many.countDocuments({ ...query, x: 1 })]));
  const before = await counts();
  await many.createIndexes([{ key: { n: 1 } }, { key: { at: 1 } }, { key: { list: 1 } }]);
  expect(await counts()).toEqual(before);
  expect(before.slice(0, 2)).toEqual([43, 22]);
  expect(await many.countDocuments({ list: { $in: [1, 2] } })).toBe(
    (await many.find({ list: { $in: [1, 2] } }).toArray()).length,
  );
  const tally = (pipeline: object[]) => many.aggregate(pipeline, { promoteValues: false }).toArray();
  const read = await tally([
    { $match: { n: 3 } },
    { $limit: 100 },
    { $group: { _id: 'x', n: { $sum: 1 }, m: { $count: {} } } },
  ]);
  expect(await tally([{ $match: { n: 3 } }, { $group: { _id: 'x', n: { $sum: 1 }, m: { $count: {} } } }])).toEqual(
    read,
  );
  expect(await tally([{ $match: { n: 99 } }, { $group: { _id: null, n: { $sum: 1 } } }])).toEqual([]);
  expect(await many.aggregate([{ $match: { n: 3 } }, { $count: 'n' }]).toArray()).toEqual([{ n: 43 }]);
  expect(await many.aggregate([{ $group: { _id: null, n: { $sum: 2 } } }]).toArray()).toEqual([{ _id: null, n: 600 }]);
  expect(await many.countDocuments({ n: 3 }, { skip: 40 })).toBe(3);
  expect(await many.countDocuments({ n: 3 }, { limit: 5 })).toBe(5);
});

it('prefers the narrower of two indexes that look alike', async () => {
  const pairs = test.db.collection('pairs');
  await pairs.createIndexes([{ key: { wide: 1 } }, { key: { narrow: 1 } }]);
  await pairs.insertMany(Array.from({ length: 400 }, (_unused, n) => ({ wide: 1, narrow: n % 100 })));
  const plan = await pairs.find({ wide: 1, narrow: 5 }).explain('executionStats');
  expect(plan['executionStats']).toMatchObject({ nReturned: 4, totalKeysExamined: 4 });
});
