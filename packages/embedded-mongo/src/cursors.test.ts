import { afterAll, beforeAll, expect, it } from 'vitest';
import { Long, type Document } from 'mongodb';
import { openTestClient } from './testing/open-client.ts';

interface Item {
  _id: number;
  group: number;
}

const test = await openTestClient();
const items = test.db.collection<Item>('items');
afterAll(() => test.close());
beforeAll(async () => {
  await items.insertMany(Array.from({ length: 6 }, (_, _id) => ({ _id, group: _id % 2 })));
});

interface Batch {
  readonly size: number;
  readonly isOpen: boolean;
  readonly id: Long;
}

async function send(command: Document): Promise<Batch> {
  const { cursor } = await test.db.command(command, { promoteLongs: false });
  return { size: (cursor.firstBatch ?? cursor.nextBatch).length, isOpen: !cursor.id.isZero(), id: cursor.id };
}

it('leaves a cursor open whose last document fills a batch, and ends it with an empty one', async () => {
  const first = await send({ find: 'items', batchSize: 3 });
  const getMore = { getMore: first.id, collection: 'items', batchSize: 3 };
  expect([first, await send(getMore), await send(getMore)]).toMatchObject([
    { size: 3, isOpen: true },
    { size: 3, isOpen: true },
    { size: 0, isOpen: false },
  ]);
  await expect(send(getMore)).rejects.toMatchObject({ code: 43 });
});

it.each<[string, Document, Partial<Batch>]>([
  ['a sorted find', { find: 'items', sort: { group: 1 }, batchSize: 6 }, { size: 6, isOpen: true }],
  ['an aggregation', { aggregate: 'items', pipeline: [], cursor: { batchSize: 6 } }, { size: 6, isOpen: true }],
  ['a batch of nothing', { find: 'items', filter: { _id: 9 }, batchSize: 0 }, { size: 0, isOpen: true }],
  ['a batch not filled', { find: 'items', batchSize: 7 }, { size: 6, isOpen: false }],
  ['a reached limit', { find: 'items', limit: 4, batchSize: 4 }, { size: 4, isOpen: false }],
  ['a limit not reached', { find: 'items', limit: 7, batchSize: 6 }, { size: 6, isOpen: true }],
  ['a search by one id', { find: 'items', filter: { _id: 3 }, batchSize: 1 }, { size: 1, isOpen: false }],
  ['a search by some ids', { find: 'items', filter: { _id: { $in: [3] } }, batchSize: 1 }, { size: 1, isOpen: true }],
  ['one batch asked for', { find: 'items', batchSize: 6, singleBatch: true }, { size: 6, isOpen: false }],
  ['no collection', { find: 'none', batchSize: 0 }, { size: 0, isOpen: false }],
])('knows whether more can come after %s', async (_what, command, batch) => {
  expect(await send(command)).toMatchObject(batch);
});

it('finds all that equal one id by a collation', async () => {
  await test.db.createCollection('loose', { collation: { locale: 'en', strength: 2 } });
  await test.db.command({ insert: 'loose', documents: [{ _id: 'a' }, { _id: 'b' }] });
  await test.db.command({ insert: 'strict', documents: [{ _id: 'a' }, { _id: 'A' }] });
  const collation = { locale: 'en', strength: 2 };
  expect(await send({ find: 'loose', filter: { _id: 'A' } })).toMatchObject({ size: 1 });
  expect(await send({ find: 'strict', filter: { _id: 'a' }, collation })).toMatchObject({ size: 2 });
});

it('tells of an error further on only when it is reached', async () => {
  const pipeline = [{ $project: { share: { $divide: [1, { $subtract: ['$_id', 4] }] } } }];
  const first = await send({ aggregate: 'items', pipeline, cursor: { batchSize: 4 } });
  expect(first).toMatchObject({ size: 4, isOpen: true });
  await expect(send({ getMore: first.id, collection: 'items' })).rejects.toMatchObject({ code: 2 });
});

it('refuses a time on a getMore that does not wait', async () => {
  const { id } = await send({ find: 'items', batchSize: 1 });
  await expect(send({ getMore: id, collection: 'items', maxTimeMS: 0 })).rejects.toMatchObject({ code: 2 });
  expect(await send({ getMore: id, collection: 'items' })).toMatchObject({ size: 5, isOpen: false });
});

it('lists collections, indexes and results of bulk writes in batches', async () => {
  const listed = test.client.db('listed');
  for (const name of ['a', 'b', 'c', 'd', 'e']) await listed.createCollection(name);
  for (const field of ['x', 'y', 'z']) await listed.collection('a').createIndex({ [field]: 1 });
  expect(await listed.listCollections({}, { batchSize: 2 }).toArray()).toHaveLength(5);
  expect(await listed.collection('a').listIndexes({ batchSize: 3 }).toArray()).toHaveLength(4);
  const { cursor } = await listed.command({ listCollections: 1, cursor: { batchSize: 2 } }, { promoteLongs: false });
  expect(cursor.firstBatch).toHaveLength(2);
  expect(
    await listed.command({ getMore: cursor.id, collection: '$cmd.listCollections' }, { promoteLongs: false }),
  ).toMatchObject({ cursor: { nextBatch: [{}, {}, {}], id: expect.objectContaining({ low: 0, high: 0 }) } });
  const bulk = await test.client.db('admin').command({
    bulkWrite: 1,
    ops: [0, 1, 2].map((number) => ({ insert: 0, document: { number } })),
    nsInfo: [{ ns: 'listed.a' }],
    cursor: { batchSize: 1 },
  });
  expect(bulk).toMatchObject({ nInserted: 3, cursor: { firstBatch: [{ idx: 0 }] } });
  const more = { getMore: bulk['cursor'].id, collection: '$cmd.bulkWrite' };
  expect(await test.client.db('admin').command(more)).toMatchObject({
    cursor: { nextBatch: [{ idx: 1 }, { idx: 2 }] },
  });
});

it('says of a renamed collection where it went, and refuses collections without a name', async () => {
  const old = test.db.collection<Item>('old');
  await old.insertMany([1, 2, 3].map((_id) => ({ _id, group: 1 })));
  const cursor = old.find({}, { batchSize: 1 });
  await cursor.next();
  await old.rename('new');
  await expect(cursor.next()).rejects.toMatchObject({
    code: 175,
    message: /collection renamed from '.*old' to '.*new'/,
  });
  for (const command of [
    { getMore: Long.fromNumber(5), collection: '' },
    { killCursors: '', cursors: [] },
    { find: 1 },
  ]) {
    await expect(test.db.command(command)).rejects.toMatchObject({ code: 73 });
  }
});

it.each<[Document, string]>([
  [{ getMore: 5, collection: 'items' }, "BSON field 'getMore.getMore' is the wrong type 'int', expected type 'long'"],
  [
    { killCursors: 'items', cursors: [5.5] },
    "BSON field 'killCursors.cursors.0' is the wrong type 'double', expected type 'long'",
  ],
])('refuses cursor ids of another type: %j', async (command, message) => {
  await expect(test.db.command(command)).rejects.toMatchObject({ code: 14, message });
});

it.each([
  ['in the order they were stored in', {}, {}],
  ['backwards', {}, { $natural: -1 }],
  ['by an index', { group: { $gte: 0 } }, { group: 1 }],
] as const)('shows documents as they are when they are asked for, %s', async (_name, filter, sort) => {
  const changing = test.db.collection<Item>(`changing-${_name.length}`);
  await changing.createIndex({ group: 1 });
  await changing.insertMany(Array.from({ length: 9 }, (_, _id) => ({ _id, group: 1 })));
  const cursor = changing.find(filter, { sort, batchSize: 2 });
  const first = [await cursor.next(), await cursor.next()];
  const left = { _id: { $nin: first.flatMap((document) => (document === null ? [] : [document._id])) } };
  const [gone] = await changing.find(left).toArray();
  await changing.deleteMany({ _id: gone?._id ?? -1 });
  await changing.updateMany(left, { $set: { changed: true } });
  const rest = await cursor.toArray();
  expect(rest).toHaveLength(6);
  expect(rest).toEqual(rest.map(({ _id }) => ({ _id, group: 1, changed: true })));
  expect(rest.map(({ _id }) => _id)).not.toContain(gone?._id);
});
