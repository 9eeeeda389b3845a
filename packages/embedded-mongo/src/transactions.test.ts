import { setTimeout as delay } from 'node:timers/promises';
import { Long, UUID, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';
import { openRawConnection } from './testing/raw-connection.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertOne({ _id: 1, n: 1 } as never);
});

it('commits everything at once and shows nothing before', async () => {
  await test.client.withSession(async (session) => {
    session.startTransaction();
    await items.insertOne({ _id: 2 } as never, { session });
    await items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
    await test.db.collection('made inside').insertOne({}, { session });
    expect(await items.countDocuments({}, { session })).toBe(2);
    expect(await items.countDocuments()).toBe(1);
    expect(await test.db.listCollections({ name: 'made inside' }).toArray()).toEqual([]);
    await session.commitTransaction();
  });
  expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, n: 2 }, { _id: 2 }]);
  expect(await test.db.collection('made inside').countDocuments()).toBe(1);
});

it('undoes everything on abort, collections included', async () => {
  await test.client.withSession(async (session) => {
    session.startTransaction();
    await items.deleteMany({}, { session });
    await test.db.collection('gone').insertOne({}, { session });
    await session.abortTransaction();
  });
  expect(await items.countDocuments()).toBe(1);
  expect(await test.db.listCollections({ name: 'gone' }).toArray()).toEqual([]);
  await test.db.collection('gone').insertOne({});
  expect(await test.db.collection('gone').countDocuments()).toBe(1);
});

it('runs withTransaction and aborts on a duplicate key', async () => {
  const session = test.client.startSession();
  await session.withTransaction(async () => {
    await items.insertOne({ _id: 2 } as never, { session });
  });
  await expect(
    session.withTransaction(async () => {
      await items.insertOne({ _id: 3 } as never, { session });
      await items.insertOne({ _id: 1 } as never, { session });
    }),
  ).rejects.toMatchObject({ code: 11_000 });
  await session.endSession();
  expect(await items.countDocuments()).toBe(2);
});

it('makes other writers wait for its end', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  await items.updateOne({ _id: 1 as never }, { $set: { n: 10 } }, { session });
  const waiting = items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } });
  expect(await items.findOne()).toMatchObject({ n: 1 });
  await session.commitTransaction();
  await waiting;
  expect(await items.findOne()).toMatchObject({ n: 11 });
  await session.endSession();
});

/** Two transactions: one that has written, and one that has read beside it. */
async function sideBySide() {
  const [writing, reading] = [test.client.startSession(), test.client.startSession()];
  const before = await items.findOne();
  writing.startTransaction();
  await items.updateOne({ _id: 1 as never }, { $inc: { n: 9 } }, { session: writing });
  reading.startTransaction();
  expect(await items.findOne({}, { session: reading })).toEqual(before);
  return { writing, reading, read: () => items.findOne({}, { session: reading }) };
}

it('reads a still picture beside another one that has written', async () => {
  const { writing, reading, read } = await sideBySide();
  await writing.commitTransaction();
  expect(await read()).toMatchObject({ n: 1 });
  expect(await items.findOne()).toMatchObject({ n: 10 });
  await reading.commitTransaction();
  reading.startTransaction();
  expect(await read()).toMatchObject({ n: 10 });
  await reading.abortTransaction();
});

it('cannot write what it read beside another one that has changed it since', async () => {
  const { writing, reading } = await sideBySide();
  await writing.commitTransaction();
  const late = items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session: reading });
  await expect(late).rejects.toMatchObject({ code: 112, errorLabels: ['TransientTransactionError'] });
  await expect(items.findOne({}, { session: reading })).rejects.toMatchObject({ code: 251 });
  await reading.abortTransaction();
  expect(await items.findOne()).toMatchObject({ n: 10 });
});

it('goes on to write when what it read beside another one is still so', async () => {
  const { writing, reading, read } = await sideBySide();
  await writing.abortTransaction();
  await items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session: reading });
  expect(await read()).toMatchObject({ n: 2 });
  expect(await items.findOne()).toMatchObject({ n: 1 });
  await reading.commitTransaction();
  expect(await items.findOne()).toMatchObject({ n: 2 });
});

it('lets others write while it has only read, and reads on what was there', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  const read = () => items.find({}, { session }).toArray();
  const before = await read();
  await items.insertOne({ _id: 7, n: 7 } as never);
  await items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } });
  expect(await read()).toEqual(before);
  const late = items.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
  await expect(late).rejects.toMatchObject({ code: 112, errorLabels: ['TransientTransactionError'] });
  await session.abortTransaction();
  expect(await items.countDocuments()).toBe(before.length + 1);
});

it('lets others write while it reads by a cursor, which goes on with what was there', async () => {
  await items.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: n + 20, n }) as never));
  const session = test.client.startSession();
  session.startTransaction();
  const cursor = items.find({}, { session, batchSize: 2 });
  await cursor.next();
  expect(await items.deleteMany({})).toMatchObject({ deletedCount: 6 });
  expect(await cursor.toArray()).toHaveLength(5);
  await session.commitTransaction();
  expect(await items.countDocuments()).toBe(0);
});

it('keeps its own name in the log of changes beside one that only reads', async () => {
  const stream = items.watch();
  await stream.tryNext();
  const { writing, reading } = await sideBySide();
  await reading.commitTransaction();
  await items.insertOne({ _id: 2 } as never, { session: writing });
  await writing.commitTransaction();
  const second = await sideBySide();
  await second.writing.abortTransaction();
  await items.insertOne({ _id: 3 } as never, { session: second.reading });
  await second.reading.commitTransaction();
  const changes = [await stream.next(), await stream.next(), await stream.next()];
  const owners = [writing, writing, second.reading].map((session) => ({ lsid: { id: session.id?.['id'] } }));
  expect(changes).toMatchObject(owners);
  await stream.close();
});

it('ends with its session and with its connection', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  await items.insertOne({ _id: 5 } as never, { session });
  await session.endSession();
  await items.insertOne({ _id: 6 } as never);
  expect(
    await items
      .find()
      .map((item) => item['_id'] as unknown)
      .toArray(),
  ).toEqual([1, 6]);
});

it('goes on with another connection, once that has named it in whatever command', async () => {
  const [first, second] = [await openRawConnection(test.store.uri), await openRawConnection(test.store.uri)];
  const lsid = { id: new UUID() };
  const named = { lsid, txnNumber: Long.fromNumber(1), autocommit: false };
  const started = { insert: 'items', documents: [{ _id: 7 }], $db: 'test', startTransaction: true, ...named };
  expect(await first.send(started)).toMatchObject({ ok: 1 });
  first.close();
  expect(await second.send({ commitTransaction: 1, nonsense: 1, $db: 'admin', ...named })).toMatchObject({ ok: 0 });
  await delay(2_500);
  expect(await second.send({ commitTransaction: 1, $db: 'admin', ...named })).toMatchObject({ ok: 1 });
  expect(await items.countDocuments({ _id: 7 as never })).toBe(1);
  second.close();
});

it('refuses in a transaction what MongoDB refuses there', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  await expect(test.db.command({ count: 'items' }, { session })).rejects.toMatchObject({ code: 263 });
  await expect(items.insertOne({}, { session })).rejects.toMatchObject({ code: 251 });
  await session.abortTransaction();
  await session.endSession();
});

it('answers a repeated write from memory and refuses an older one', async () => {
  const lsid = { id: test.client.startSession().id?.['id'] };
  const command = (txnNumber: number) => ({
    update: 'items',
    updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }],
    lsid,
    txnNumber: Long.fromNumber(txnNumber),
  });
  const send = async (body: Document) => test.client.db('test').command(body);
  const first = await send(command(5)).catch((error: unknown) => error);
  const second = await send(command(5)).catch((error: unknown) => error);
  expect(second).toEqual({ ...(first as Document), retriedStmtIds: [0] });
  expect(await items.findOne()).toMatchObject({ n: 2 });
  await expect(send(command(4))).rejects.toMatchObject({ code: 225 });
});
