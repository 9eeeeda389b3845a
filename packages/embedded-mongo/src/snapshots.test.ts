import { Timestamp, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClientAndRaw } from './testing/open-client.ts';

const { test, raw, close } = await openTestClientAndRaw();
const items = test.db.collection<{ _id: number; n?: number }>('items');
afterAll(close);
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertMany([1, 2, 3].map((_id) => ({ _id, n: _id })));
});

const snapshot = (atClusterTime?: unknown) => ({
  readConcern: { level: 'snapshot', ...(atClusterTime === undefined ? {} : { atClusterTime }) },
});
const send = (body: Document): Promise<Document> => raw.send({ ...body, $db: 'test' });
const timeOf = (reply: Document): Timestamp => reply['cursor'].atClusterTime as Timestamp;

it('shows a session the same picture in every read, whatever is written meanwhile', async () => {
  await test.client.withSession({ snapshot: true }, async (session) => {
    expect(await items.find({}, { session }).toArray()).toHaveLength(3);
    await items.insertOne({ _id: 4, n: 4 });
    await items.deleteOne({ _id: 1 });
    await items.updateOne({ _id: 2 }, { $set: { n: 20 } });
    expect(await items.find({}, { session, batchSize: 1 }).toArray()).toEqual(
      [1, 2, 3].map((_id) => ({ _id, n: _id })),
    );
    expect(await items.distinct('n', {}, { session })).toEqual([1, 2, 3]);
    expect(await items.countDocuments({}, { session })).toBe(3);
    const joined = [
      { $lookup: { from: 'items', localField: 'n', foreignField: '_id', as: 'own' } },
      { $unwind: '$own' },
    ];
    expect(await items.aggregate(joined, { session }).toArray()).toHaveLength(3);
  });
  expect(new Set(await items.distinct('n'))).toEqual(new Set([3, 4, 20]));
});

it('keeps pictures of several times, of collections and indexes that are gone too', async () => {
  const before = timeOf(await send({ find: 'items', ...snapshot() }));
  await items.createIndex({ n: 1 });
  await items.updateMany({}, { $inc: { n: 10 } });
  const between = timeOf(await send({ aggregate: 'items', pipeline: [], cursor: {}, ...snapshot() }));
  await items.drop();
  await test.db.collection<{ _id: string }>('items').insertOne({ _id: 'new' });
  const after = (await send({ distinct: 'items', key: '_id', ...snapshot() }))['atClusterTime'] as Timestamp;
  const seen = async (time: Timestamp) =>
    (await send({ distinct: 'items', key: 'n', query: { n: { $gte: 2 } }, ...snapshot(time) }))['values'] as unknown;
  expect(await seen(before)).toEqual([2, 3]);
  expect(await seen(between)).toEqual([11, 12, 13]);
  expect(await seen(after)).toEqual([]);
  const again = await send({ find: 'items', ...snapshot(between) });
  expect(again).toMatchObject({ cursor: { firstBatch: [{ n: 11 }, { n: 12 }, { n: 13 }], atClusterTime: between } });
});

it('goes on with the same picture in getMore', async () => {
  const first = await send({ find: 'items', batchSize: 1, ...snapshot() });
  await items.deleteMany({});
  const rest = await send({ getMore: first['cursor'].id, collection: 'items' });
  expect(rest).toMatchObject({ cursor: { nextBatch: [{ _id: 2 }, { _id: 3 }] } });
  const again = await send({ find: 'items', batchSize: 1, ...snapshot(timeOf(first)) });
  const repeated = { getMore: again['cursor'].id, collection: 'items', ...snapshot(timeOf(first)) };
  expect(await send(repeated)).toMatchObject({ cursor: { nextBatch: [{ _id: 2 }, { _id: 3 }] } });
});

it('knows no writes of a transaction before its commit', async () => {
  await test.client.withSession(async (session) => {
    session.startTransaction();
    await items.insertOne({ _id: 4 }, { session });
    const during = timeOf(await send({ find: 'items', ...snapshot() }));
    await session.commitTransaction();
    expect((await send({ find: 'items', ...snapshot(during) }))['cursor'].firstBatch).toHaveLength(3);
    expect((await send({ find: 'items', ...snapshot() }))['cursor'].firstBatch).toHaveLength(4);
  });
});

it.each<[string, Document, number]>([
  ['a time before the pictures that are kept', { find: 'items', ...snapshot(new Timestamp({ t: 1, i: 1 })) }, 239],
  [
    'a time to come',
    { find: 'items', ...snapshot(new Timestamp({ t: Math.floor(Date.now() / 1000) + 1000, i: 1 })) },
    72,
  ],
  ['no time at all', { find: 'items', ...snapshot(new Timestamp({ t: 0, i: 0 })) }, 72],
  ['a time that is none', { find: 'items', ...snapshot(5) }, 14],
  ['a time at another level', { find: 'items', readConcern: { atClusterTime: new Timestamp({ t: 1, i: 1 }) } }, 72],
  ['a count', { count: 'items', ...snapshot() }, 72],
  ['a write', { insert: 'items', documents: [{ _id: 9 }], ...snapshot() }, 72],
  ['$out', { aggregate: 'items', pipeline: [{ $out: 'copy' }], cursor: {}, ...snapshot() }, 72],
  ['$changeStream', { aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {}, ...snapshot() }, 72],
])('refuses a snapshot for %s', async (_name, command, code) => {
  expect(await send(command)).toMatchObject({ ok: 0, code });
  expect(await items.countDocuments()).toBe(3);
});

it('lets go of the oldest picture when there are many', async () => {
  const open = await send({ find: 'items', batchSize: 1, ...snapshot() });
  const oldest = timeOf(open);
  for (let n = 0; n < 16; n += 1) {
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    await send({ find: 'items', ...snapshot() });
  }
  expect(await send({ find: 'items', ...snapshot(oldest) })).toMatchObject({ code: 239, codeName: 'SnapshotTooOld' });
  await items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
  expect(await send({ find: 'items', ...snapshot() })).toMatchObject({ ok: 1 });
});
