import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
afterAll(() => test.close());

beforeEach(async () => {
  await test.db.dropDatabase();
});

/** The code and message a command fails with. */
async function failureOf(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoServerError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the command succeeded');
}

async function run(command: Document): Promise<Document> {
  return test.db.command(command);
}

it('keeps no more than the size and number of a capped collection', async () => {
  const log = await test.db.createCollection<{ _id: number; text?: string }>('log', {
    capped: true,
    size: 4096,
    max: 3,
  });
  expect(await log.isCapped()).toBe(true);
  await log.insertMany([1, 2, 3, 4, 5].map((_id) => ({ _id })));
  expect(await log.find().toArray()).toEqual([{ _id: 3 }, { _id: 4 }, { _id: 5 }]);
  await log.deleteOne({ _id: 4 });
  await log.insertOne({ _id: 6 });
  expect(await log.distinct('_id')).toEqual([3, 5, 6]);
  await log.insertOne({ _id: 7, text: 'x'.repeat(3000) });
  await log.updateOne({ _id: 6 }, { $set: { text: 'y'.repeat(2000) } });
  await log.insertOne({ _id: 8 });
  expect(await log.distinct('_id')).toEqual([7, 8]);
  expect(await run({ validate: 'log' })).toMatchObject({ valid: true, nrecords: 2, keysPerIndex: { _id_: 2 } });
  expect(await run({ collStats: 'log' })).toMatchObject({ capped: true, max: 3, maxSize: 4096, count: 2 });
});

it('forgets what a failed write counted in a capped collection', async () => {
  const log = await test.db.createCollection<{ _id: number }>('log', { capped: true, size: 4096, max: 2 });
  await log.insertMany([{ _id: 1 }, { _id: 2 }]);
  await test.db.collection<{ _id: number }>('more').insertMany([{ _id: 3 }, { _id: 2 }]);
  const halfway = test.db.collection('more').aggregate([{ $merge: { into: 'log', whenMatched: 'fail' } }]);
  expect(await failureOf(halfway.toArray())).toMatchObject({ code: 11_000 });
  expect(await failureOf(log.insertOne({ _id: 2 }))).toMatchObject({ code: 11_000 });
  // What could be merged stays; only the documents that failed count for nothing.
  expect(await log.distinct('_id')).toEqual([2, 3]);
  await log.insertOne({ _id: 4 });
  expect(await log.distinct('_id')).toEqual([3, 4]);
});

it('shows the options of the storage engine it was given', async () => {
  const storageEngine = { wiredTiger: { configString: 'block_compressor=zlib' } };
  const options = { capped: true, size: 1000, storageEngine, indexOptionDefaults: { storageEngine } };
  await run({ create: 'log', ...options });
  await run({ create: 'log', ...options });
  const [info] = await test.db.listCollections({ name: 'log' }, { nameOnly: false }).toArray();
  expect(info?.options).toEqual(options);
});

it('makes a collection capped and changes its limits', async () => {
  const log = test.db.collection<{ _id: number; text: string }>('log');
  await log.insertMany([1, 2, 3, 4].map((_id) => ({ _id, text: 'x'.repeat(1500) })));
  await run({ convertToCapped: 'log', size: 4000 });
  expect(await log.distinct('_id')).toEqual([3, 4]);
  await run({ collMod: 'log', cappedMax: 1 });
  expect(await log.distinct('_id')).toEqual([4]);
  const [info] = await test.db.listCollections({ name: 'log' }, { nameOnly: false }).toArray();
  expect(info?.options).toEqual({ capped: true, size: 4000, max: 1 });
});

it.each<[string, Document, number]>([
  ['capped without a size', { create: 'x', capped: true }, 72],
  ['an unknown storage engine', { create: 'x', storageEngine: { mmapv1: {} } }, 72],
  ['a storage engine of a number', { create: 'x', storageEngine: { wiredTiger: 1 } }, 2],
  ['unknown index defaults', { create: 'x', indexOptionDefaults: { x: 1 } }, 40_415],
  ['a size without capped', { create: 'x', size: 4096 }, 72],
  ['a clustered collection', { create: 'x', clusteredIndex: { key: { _id: 1 }, unique: true } }, 72],
  ['a time series', { create: 'x', timeseries: { timeField: 't' } }, 72],
  ['an existing collection with other options', { create: 'there', capped: true, size: 4096 }, 48],
  ['a pipeline without viewOn', { create: 'x', pipeline: [] }, 72],
  ['an unknown option', { create: 'x', nonsense: 1 }, 40_415],
  ['a validation level that does not exist', { create: 'x', validationLevel: 'loose' }, 2],
  ['a validation action of a later version', { create: 'x', validationAction: 'errorAndLog' }, 2],
  ['collMod of a missing collection', { collMod: 'missing', validator: {} }, 26],
  ['collMod of a missing index', { collMod: 'there', index: { name: 'missing', hidden: true } }, 27],
  ['hiding the _id index', { collMod: 'there', index: { name: '_id_', hidden: true } }, 2],
  ['collMod of an index without a change', { collMod: 'there', index: { name: 'a_1' } }, 72],
  ['collMod of an index by name and key', { collMod: 'there', index: { name: 'a_1', keyPattern: { a: 1 } } }, 72],
  ['collMod to a unique index', { collMod: 'there', index: { name: 'a_1', unique: true } }, 72],
  ['a limit on a collection without one', { collMod: 'there', cappedMax: 5 }, 72],
  ['viewOn for a collection', { collMod: 'there', viewOn: 'x', pipeline: [] }, 72],
  ['validate of a missing collection', { validate: 'missing' }, 26],
  ['validate with repair', { validate: 'there', repair: true }, 72],
  ['convertToCapped of a missing collection', { convertToCapped: 'missing', size: 1 }, 26],
  ['renameCollection outside admin', { renameCollection: 'test.there', to: 'test.x' }, 13],
  ['a scale of zero', { dbStats: 1, scale: 0 }, 2],
])('refuses %s', async (_name, command, code) => {
  await test.db.collection('there').createIndex({ a: 1 });
  expect(await failureOf(run(command))).toMatchObject({ code });
});

it('leaves a collection created again with the same options as it is', async () => {
  await test.db.createCollection('x', { capped: true, size: 5000 });
  expect(await run({ create: 'x', capped: true, size: 5000 })).toMatchObject({ ok: 1 });
});

it('changes when an index expires and whether the planner sees it', async () => {
  const items = test.db.collection('items');
  await items.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  expect(await run({ collMod: 'items', index: { keyPattern: { at: 1 }, expireAfterSeconds: 90 } })).toMatchObject({
    expireAfterSeconds_old: 60,
    expireAfterSeconds_new: 90,
  });
  expect(await run({ collMod: 'items', index: { name: 'at_1', hidden: true } })).toMatchObject({
    hidden_old: false,
    hidden_new: true,
  });
  const [, index] = await items.listIndexes().toArray();
  expect(index).toEqual({ v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 90, hidden: true });
  await items.insertOne({ at: new Date(0) });
  expect(await run({ validate: 'items' })).toMatchObject({ valid: true, keysPerIndex: { _id_: 1, at_1: 1 } });
});

it('makes an index unique in two steps', async () => {
  const items = test.db.collection<{ _id: number; n: number }>('items');
  await items.insertMany([1, 2, 3].map((_id) => ({ _id, n: _id % 2 })));
  await items.createIndex({ n: 1 });
  expect(await failureOf(run({ collMod: 'items', index: { name: 'n_1', unique: false } }))).toMatchObject({ code: 2 });
  expect(await run({ collMod: 'items', index: { name: 'n_1', prepareUnique: true } })).toMatchObject({
    prepareUnique_old: false,
    prepareUnique_new: true,
  });
  expect(await failureOf(items.insertOne({ _id: 4, n: 0 }))).toMatchObject({ code: 11_000 });
  expect(await items.find({ n: 1 }).toArray()).toHaveLength(2);
  const failed: unknown = await run({ collMod: 'items', index: { name: 'n_1', unique: true } }).catch((error) => error);
  expect(failed).toMatchObject({ code: 359, errorResponse: { violations: [{ ids: [1, 3] }] } });
  await items.deleteOne({ _id: 3 });
  expect(await run({ collMod: 'items', index: { name: 'n_1', unique: true } })).toMatchObject({ unique_new: true });
  expect(await failureOf(items.insertOne({ _id: 4, n: 0 }))).toMatchObject({ code: 11_000 });
  expect((await items.listIndexes().toArray())[1]).toEqual({ v: 2, key: { n: 1 }, name: 'n_1', unique: true });
});

it('renames a collection, within its database, into another and over a third', async () => {
  const admin = test.client.db('admin');
  const other = test.client.db('other');
  await test.db.collection('a').insertOne({ x: 1 });
  await test.db.collection('a').createIndex({ x: 1 }, { unique: true });
  await test.db.renameCollection('a', 'b');
  expect(await test.db.collection('a').countDocuments()).toBe(0);
  expect(await failureOf(test.db.collection('b').insertOne({ x: 1 }))).toMatchObject({
    code: 11_000,
    message: expect.stringContaining('test.b'),
  });
  await admin.command({ renameCollection: 'test.b', to: 'other.c' });
  expect(await other.collection('c').findOne({ x: 1 })).toMatchObject({ x: 1 });
  await test.db.collection('d').insertOne({ x: 2 });
  expect(await failureOf(admin.command({ renameCollection: 'test.d', to: 'other.c' }))).toMatchObject({ code: 48 });
  await admin.command({ renameCollection: 'test.d', to: 'other.c', dropTarget: true });
  expect(
    await other
      .collection('c')
      .find({}, { projection: { _id: 0 } })
      .toArray(),
  ).toEqual([{ x: 2 }]);
  await other.dropDatabase();
});

it.each([
  ['a collection that does not exist', 'test.missing', 'test.x', 26],
  ['a collection to itself', 'test.a', 'test.a', 20],
  ['a view', 'test.v', 'test.x', 166],
  ['a collection over a view', 'test.a', 'test.v', 48],
  ['a collection to a bad name', 'test.a', 'test.$x', 73],
])('refuses to rename %s', async (_name, from, to, code) => {
  await test.db.createCollection('a');
  await test.db.createCollection('v', { viewOn: 'a', pipeline: [] });
  const work = test.client.db('admin').command({ renameCollection: from, to, dropTarget: true });
  expect(await failureOf(work)).toMatchObject({ code });
  expect(await test.db.collection('v').countDocuments()).toBe(0);
});

it('refuses to rename inside a transaction', async () => {
  await test.db.createCollection('a');
  const session = test.client.startSession();
  session.startTransaction();
  const work = test.client.db('admin').command({ renameCollection: 'test.a', to: 'test.b' }, { session });
  expect(await failureOf(work)).toMatchObject({ code: 263 });
  await session.endSession();
});

it('tells sizes in the scale asked for', async () => {
  await test.db.collection('a').insertMany(Array.from({ length: 10 }, () => ({ text: 'x'.repeat(1000) })));
  await test.db.createCollection('v', { viewOn: 'a', pipeline: [] });
  const [whole, scaled] = [await run({ collStats: 'a' }), await run({ collStats: 'a', scale: 1024 })];
  expect(scaled['size']).toBe(Math.floor(whole['size'] / 1024));
  expect(scaled['count']).toBe(10);
  expect(await run({ dbStats: 1, scale: 1024 })).toMatchObject({
    collections: 1,
    views: 1,
    dataSize: whole['size'] / 1024,
    objects: 10,
  });
});

it('keeps views, validators, limits and hidden indexes across a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-namespaces-'));
  try {
    const first = await openTestClient(directory);
    const items = await first.db.createCollection<{ _id: number; n: number }>('items', {
      validator: { n: { $gt: 0 } },
    });
    await items.insertMany([1, 2, 3].map((_id) => ({ _id, n: _id })));
    await items.createIndex({ n: 1 }, { hidden: true });
    await first.db.createCollection('large', { viewOn: 'items', pipeline: [{ $match: { n: { $gt: 1 } } }] });
    const log = await first.db.createCollection<{ _id: number }>('log', { capped: true, size: 4096, max: 2 });
    await log.insertMany([{ _id: 1 }, { _id: 2 }]);
    const listed = await first.db.listCollections().toArray();
    await first.close();

    const second = await openTestClient(directory);
    expect(await second.db.listCollections().toArray()).toEqual(listed);
    expect(await second.db.collection('large').distinct('_id')).toEqual([2, 3]);
    expect(await failureOf(second.db.collection('items').insertOne({ n: 0 }))).toMatchObject({ code: 121 });
    expect(await failureOf(second.db.collection('large').insertOne({ n: 1 }))).toMatchObject({ code: 166 });
    await second.db.collection<{ _id: number }>('log').insertOne({ _id: 3 });
    expect(await second.db.collection('log').distinct('_id')).toEqual([2, 3]);
    expect((await second.db.collection('items').listIndexes().toArray())[1]).toMatchObject({ hidden: true });
    await second.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

it('sums up the databases it lists', async () => {
  await test.client
    .db('summed')
    .collection('items')
    .insertOne({ text: 'x'.repeat(2 * 1024 * 1024) });
  const admin = test.client.db('admin');
  const listed = await admin.command({ listDatabases: 1, filter: { name: 'summed' } });
  expect(listed['databases']).toMatchObject([{ name: 'summed', sizeOnDisk: listed['totalSize'], empty: false }]);
  expect(listed).toMatchObject({ totalSizeMb: 2 });
  expect(await admin.command({ listDatabases: 1, nameOnly: true })).not.toHaveProperty('totalSize');
  await test.client.db('summed').dropDatabase();
});
