import { setTimeout as delay } from 'node:timers/promises';
import type { ClientSession, Document, FindCursor } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { beginTransaction, openTestClient } from './testing/open-client.ts';

interface Item {
  readonly _id: number;
  readonly n: number;
  readonly key?: string;
}

const test = await openTestClient();
const items = test.db.collection<Item>('items');
const conflict = { code: 112, errorLabels: ['TransientTransactionError'] };

afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.createIndex({ key: 1 }, { unique: true, sparse: true });
  await items.createIndex({ n: 1 });
  await items.insertMany([1, 2, 3].map((_id) => ({ _id, n: _id })));
});

const begin = () => beginTransaction(test);

/** A transaction that has written and then let others write. */
async function stepAside(): Promise<ClientSession> {
  const session = begin();
  await items.updateOne({ _id: 1 }, { $inc: { n: 10 } }, { session });
  await items.insertOne({ _id: 4, n: 4 }, { session });
  await items.insertOne({ _id: 100, n: 100 });
  return session;
}

async function all(session?: ClientSession): Promise<readonly string[]> {
  const found = await items.find({}, session === undefined ? {} : { session }).toArray();
  return found.map(({ _id, n }) => `${String(_id)}:${String(n)}`).toSorted();
}

async function expectSound(): Promise<void> {
  expect(await test.db.command({ validate: 'items', full: true })).toMatchObject({ valid: true });
}

it('lets others write beside it, and commits on top of what they wrote', async () => {
  const session = await stepAside();
  expect(await all()).toEqual(['100:100', '1:1', '2:2', '3:3']);
  await items.updateOne({ _id: 2 }, { $inc: { n: 20 } });
  await items.deleteOne({ _id: 3 });
  await session.commitTransaction();
  expect(await all()).toEqual(['100:100', '1:11', '2:22', '4:4']);
  await expectSound();
});

it('leaves nothing behind when it is aborted', async () => {
  const session = await stepAside();
  await session.abortTransaction();
  expect(await all()).toEqual(['100:100', '1:1', '2:2', '3:3']);
  await expectSound();
});

it('sees its snapshot and its own writes, by whatever way it reads', async () => {
  const session = await stepAside();
  await items.updateOne({ _id: 2 }, { $set: { n: 200 } });
  await items.deleteOne({ _id: 3 });
  expect(await all(session)).toEqual(['1:11', '2:2', '3:3', '4:4']);
  expect(await items.countDocuments({ n: { $gte: 0 } }, { session })).toBe(4);
  expect(await items.distinct('n', {}, { session })).toEqual([2, 3, 4, 11]);
  expect(await items.find({ n: { $gt: 2 } }, { session, sort: { n: -1 } }).toArray()).toMatchObject([
    { _id: 1 },
    { _id: 4 },
    { _id: 3 },
  ]);
  const joined = await items
    .aggregate([{ $lookup: { from: 'items', localField: 'n', foreignField: 'n', as: 'same' } }], { session })
    .toArray();
  expect(joined.map(({ same }) => (same as Document[]).length)).toEqual([1, 1, 1, 1]);
  await session.abortTransaction();
});

it('goes on with its cursors when it comes back', async () => {
  const session = begin();
  await items.insertMany(
    [5, 6, 7, 8].map((_id) => ({ _id, n: _id })),
    { session },
  );
  const cursor = items.find({}, { session, batchSize: 2 });
  await cursor.next();
  await items.deleteMany({ _id: { $lte: 3 } });
  await items.insertOne({ _id: 9, n: 9 });
  const rest = await cursor.toArray();
  expect(rest.map(({ _id }) => _id)).toEqual([2, 3, 5, 6, 7, 8]);
  await session.commitTransaction();
  expect(await all()).toEqual(['5:5', '6:6', '7:7', '8:8', '9:9']);
});

it('never reads by its cursors what another one has not committed', async () => {
  await items.insertMany(Array.from({ length: 100 }, (_, n) => ({ _id: 200 + n, n })));
  const session = begin();
  expect(await items.countDocuments({}, { session })).toBe(103);
  await items.insertOne({ _id: 5, n: 5 });
  await items.updateOne({ _id: 77 }, { $set: { n: 0 } }, { session });
  const cursor = items.find({}, { session, batchSize: 2 });
  await cursor.next();
  const other = begin();
  await items.insertMany(
    [6, 7].map((_id) => ({ _id, n: _id })),
    { session: other },
  );
  expect(await cursor.toArray()).toHaveLength(102);
  await other.abortTransaction();
  await session.commitTransaction();
});

it('awaits a write outside the session inside withTransaction', async () => {
  await test.client.withSession((session) =>
    session.withTransaction(async () => {
      await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
      await items.updateOne({ _id: 2 }, { $inc: { n: 1 } });
      await items.updateOne({ _id: 3 }, { $inc: { n: 1 } }, { session });
    }),
  );
  expect(await all()).toEqual(['1:2', '2:3', '3:4']);
});

it('has many beside each other, with new documents of one record id', async () => {
  const sessions = [begin(), begin(), begin()];
  for (const [index, session] of sessions.entries()) {
    await items.insertOne({ _id: 10 + index, n: 0 }, { session });
  }
  for (const [index, session] of sessions.entries()) {
    await items.updateOne({ _id: 10 + index }, { $inc: { n: index } }, { session });
    await items.insertOne({ _id: 20 + index, n: 0, key: `k${String(index)}` }, { session });
  }
  for (const session of sessions.toReversed()) await session.commitTransaction();
  expect(await all()).toEqual(['10:0', '11:1', '12:2', '1:1', '20:0', '21:0', '22:0', '2:2', '3:3']);
  await expectSound();
});

it('reads on when there are more of them than still pictures are kept', async () => {
  const sessions: ClientSession[] = [];
  const cursors: FindCursor<Item>[] = [];
  for (let round = 0; round < 20; round += 1) {
    const session = begin();
    sessions.push(session);
    expect(await items.countDocuments({}, { session })).toBe(3 + round);
    await items.insertOne({ _id: 200 + round, n: 0 });
    cursors.push(items.find({}, { session, batchSize: 2 }));
    await cursors.at(-1)?.next();
  }
  for (const [round, session] of sessions.entries()) {
    expect(await cursors[round]?.toArray()).toHaveLength(2 + round);
    expect(await items.countDocuments({}, { session })).toBe(3 + round);
    await items.insertOne({ _id: 300 + round, n: 0 }, { session });
    await session.commitTransaction();
  }
  expect(await items.countDocuments()).toBe(43);
  await expectSound();
});

it('refuses another transaction the documents it has written, and at once', async () => {
  const session = await stepAside();
  const started = performance.now();
  const other = begin();
  await expect(items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: other })).rejects.toMatchObject(conflict);
  await expect(items.findOne({}, { session: other })).rejects.toMatchObject({ code: 251 });
  expect(performance.now() - started).toBeLessThan(2_000);
  await session.commitTransaction();
  expect(await all()).toContain('1:11');
});

it('makes other writes of the same documents wait, deletions too', async () => {
  const session = await stepAside();
  const waiting = Promise.all([
    items.updateOne({ _id: 1 }, { $inc: { n: 100 } }),
    items.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1_000 } }),
  ]);
  await items.insertOne({ _id: 101, n: 101 });
  expect(await all()).toContain('1:1');
  await session.commitTransaction();
  await waiting;
  expect(await all()).toContain('1:1111');
  const deleting = begin();
  await items.deleteOne({ _id: 1 }, { session: deleting });
  const updated = items.updateOne({ _id: 1 }, { $inc: { n: 1 } });
  await items.insertOne({ _id: 102, n: 102 });
  await deleting.commitTransaction();
  expect(await updated).toMatchObject({ matchedCount: 0 });
});

it('lets nobody wait longer than maxTimeMS', async () => {
  const session = await stepAside();
  await expect(items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { maxTimeMS: 100 })).rejects.toMatchObject({ code: 50 });
  await session.commitTransaction();
  const defining = begin();
  await test.db.collection('made inside').insertOne({}, { session: defining });
  await expect(items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { maxTimeMS: 100 })).rejects.toMatchObject({ code: 50 });
  await defining.commitTransaction();
  expect(await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { maxTimeMS: 100 })).toMatchObject({ matchedCount: 1 });
});

it('keeps the unique keys it has taken', async () => {
  const session = begin();
  await items.insertOne({ _id: 50, n: 0, key: 'taken' }, { session });
  const late = items.insertOne({ _id: 51, n: 0, key: 'taken' }).catch((error: unknown) => error);
  const same = items.insertOne({ _id: 50, n: 0 }).catch((error: unknown) => error);
  await items.insertOne({ _id: 52, n: 0, key: 'free' });
  const other = begin();
  await expect(items.updateOne({ _id: 2 }, { $set: { key: 'taken' } }, { session: other })).rejects.toMatchObject(
    conflict,
  );
  await session.commitTransaction();
  expect([await late, await same]).toMatchObject([{ code: 11_000 }, { code: 11_000 }]);
  const aborted = begin();
  await items.insertOne({ _id: 60, n: 0, key: 'given back' }, { session: aborted });
  const patient = items.insertOne({ _id: 61, n: 0, key: 'given back' });
  await items.insertOne({ _id: 62, n: 0 });
  await aborted.abortTransaction();
  expect(await patient).toMatchObject({ insertedId: 61 });
  await expectSound();
});

it('keeps them as well while an index is prepared to become unique', async () => {
  await items.createIndex({ word: 1 });
  await test.db.command({ collMod: 'items', index: { keyPattern: { word: 1 }, prepareUnique: true } });
  const [session, other] = [begin(), begin()];
  await items.updateOne({ _id: 1 }, { $set: { word: 'one' } }, { session });
  const late = items.updateOne({ _id: 2 }, { $set: { word: 'one' } }, { session: other });
  await expect(late).rejects.toMatchObject(conflict);
  await session.commitTransaction();
});

it('cannot write what others have changed or taken since it began', async () => {
  const write = {
    update: (session: ClientSession) => items.updateOne({ _id: 2 }, { $inc: { n: 1 } }, { session }),
    remove: (session: ClientSession) => items.deleteOne({ _id: 2 }, { session }),
    insert: (session: ClientSession) => items.insertOne({ _id: 100, n: 0 }, { session }),
    key: (session: ClientSession) => items.insertOne({ _id: 70, n: 0, key: 'new' }, { session }),
  };
  for (const late of Object.values(write)) {
    const session = begin();
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
    await items.updateOne({ _id: 2 }, { $set: { key: 'new' }, $inc: { n: 1 } });
    await items.updateOne({ _id: 100 }, { $inc: { n: 1 } }, { upsert: true });
    await expect(late(session)).rejects.toMatchObject(conflict);
    await items.updateOne({ _id: 2 }, { $unset: { key: 1 } });
    await items.deleteOne({ _id: 100 });
  }
  expect(await all()).toEqual(['1:1', '2:6', '3:3']);
});

/** Adds one to a document in a transaction that reads it first and thinks for a moment. */
function add(): Promise<unknown> {
  return test.client.withSession((session) =>
    session.withTransaction(async () => {
      const found = await items.findOne({ _id: 1 }, { session });
      await delay(30);
      await items.updateOne({ _id: 1 }, { $set: { n: (found?.n ?? 0) + 1 } }, { session });
    }),
  );
}

it('repeats what collided, as drivers do', async () => {
  await Promise.all([add(), add(), add(), add()]);
  expect(await all()).toContain('1:5');
});

it('bears what others create meanwhile', async () => {
  const session = await stepAside();
  await test.db.collection('others').insertOne({});
  await test.db.collection('others').drop();
  await items.createIndex({ other: 1 });
  await items.dropIndex('n_1');
  expect(await all(session)).toEqual(['1:11', '2:2', '3:3', '4:4']);
  await session.commitTransaction();
  expect(await all()).toEqual(['100:100', '1:11', '2:2', '3:3', '4:4']);
  await expectSound();
});

it('ends when what it has written would have to obey new rules, or is dropped', async () => {
  const changes: (() => Promise<unknown>)[] = [
    () => items.createIndex({ other: 1 }, { unique: true, sparse: true }),
    () => test.db.command({ collMod: 'items', validator: { n: { $gte: 0 } } }),
    () => test.db.command({ collMod: 'items', index: { keyPattern: { n: 1 }, prepareUnique: true } }),
    () => items.drop(),
  ];
  for (const change of changes) {
    const session = await stepAside();
    await change();
    await expect(session.commitTransaction()).rejects.toMatchObject(conflict);
    await items.deleteMany({ _id: 100 });
  }
});

it('keeps the writer once it has defined something or written very much; the others give up after a while', async () => {
  const outcomes = async () =>
    Promise.allSettled([items.insertOne({ _id: 9, n: 9 }), items.insertOne({ _id: 8, n: 8 }, { session: begin() })]);
  const gaveUp = [
    { status: 'rejected', reason: { code: 24 } },
    { status: 'rejected', reason: conflict },
  ];
  const defining = begin();
  await test.db.collection('made inside').insertOne({}, { session: defining });
  expect(await outcomes()).toMatchObject(gaveUp);
  await defining.commitTransaction();
  const large = begin();
  await test.db.collection('made inside').insertOne({ text: 'x'.repeat(9_000_000) });
  await test.db.collection('made inside').updateMany({}, { $set: { n: 1 } }, { session: large });
  expect(await outcomes()).toMatchObject(gaveUp);
  await large.commitTransaction();
  expect(await test.db.collection('made inside').countDocuments({ n: 1 })).toBe(2);
}, 30_000);

it('may write one document as often as it likes', async () => {
  const session = begin();
  const text = 'x'.repeat(1_000_000);
  for (let round = 0; round < 20; round += 1) {
    await items.updateOne({ _id: 1 }, { $set: { text: `${text}${String(round)}` } }, { session });
  }
  await items.insertOne({ _id: 9, n: 9 });
  await session.commitTransaction();
  expect(await items.countDocuments({ text: /19$/ })).toBe(1);
});

it('tells change streams of each commit as one, in the order of the commits', async () => {
  const stream = items.watch([], { fullDocument: 'updateLookup' });
  await stream.tryNext();
  const session = begin();
  await items.insertOne({ _id: 30, n: 0 }, { session });
  await items.insertOne({ _id: 31, n: 0 });
  await items.updateOne({ _id: 30 }, { $inc: { n: 1 } }, { session });
  await items.updateOne({ _id: 31 }, { $inc: { n: 1 } });
  await session.commitTransaction();
  const events = [await stream.next(), await stream.next(), await stream.next(), await stream.next()] as Document[];
  expect(events.map((event) => [event['operationType'], (event['documentKey'] as Document)['_id']])).toEqual([
    ['insert', 31],
    ['update', 31],
    ['insert', 30],
    ['update', 30],
  ]);
  expect(events.map((event) => event['txnNumber'] !== undefined)).toEqual([false, false, true, true]);
  const [, second, third, fourth] = events.map((event) => (event['clusterTime'] as { toBigInt(): bigint }).toBigInt());
  expect(third).toBe(fourth);
  expect((third ?? 0n) > (second ?? 0n)).toBe(true);
  await stream.close();
});

it('reads of capped collections what was there', async () => {
  const capped = await test.db.createCollection<Item>('capped', { capped: true, size: 4096, max: 3 });
  await capped.insertMany([1, 2, 3].map((_id) => ({ _id, n: 0 })));
  const session = await stepAside();
  await capped.insertMany([4, 5].map((_id) => ({ _id, n: 0 })));
  expect(await capped.find({}, { session }).toArray()).toMatchObject([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
  await session.commitTransaction();
  expect(await capped.find().toArray()).toMatchObject([{ _id: 3 }, { _id: 4 }, { _id: 5 }]);
});
