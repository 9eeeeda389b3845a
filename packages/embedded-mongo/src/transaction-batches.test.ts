import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertOne({ _id: 1, n: 1 } as never);
});

it('ends with the first failure of a batch, also of an unordered one', async () => {
  const batches: Document[] = [
    { insert: 'items', documents: [{ _id: 5 }, { _id: 1 }, { _id: 6 }, { _id: 1 }] },
    {
      update: 'items',
      updates: [{ $set: { m: 1 } }, { $inc: { _id: 1 } }, { $set: { m: 2 } }].map((u) => ({ q: { _id: 1 }, u })),
    },
    {
      delete: 'items',
      deletes: [
        { q: { _id: 1 }, limit: 1 },
        { q: { $no: 1 }, limit: 1 },
        { q: {}, limit: 1 },
      ],
    },
  ];
  for (const batch of batches) {
    const session = test.client.startSession();
    session.startTransaction();
    const reply = await test.db.command({ ...batch, ordered: false }, { session });
    expect(reply).toMatchObject({ n: 1, writeErrors: [{ index: 1 }] });
    expect(reply['writeErrors']).toHaveLength(1);
    await session.abortTransaction();
    await session.endSession();
  }
  const session = test.client.startSession();
  session.startTransaction();
  const ops = [5, 1, 6].map((_id) => ({ insert: 0, document: { _id } }));
  const bulk = { bulkWrite: 1, ops, nsInfo: [{ ns: 'test.items' }], ordered: false };
  expect(await test.client.db('admin').command(bulk, { session })).toMatchObject({ nInserted: 1, nErrors: 1 });
  await session.abortTransaction();
  await session.endSession();
});

it('does not make a collection again that is there', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  await expect(test.db.command({ create: 'items' }, { session })).rejects.toMatchObject({ code: 48 });
  await expect(items.insertOne({}, { session })).rejects.toMatchObject({ code: 251 });
  await session.abortTransaction();
  await session.endSession();
  expect(await test.db.command({ create: 'items' })).toMatchObject({ ok: 1 });
});

it('takes statement ids, and refuses to read only once', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  expect(await test.db.command({ find: 'items', stmtId: 0 }, { session })).toMatchObject({ ok: 1 });
  const insert = { insert: 'items', documents: [{}, {}], stmtIds: [4, 9] };
  expect(await test.db.command(insert, { session })).toMatchObject({ n: 2 });
  await expect(test.db.command({ find: 'items', readOnce: true }, { session })).rejects.toMatchObject({ code: 263 });
  await session.abortTransaction();
  await session.endSession();
  expect(await test.db.command({ find: 'items', readOnce: true })).toMatchObject({ ok: 1 });
});

it('keeps the parameters of the Stable API it began with, and defines things only with a local read concern', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  expect(await test.db.command({ find: 'items', apiVersion: '1' }, { session })).toMatchObject({ ok: 1 });
  await expect(test.db.command({ find: 'items' }, { session })).rejects.toMatchObject({ code: 347 });
  expect(await test.db.command({ find: 'items', apiVersion: '1' }, { session })).toMatchObject({ ok: 1 });
  await expect(session.commitTransaction()).rejects.toMatchObject({ code: 347 });
  await session.endSession();
  await test.client.db('admin').command({ killAllSessions: [] });
  for (const command of [{ create: 'made' }, { createIndexes: 'made', indexes: [{ key: { n: 1 }, name: 'n_1' }] }]) {
    const other = test.client.startSession();
    other.startTransaction({ readConcern: { level: 'snapshot' } });
    await items.findOne({}, { session: other });
    await expect(test.db.command(command, { session: other })).rejects.toMatchObject({ code: 72 });
    await expect(items.findOne({}, { session: other })).rejects.toMatchObject({ code: 251 });
    await other.abortTransaction();
    await other.endSession();
  }
});
