import { Long, UUID, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClientAndRaw } from './testing/open-client.ts';

const { test, raw, close } = await openTestClientAndRaw();
const items = test.db.collection<{ _id: number; n?: number }>('items');
afterAll(close);
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertOne({ _id: 1, n: 1 });
});

it.each<[string, Document]>([
  ['an insert into a capped collection', { insert: 'capped', documents: [{}] }],
  ['an update of a capped collection', { update: 'capped', updates: [{ q: {}, u: { $set: { a: 1 } } }] }],
  ['a deletion from a capped collection', { delete: 'capped', deletes: [{ q: {}, limit: 1 }] }],
  ['a findAndModify of a capped collection', { findAndModify: 'capped', remove: true }],
  ['a new view', { create: 'seen', viewOn: 'items', pipeline: [] }],
])('refuses %s in a transaction, and ends that', async (_name, command) => {
  await test.db.createCollection('capped', { capped: true, size: 4096 });
  await test.client.withSession(async (session) => {
    session.startTransaction();
    await items.insertOne({ _id: 2 }, { session });
    expect(await test.db.collection('capped').find({}, { session }).toArray()).toEqual([]);
    await expect(test.db.command(command, { session })).rejects.toMatchObject({ code: 263 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
  });
  expect(await items.countDocuments()).toBe(1);
});

it('refuses a bulkWrite that names a capped collection in a transaction', async () => {
  await test.db.createCollection('capped', { capped: true, size: 4096 });
  await test.client.withSession(async (session) => {
    session.startTransaction();
    const models = [{ name: 'insertOne', namespace: 'test.capped', document: { a: 1 } }] as const;
    await expect(test.client.bulkWrite(models, { session })).rejects.toMatchObject({
      cause: { code: 263, message: expect.stringContaining("'test.capped' is a capped collection") },
    });
    await session.abortTransaction();
  });
});

const MULTI = { q: {}, u: { $inc: { n: 1 } }, multi: true };

it.each<[string, Document, string]>([
  ['updates', { update: 'items', updates: [MULTI], $db: 'test' }, 'multi=true'],
  ['deletions', { delete: 'items', deletes: [{ q: {}, limit: 0 }], $db: 'test' }, 'limit=0'],
  [
    'operations of a bulkWrite',
    {
      bulkWrite: 1,
      ops: [{ delete: 0, filter: {}, multi: true }],
      nsInfo: [{ ns: 'test.items' }],
      $db: 'admin',
    },
    'multi=true',
  ],
])('refuses %s of many documents that ask to be repeatable', async (_name, command, option) => {
  const reply = await raw.send({ ...command, lsid: { id: new UUID() }, txnNumber: Long.fromNumber(1) });
  const [failure] = reply['writeErrors'] ?? reply['cursor'].firstBatch;
  expect(failure).toMatchObject({ code: 72, errmsg: `Cannot use (or request) retryable writes with ${option}` });
  expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
});
