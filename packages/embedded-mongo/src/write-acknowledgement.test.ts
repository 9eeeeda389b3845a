import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClientAndRaw } from './testing/open-client.ts';

const { test, raw, close } = await openTestClientAndRaw();
const admin = test.client.db('admin');
const items = test.db.collection<{ _id: number }>('items');
afterAll(close);
beforeEach(async () => {
  await items.deleteMany({});
});

function withoutTimes({ $clusterTime: _clusterTime, operationTime: _operationTime, ...rest }: Document): Document {
  return rest;
}

it('answers an unacknowledged write with nothing it did', async () => {
  const write = {
    insert: 'items',
    documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }],
    $db: 'test',
    writeConcern: { w: 0 },
  };
  expect(withoutTimes(await raw.send(write))).toEqual({ n: 0, ok: 1 });
  expect(await items.find().toArray()).toEqual([{ _id: 1 }]);
  const change = { update: 'items', updates: [{ q: {}, u: { $set: { _id: 9 } } }], $db: 'test' };
  expect(withoutTimes(await raw.send({ ...change, writeConcern: { w: 0 } }))).toEqual({ n: 0, ok: 1 });
  const journaled = await raw.send({ ...change, writeConcern: { w: 0, j: true } });
  expect(journaled).toMatchObject({ ok: 1, writeErrors: [{ code: 66 }] });
  const removal = { delete: 'items', deletes: [{ q: {}, limit: 0 }], $db: 'test', writeConcern: { w: 0 } };
  expect(withoutTimes(await raw.send(removal))).toEqual({ n: 0, ok: 1 });
  expect(await items.countDocuments()).toBe(0);
});

it('holds all writes back between fsync with lock and the last fsyncUnlock', async () => {
  expect(await admin.command({ fsync: 1 })).toMatchObject({ ok: 1, numFiles: 1 });
  expect(await admin.command({ fsync: 1, lock: true })).toMatchObject({ ok: 1, lockCount: 1 });
  expect(await admin.command({ fsync: 1, lock: true })).toMatchObject({ lockCount: 2 });
  let isWritten = false;
  const write = async (): Promise<void> => {
    await items.insertOne({ _id: 1 });
    isWritten = true;
  };
  const written = write();
  const session = test.client.startSession();
  session.startTransaction();
  const read = items.find({}, { session }).toArray();
  expect(await admin.command({ fsyncUnlock: 1 })).toMatchObject({ lockCount: 1 });
  expect(await items.find().toArray()).toEqual([]);
  expect(isWritten).toBe(false);
  expect(await admin.command({ fsyncUnlock: 1 })).toMatchObject({ info: 'fsyncUnlock completed', lockCount: 0 });
  await Promise.all([written, read]);
  await session.abortTransaction();
  await session.endSession();
  expect(await items.find().toArray()).toEqual([{ _id: 1 }]);
});

it.each<[string, Document, number]>([
  ['admin', { fsyncUnlock: 1 }, 20],
  ['test', { fsync: 1 }, 13],
  ['admin', { fsync: 1, nonsense: 1 }, 40_415],
])('refuses on %s %o', async (database, command, code) => {
  await expect(test.client.db(database).command(command)).rejects.toMatchObject({ code });
});
