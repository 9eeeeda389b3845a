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
  expect((await test.client.db('admin').admin().listDatabases()).databases).toMatchObject([{ name: 'test' }]);
  expect(await test.db.collection('made').drop()).toBe(true);
  expect(await test.db.command({ collStats: 'items' })).toMatchObject({ count: 1, nindexes: 1, ns: 'test.items' });
  expect(await test.db.stats()).toMatchObject({ collections: 1, objects: 1 });
  await test.db.dropDatabase();
  expect(await test.db.listCollections().toArray()).toEqual([]);
});
