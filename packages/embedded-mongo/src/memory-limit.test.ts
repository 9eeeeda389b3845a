import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedMongo } from './index.ts';

const store = await startEmbeddedMongo({ path: ':memory:', memoryLimit: 64 * 1024 });
const client = await MongoClient.connect(store.uri);
const items = client.db('test').collection('items');
afterAll(async () => {
  await client.close();
  await store.close();
});
beforeAll(async () => {
  await items.insertMany(Array.from({ length: 400 }, (_unused, n) => ({ n: (n * 7) % 400, text: 'x'.repeat(500) })));
});

const refusal = { code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' };

it('refuses a sort of more than the limit, but not the first few of it', async () => {
  await expect(items.find({}).sort({ n: 1 }).toArray()).rejects.toMatchObject(refusal);
  await expect(items.find({}).sort({ n: 1 }).toArray()).rejects.toThrow(/Sort exceeded memory limit of 65536 bytes/);
  await expect(items.aggregate([{ $addFields: { m: 1 } }, { $sort: { n: 1 } }]).toArray()).rejects.toMatchObject(
    refusal,
  );
  const first = await items.find({}).sort({ n: 1 }).limit(10).toArray();
  expect(first.map((item) => item['n'] as unknown)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await items.createIndex({ n: 1 });
  expect(await items.find({}).sort({ n: 1 }).toArray()).toHaveLength(400);
});

it('refuses groups and lists of more than the limit, and counts what is kept only', async () => {
  await expect(items.aggregate([{ $group: { _id: null, all: { $push: '$$ROOT' } } }]).toArray()).rejects.toMatchObject(
    refusal,
  );
  await expect(
    items.aggregate([{ $group: { _id: { $concat: ['$text', { $toString: '$n' }] } } }]).toArray(),
  ).rejects.toMatchObject(refusal);
  const sets = await items
    .aggregate([{ $group: { _id: null, texts: { $addToSet: '$text' }, n: { $sum: 1 } } }])
    .toArray();
  expect(sets).toEqual([{ _id: null, texts: ['x'.repeat(500)], n: 400 }]);
  expect(await items.countDocuments({ text: /x/ })).toBe(400);
  expect(await items.distinct('text')).toHaveLength(1);
  await items.insertMany(Array.from({ length: 200 }, (_unused, n) => ({ text: `${'y'.repeat(400)}${String(n)}` })));
  await expect(items.distinct('text')).rejects.toMatchObject(refusal);
});
