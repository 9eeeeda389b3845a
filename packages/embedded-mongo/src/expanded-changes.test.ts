import type { ChangeStream, Document, Timestamp } from 'mongodb';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const streams: ChangeStream[] = [];
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});

interface Item {
  _id: number;
  [name: string]: unknown;
}
const items = test.db.collection<Item>('items');
const EXPANDED = { maxAwaitTimeMS: 20, showExpandedEvents: true };
const ID_INDEX = { v: 2, key: { _id: 1 }, name: '_id_' };
const ns = (coll: string): Document => ({ db: test.db.databaseName, coll });

async function begun(stream: ChangeStream): Promise<ChangeStream> {
  streams.push(stream);
  await stream.tryNext();
  return stream;
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) {
    const { _id, clusterTime: _time, wallTime: _wall, ...event }: Document = await stream.next();
    events.push(event);
  }
  return events;
}

async function uuidOf(name: string): Promise<unknown> {
  const [listed] = await test.db.listCollections({ name }).toArray();
  return listed !== undefined && 'info' in listed ? listed.info?.uuid : undefined;
}

describe('showExpandedEvents', () => {
  it('tells of collections that are made, also by a first write, and what they are', async () => {
    const stream = await begun(test.db.watch([], EXPANDED));
    await test.db.createCollection('capped', { capped: true, size: 4096 });
    await items.insertOne({ _id: 1 });
    const [capped, made, inserted] = await take(stream, 3);
    const operationDescription = { capped: true, size: 4096, idIndex: ID_INDEX };
    const collectionUUID = await uuidOf('items');
    expect(capped).toEqual({
      operationType: 'create',
      collectionUUID: await uuidOf('capped'),
      ns: ns('capped'),
      operationDescription,
    });
    expect(made).toMatchObject({
      operationType: 'create',
      collectionUUID,
      operationDescription: { idIndex: ID_INDEX },
    });
    expect(inserted).toEqual({
      operationType: 'insert',
      collectionUUID,
      fullDocument: { _id: 1 },
      ns: ns('items'),
      documentKey: { _id: 1 },
    });
  });

  it('tells of indexes one by one, but of those built over documents together', async () => {
    await test.db.createCollection('items');
    const stream = await begun(items.watch([], EXPANDED));
    const specs = ['a', 'b', 'c', 'd'].map((name) => ({ v: 2, key: { [name]: 1 }, name: `${name}_1` }));
    await items.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await items.insertOne({ _id: 1 });
    await items.createIndexes([{ key: { c: 1 } }, { key: { d: 1 } }]);
    await items.createIndex({ c: 1 });
    await items.dropIndexes();
    const events = await take(stream, 8);
    expect(events.map((event) => [event['operationType'], event['operationDescription']?.['indexes']])).toEqual([
      ['createIndexes', specs.slice(0, 1)],
      ['createIndexes', specs.slice(1, 2)],
      ['insert', undefined],
      ['createIndexes', specs.slice(2)],
      ...specs.map((spec) => ['dropIndexes', [spec]]),
    ]);
  });

  it('tells what collMod changed and what was before', async () => {
    await test.db.createCollection('items', { validator: { a: 1 } });
    await items.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const uuid = await uuidOf('items');
    const stream = await begun(items.watch([], EXPANDED));
    await test.db.command({ collMod: 'items' });
    await test.db.command({ collMod: 'items', index: { keyPattern: { at: 1 }, expireAfterSeconds: 90 } });
    await test.db.command({ collMod: 'items', validator: {} });
    const [empty, index, validator] = await take(stream, 3);
    expect(empty).toMatchObject({ operationType: 'modify', collectionUUID: uuid, operationDescription: {} });
    expect(empty?.['stateBeforeChange']).toMatchObject({ collectionOptions: { uuid, validator: { a: 1 } } });
    expect(index?.['operationDescription']).toEqual({ index: { name: 'at_1', expireAfterSeconds: 90 } });
    expect(index?.['stateBeforeChange']?.['indexOptions']).toEqual({ expireAfterSeconds: 60 });
    expect(validator?.['operationDescription']).toEqual({ validator: {} });
  });

  it('tells what a rename replaced', async () => {
    await items.insertOne({ _id: 1 });
    await test.db.createCollection('target');
    const dropTarget = await uuidOf('target');
    const stream = await begun(items.watch([], EXPANDED));
    await items.rename('target', { dropTarget: true });
    const [renamed] = await take(stream, 1);
    expect(renamed).toMatchObject({
      operationType: 'rename',
      to: ns('target'),
      operationDescription: { to: ns('target'), dropTarget },
    });
  });

  it('tells of views to those who watch their database', async () => {
    const stream = await begun(test.db.watch([], EXPANDED));
    await test.db.createCollection('seen', { viewOn: 'items', pipeline: [{ $match: { a: 1 } }] });
    await test.db.command({ collMod: 'seen', viewOn: 'items', pipeline: [] });
    await test.db.dropCollection('seen');
    expect(await take(stream, 3)).toEqual([
      {
        operationType: 'create',
        ns: ns('seen'),
        operationDescription: { viewOn: 'items', pipeline: [{ $match: { a: 1 } }] },
      },
      { operationType: 'modify', ns: ns('seen'), operationDescription: { viewOn: 'items', pipeline: [] } },
      { operationType: 'drop', ns: ns('seen') },
    ]);
  });

  it('takes apart paths that can be read in two ways', async () => {
    await items.insertMany([
      { _id: 1, a: { 1: 1 }, list: [{ 1: 1 }], 0: { x: 1 }, plain: [{ x: 1 }] },
      { _id: 2, sub: { 'a.b': { c: 1, long: 'x'.repeat(100) } } },
    ]);
    const stream = await begun(items.watch([], { ...EXPANDED, fullDocument: 'updateLookup' }));
    await items.updateOne({ _id: 1 }, { $set: { 'a.1': 2, 'list.0.1': 2, '0.x': 2 }, $unset: { 'plain.0.x': '' } });
    await items.updateOne({ _id: 2 }, [
      {
        $set: {
          sub: { $setField: { field: { $literal: 'a.b' }, input: '$sub', value: { c: 2, long: 'x'.repeat(100) } } },
        },
      },
    ]);
    await items.updateOne({ _id: 1 }, { $set: { 'plain.0.x': 3 } });
    const events = await take(stream, 3);
    expect(events.map((event) => event['updateDescription']['disambiguatedPaths'])).toEqual([
      { 'a.1': ['a', '1'], 'list.0.1': ['list', 0, '1'] },
      { 'sub.a.b.c': ['sub', 'a.b', 'c'] },
      {},
    ]);
  });

  it('is silent about all of it where it was not asked for', async () => {
    await items.insertOne({ _id: 1, a: { 1: 1 } });
    const stream = await begun(test.db.watch([], { maxAwaitTimeMS: 20 }));
    await test.db.createCollection('other');
    await items.createIndex({ a: 1 });
    await test.db.command({ collMod: 'items' });
    await test.db.createCollection('seen', { viewOn: 'items' });
    await test.db.dropCollection('seen');
    await items.dropIndex('a_1');
    await items.updateOne({ _id: 1 }, { $set: { 'a.1': 2 } });
    await items.rename('renamed');
    const updateDescription = { updatedFields: { 'a.1': 2 }, removedFields: [], truncatedArrays: [] };
    expect(await take(stream, 2)).toEqual([
      { operationType: 'update', ns: ns('items'), documentKey: { _id: 1 }, updateDescription },
      { operationType: 'rename', ns: ns('items'), to: ns('renamed') },
    ]);
  });
});

it('tells a write the time of its event, so that a stream starting at that time begins with it', async () => {
  const times = test.db.collection<Item>('times');
  await test.db.createCollection('times');
  const opener = times.watch([], { maxAwaitTimeMS: 20 });
  await opener.tryNext();
  await opener.close();
  const insert = { insert: 'times', documents: [{ _id: 1 }, { _id: 2 }] };
  const write = async (): Promise<Document> => {
    const reply = await test.db.command({ update: 'times', updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }] });
    expect(reply).toMatchObject({ nModified: 1 });
    return reply;
  };
  const replies = [await test.db.command(insert), await write()];
  const session = test.client.startSession();
  session.startTransaction();
  await times.insertOne({ _id: 3 }, { session });
  const told = await test.db.command({ ping: 1 });
  await times.deleteOne({ _id: 2 }, { session });
  await session.commitTransaction();
  const committed = session.operationTime;
  await session.endSession();
  expect(committed?.greaterThan(told['operationTime'] as Timestamp)).toBe(true);
  const firstAt = async (startAtOperationTime: Timestamp | undefined): Promise<Document | null> => {
    const stream = times.watch([], { maxAwaitTimeMS: 20, ...(startAtOperationTime && { startAtOperationTime }) });
    const event = await stream.tryNext();
    await stream.close();
    return event;
  };
  expect(await firstAt(replies[0]?.['operationTime'] as Timestamp)).toMatchObject({ documentKey: { _id: 2 } });
  expect(await firstAt(replies[1]?.['operationTime'] as Timestamp)).toMatchObject({ operationType: 'update' });
  expect(await firstAt(committed)).toMatchObject({ documentKey: { _id: 3 }, clusterTime: committed });
});
