import { MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedMongo } from './index.ts';

const store = await startEmbeddedMongo({ path: ':memory:', memoryLimit: 64 * 1024 });
const client = await MongoClient.connect(store.uri);
const items = client.db('test').collection('items');
beforeAll(async () => {
  await items.insertMany(Array.from({ length: 400 }, (_unused, n) => ({ n, text: 'x'.repeat(500) })));
});
afterAll(async () => {
  await client.close();
  await store.close();
});

const small = { $project: { n: 1 } };
const upToCurrent = { window: { documents: ['unbounded', 'current'] } };

const GREEDY: readonly Document[][] = [
  [{ $setWindowFields: { output: { r: { $sum: 1 } } } }],
  [{ $limit: 100 }, small, { $setWindowFields: { sortBy: { n: 1 }, output: { r: { $push: '$n', ...upToCurrent } } } }],
  [{ $bucketAuto: { groupBy: '$n', buckets: 2 } }],
  [{ $bucket: { groupBy: '$n', boundaries: [0, 400], output: { r: { $push: '$text' } } } }],
  [{ $facet: { a: [] } }],
  [
    { $limit: 1 },
    { $graphLookup: { from: 'items', startWith: '$text', connectFromField: 'n', connectToField: 'text', as: 'r' } },
  ],
  [{ $group: { _id: null, r: { $firstN: { input: '$text', n: 400 } } } }],
  [{ $group: { _id: null, r: { $maxN: { input: '$text', n: 400 } } } }],
  [{ $group: { _id: null, r: { $topN: { sortBy: { n: 1 }, output: '$text', n: 400 } } } }],
  [{ $densify: { field: 'n', range: { step: 1, bounds: 'full' } } }],
];

it.each(GREEDY.map((pipeline) => [pipeline]))('refuses %j beyond the limit', async (pipeline) => {
  await expect(items.aggregate(pipeline).toArray()).rejects.toMatchObject({ code: 292 });
});

it('keeps only what it must of many values', async () => {
  const fields = {
    last: { $lastN: { input: '$n', n: 2 } },
    most: { $maxN: { input: '$n', n: 2 } },
    top: { $topN: { sortBy: { n: -1 }, output: '$text', n: 1 } },
    middle: { $median: { input: '$n', method: 'approximate' } },
  };
  const [found] = await items.aggregate([{ $group: { _id: null, ...fields } }]).toArray();
  expect(found).toEqual({ _id: null, last: [398, 399], most: [399, 398], top: ['x'.repeat(500)], middle: 199 });
});
