import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Document } from 'mongodb';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const log = test.db.collection<{ _id: number; kind?: string }>('log');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await test.db.createCollection('log', { capped: true, size: 100_000, max: 4 });
  await log.insertMany([{ _id: 1 }, { _id: 2, kind: 'x' }]);
});

async function find(more: Document): Promise<Document> {
  return (await test.db.command({ find: 'log', ...more }))['cursor'] as Document;
}

it('stays open at the end and goes on with what comes', async () => {
  const cursor = log.find({ kind: 'x' }, { tailable: true, awaitData: true, maxAwaitTimeMS: 5_000 });
  expect(await cursor.next()).toEqual({ _id: 2, kind: 'x' });
  const waiting = cursor.next();
  await log.insertMany([{ _id: 3 }, { _id: 4, kind: 'x' }]);
  expect(await waiting).toEqual({ _id: 4, kind: 'x' });
  await cursor.close();
});

it('answers at once without awaitData, and keeps skip, limit and projection', async () => {
  const { id, firstBatch } = await find({ tailable: true, skip: 1, limit: 3, projection: { _id: 1 }, batchSize: 1 });
  expect(firstBatch).toEqual([{ _id: 2 }]);
  const more = async () => (await test.db.command({ getMore: id, collection: 'log' }))['cursor'] as Document;
  expect(await more()).toMatchObject({ id, nextBatch: [] });
  await expect(test.db.command({ getMore: id, collection: 'log', maxTimeMS: 5 })).rejects.toMatchObject({ code: 2 });
  await log.insertMany([{ _id: 3 }, { _id: 4 }, { _id: 5 }]);
  const last = await more();
  expect(last['nextBatch']).toEqual([{ _id: 3 }, { _id: 4 }]);
  expect(Number(last['id'])).toBe(0);
});

it('loses its position with the document it stood on, and ends with the collection', async () => {
  const { id } = await find({ tailable: true });
  await log.insertMany([{ _id: 3 }, { _id: 4 }, { _id: 5 }, { _id: 6 }]);
  await expect(test.db.command({ getMore: id, collection: 'log' })).rejects.toMatchObject({ code: 136 });
  const again = await find({ tailable: true });
  await log.deleteOne({ _id: 6 });
  await log.insertOne({ _id: 7 });
  await expect(test.db.command({ getMore: again['id'], collection: 'log' })).rejects.toMatchObject({ code: 136 });
  const dropped = await find({ tailable: true });
  await log.drop();
  await expect(test.db.command({ getMore: dropped['id'], collection: 'log' })).rejects.toMatchObject({ code: 175 });
});

it('is dead from the start on an empty collection and on one that is not there', async () => {
  await log.deleteMany({});
  expect(Number((await find({ tailable: true }))['id'])).toBe(0);
  expect(Number((await find({ find: 'nothing', tailable: true }))['id'])).toBe(0);
});

it('refuses other collections, orders and options', async () => {
  await test.db.collection('plain').insertOne({});
  await expect(find({ find: 'plain', tailable: true })).rejects.toMatchObject({ code: 2 });
  await expect(find({ tailable: true, sort: { _id: 1 } })).rejects.toMatchObject({ code: 2 });
  await expect(find({ tailable: true, sort: { $natural: -1 } })).rejects.toMatchObject({ code: 2 });
  await expect(find({ awaitData: true })).rejects.toMatchObject({ code: 9 });
  await expect(find({ tailable: true, singleBatch: true })).rejects.toMatchObject({ code: 9 });
  await test.client.withSession(async (session) => {
    session.startTransaction();
    await expect(test.db.command({ find: 'log', tailable: true }, { session })).rejects.toMatchObject({ code: 263 });
    await session.abortTransaction();
  });
});
