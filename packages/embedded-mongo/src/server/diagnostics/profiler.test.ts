import { Long, type Document } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { openTestClient } from '../../testing/open-client.ts';

const test = await openTestClient();
const { db } = test;
const entries = db.collection('system.profile');
afterAll(() => test.close());

it('is off at first, and keeps its thresholds', async () => {
  expect(await db.command({ profile: -1 })).toMatchObject({ was: 0, slowms: 100, sampleRate: 1 });
  expect(await db.command({ profile: 0, slowms: 50 })).toMatchObject({ was: 0, slowms: 100 });
  expect(await db.command({ profile: Long.fromNumber(-1) })).toMatchObject({ was: 0, slowms: 50, ok: 1 });
  await db.collection('quiet').insertOne({});
  expect(await db.listCollections({ name: 'system.profile' }).toArray()).toEqual([]);
});

it('writes down every command of its database at level 2, and none at level 0', async () => {
  const items = db.collection<{ _id: number }>('items');
  await db.command({ profile: 2 });
  const stream = items.watch([], { maxAwaitTimeMS: 20 });
  await stream.tryNext();
  await items.insertMany([{ _id: 1 }, { _id: 2 }]);
  await items.find({}, { comment: 'shown' }).toArray();
  await items.distinct('_id', {}, { comment: 'shown' });
  await items.updateMany({}, { $set: { a: 1 } });
  await items.deleteOne({ _id: 1 });
  await test.client.db('other').collection('items').find({}, { comment: 'shown' }).toArray();
  await test.client.withSession((session) =>
    session.withTransaction(() => items.insertOne({ _id: 3 }, { session, comment: 'inside' })),
  );
  const found = await entries.find({ 'command.comment': 'shown' }).toArray();
  expect(found).toMatchObject([
    { op: 'query', ns: 'test.items', nreturned: 2, command: { find: 'items' }, millis: expect.any(Number) },
    { op: 'command', ns: 'test.items', command: { distinct: 'items' } },
  ]);
  expect(await entries.findOne({ op: 'insert', ninserted: 2 })).toMatchObject({ ts: expect.any(Date) });
  expect(await entries.findOne({ op: 'update' })).toMatchObject({ nMatched: 2, nModified: 2 });
  expect(await entries.findOne({ op: 'remove' })).toMatchObject({ ndeleted: 1 });
  expect(await db.command({ profile: 0 })).toMatchObject({ was: 2 });
  const count = await entries.countDocuments();
  await items.find({}).toArray();
  expect(await entries.countDocuments()).toBe(count);
  const events: Document[] = [];
  for (let event = await stream.tryNext(); event !== null; event = await stream.tryNext()) events.push(event);
  expect(events.every((event) => (event['ns'] as Document)['coll'] === 'items')).toBe(true);
  await stream.close();
});

it('writes down at level 1 what takes too long', async () => {
  await db.command({ profile: 1, slowms: 60_000 });
  const count = await entries.countDocuments();
  expect(await entries.countDocuments()).toBe(count);
  await db.command({ profile: 1, slowms: -1 });
  await db.collection('items').find({}, { comment: 'slow' }).toArray();
  await db.command({ profile: 0 });
  expect(await entries.countDocuments({ 'command.comment': 'slow' })).toBe(1);
  expect(await entries.options()).toMatchObject({ capped: true });
  expect(await entries.drop()).toBe(true);
});

it.each<[Document, number]>([
  [{ profile: 'on' }, 14],
  [{ profile: 0, sampleRate: 2 }, 2],
  [{ profile: 0, nonsense: 1 }, 40_415],
  [{ insert: 'system.profile', documents: [{}] }, 73],
])('refuses %o', async (command, code) => {
  await expect(db.command(command)).rejects.toMatchObject({ code });
});
