import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});

it('lists indexes as they were made and drops them by name, key or all', async () => {
  await items.createIndexes([
    { key: { a: 1 }, unique: true },
    { key: { b: -1, c: 1 }, sparse: true },
    { key: { at: 1 }, expireAfterSeconds: 60, name: 'ttl' },
    { key: { d: 1 }, partialFilterExpression: { d: { $gt: 5 } } },
  ]);
  expect(await items.indexes()).toEqual([
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { a: 1 }, name: 'a_1', unique: true },
    { v: 2, key: { b: -1, c: 1 }, name: 'b_-1_c_1', sparse: true },
    { v: 2, key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 },
    { v: 2, key: { d: 1 }, name: 'd_1', partialFilterExpression: { d: { $gt: 5 } } },
  ]);
  await items.dropIndex('ttl');
  await test.db.command({ dropIndexes: 'items', index: { a: 1 } });
  expect(await items.indexes()).toHaveLength(3);
  await items.dropIndexes();
  expect(await items.indexes()).toHaveLength(1);
});

it('keeps background, which says nothing any more, and takes the same index with and without it', async () => {
  await items.createIndex({ a: 1 }, { background: true });
  expect(await items.createIndex({ a: 1 })).toBe('a_1');
  expect(await items.createIndex({ a: 1 }, { background: false })).toBe('a_1');
  expect(await items.indexes()).toEqual([
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { a: 1 }, name: 'a_1', background: true },
  ]);
});

it('counts missing as null in a unique index, unless it is sparse or partial', async () => {
  await items.createIndex({ a: 1 }, { unique: true });
  await items.insertOne({ x: 1 });
  await expect(items.insertOne({ x: 2 })).rejects.toMatchObject({ code: 11_000 });
  await expect(items.insertOne({ a: null })).rejects.toMatchObject({ code: 11_000 });
  const sparse = test.db.collection('sparse');
  await sparse.createIndex({ a: 1, b: 1 }, { unique: true, sparse: true });
  await sparse.insertMany([{ x: 1 }, { x: 2 }, { a: 1 }, { b: 1 }]);
  await expect(sparse.insertOne({ a: 1 })).rejects.toMatchObject({ code: 11_000 });
  expect(await sparse.countDocuments({ a: null })).toBe(3);
  const partial = test.db.collection('partial');
  await partial.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { live: true } });
  await partial.insertMany([{ a: 1 }, { a: 1 }, { a: 1, live: true }]);
  await expect(partial.insertOne({ a: 1, live: true })).rejects.toMatchObject({ code: 11_000 });
  await expect(partial.updateMany({}, { $set: { live: true } })).rejects.toMatchObject({ code: 11_000 });
});

it.each([
  { a: { $exists: false } },
  { a: { $ne: 1 } },
  { $nor: [{ a: 1 }] },
  { a: /x/ },
  { a: { $in: [1], $size: 1 } },
])('refuses a partial index over %o', async (partialFilterExpression) => {
  await expect(items.createIndex({ a: 1 }, { partialFilterExpression })).rejects.toMatchObject({ code: 67 });
});

it('takes partial indexes over everything MongoDB takes', async () => {
  const allowed = [
    { a: null },
    { a: { $exists: true, $type: 'string' } },
    { $and: [{ a: { $gt: 1, $lte: 9 } }, { $or: [{ b: { $gte: 1 } }, { b: { $lt: 0 } }] }] },
    { a: { $in: [1, 2] } },
  ];
  for (const [n, partialFilterExpression] of allowed.entries()) {
    await items.createIndex({ [`field${String(n)}`]: 1 }, { partialFilterExpression });
  }
  expect(await items.indexes()).toHaveLength(5);
});

it('applies unique indexes across documents, not inside one array', async () => {
  await items.createIndex({ 'list.k': 1 }, { unique: true });
  await items.insertOne({ list: [{ k: 1 }, { k: 1 }, { k: 2 }] });
  await expect(items.insertOne({ list: [{ k: 3 }, { k: 2 }] })).rejects.toMatchObject({ code: 11_000 });
  await items.updateOne({}, { $pull: { list: { k: 2 } } as never });
  await items.insertOne({ list: [{ k: 2 }] });
});

it('sorts by index and without one alike, in both directions', async () => {
  const values = [null, 3, 'text', -1, true, 2.5, new Date(0)];
  await items.insertMany(values.map((v, n) => ({ _id: n, v })) as never[]);
  const order = async (direction: 1 | -1) =>
    items
      .find()
      .sort({ v: direction })
      .map((item) => item['_id'] as unknown)
      .toArray();
  const ascending = await order(1);
  expect(ascending).toEqual([0, 3, 5, 1, 2, 4, 6]);
  await items.createIndex({ v: -1 });
  expect(await order(1)).toEqual(ascending);
  expect(await order(-1)).toEqual(ascending.toReversed());
});

it('updates a document whose indexed value moves ahead of the scan only once', async () => {
  await items.createIndex({ n: 1 });
  await items.insertMany(Array.from({ length: 200 }, (_unused, n) => ({ n })));
  expect(await items.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1000 } })).toMatchObject({
    matchedCount: 200,
    modifiedCount: 200,
  });
  expect(await items.countDocuments({ n: { $gte: 1000, $lt: 1200 } })).toBe(200);
});

it('lists and drops collections and databases', async () => {
  await test.db.createCollection('made');
  await items.insertOne({});
  expect((await test.db.listCollections().toArray()).map((entry) => entry.name).toSorted()).toEqual(['items', 'made']);
  expect(await test.db.listCollections({ name: 'made' }, { nameOnly: true }).toArray()).toEqual([
    { name: 'made', type: 'collection' },
  ]);
  expect((await test.client.db('admin').admin().listDatabases()).databases).toMatchObject([
    { name: 'admin' },
    { name: 'config' },
    { name: 'local' },
    { name: 'test', empty: false },
  ]);
  expect(await test.db.collection('made').drop()).toBe(true);
  expect(await test.db.command({ collStats: 'items' })).toMatchObject({ count: 1, nindexes: 1, ns: 'test.items' });
  expect(await test.db.stats()).toMatchObject({ collections: 1, objects: 1 });
  await test.db.dropDatabase();
  expect(await test.db.listCollections().toArray()).toEqual([]);
});

it('keeps the version of an index and the numbers of other kinds', async () => {
  const versions = test.db.collection('versions');
  const create = async (more: object): Promise<unknown> =>
    test.db.command({ createIndexes: 'versions', indexes: [{ key: { a: 1 }, name: 'a_1', ...more }] });
  for (const v of [0, 3]) await expect(create({ v })).rejects.toMatchObject({ code: 67 });
  await expect(create({ v: 1.5 })).rejects.toMatchObject({ code: 2 });
  await expect(create({ v: 'two' })).rejects.toMatchObject({ code: 14 });
  await expect(create({ bits: 'many' })).rejects.toMatchObject({ code: 14 });
  await expect(create({ '2dsphereIndexVersion': 'one' })).rejects.toMatchObject({ code: 14 });
  await create({ '2dsphereIndexVersion': 1, finestIndexedLevel: 2, coarsestIndexedLevel: 1 });
  await versions.dropIndexes();
  await create({ v: 1, min: -1, max: 9, bits: 26 });
  expect((await versions.indexes())[1]).toEqual({ v: 1, key: { a: 1 }, name: 'a_1', min: -1, max: 9, bits: 26 });
});

it('takes options of other times and engines, and refuses switches that are none', async () => {
  const options = test.db.collection('options');
  const storageEngine = { wiredTiger: { configString: '' } };
  const index = { key: { a: 1 }, name: 'a_1', unique: 1, dropDups: true, storageEngine };
  await test.db.command({ createIndexes: 'options', indexes: [index] });
  expect((await options.indexes()).at(-1)).toEqual({ v: 2, key: { a: 1 }, name: 'a_1', unique: true, storageEngine });
  const refused: [Document, number][] = [
    [{ sparse: 'yes' }, 14],
    [{ unique: {} }, 14],
    [{ storageEngine: 'wiredTiger' }, 14],
    [{ storageEngine: { wiredTiger: 1 } }, 2],
    [{ storageEngine: { mmapv1: {} } }, 72],
  ];
  for (const [more, code] of refused) {
    const indexes = [{ key: { b: 1 }, name: 'b_1', ...more }];
    await expect(test.db.command({ createIndexes: 'options', indexes })).rejects.toMatchObject({ code });
  }
});

it('takes a commit quorum that one member can be', async () => {
  const build = { createIndexes: 'quorum', indexes: [{ key: { a: 1 }, name: 'a_1' }] };
  for (const commitQuorum of ['majority', 'votingMembers', 1, 0]) await test.db.command({ ...build, commitQuorum });
  for (const [commitQuorum, code] of [
    ['other', 79],
    [2, 278],
    [51, 9],
    [{}, 9],
  ] as const) {
    await expect(test.db.command({ ...build, commitQuorum })).rejects.toMatchObject({ code });
  }
});

it.each<[Document, number]>([
  [{ key: { _id: 1 }, name: '_id_', unique: true }, 197],
  [{ key: { _id: 1 }, name: '_id_', sparse: false }, 197],
  [{ key: { _id: 1 }, name: '_id_', expireAfterSeconds: 5 }, 197],
  [{ key: { _id: 1 }, name: '_id_', hidden: true }, 2],
  [{ key: { _id: -1 }, name: '_id_-1' }, 2],
  [{ key: { a: 1 }, name: '_id_' }, 2],
  [{ key: { a: 1 }, name: '*' }, 2],
])('keeps what is reserved from %j', async (spec, code) => {
  await expect(test.db.command({ createIndexes: 'items', indexes: [spec] })).rejects.toMatchObject({ code });
});

it('takes the _id index again, and ignores unknown options where told to', async () => {
  const spec = { key: { _id: 1 }, name: 'any', v: 2 };
  expect(await test.db.command({ createIndexes: 'items', indexes: [spec] })).toMatchObject({ numIndexesAfter: 1 });
  const unknown = { key: { a: 1 }, name: 'a_1', novelty: true };
  await expect(test.db.command({ createIndexes: 'items', indexes: [unknown] })).rejects.toMatchObject({ code: 197 });
  await test.db.command({ createIndexes: 'items', indexes: [unknown], ignoreUnknownIndexOptions: true });
  expect(await items.indexes()).toContainEqual({ v: 2, key: { a: 1 }, name: 'a_1' });
});
