import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(() => items.deleteMany({}));

const LONG = 'x'.repeat(200);

/** The event of one update. */
async function eventOf(before: Document, update: Document | Document[]): Promise<Document> {
  await items.insertOne({ _id: 1 as never, ...before });
  const stream = items.watch([{ $project: { ns: 0, clusterTime: 0, wallTime: 0, documentKey: 0 } }], {
    maxAwaitTimeMS: 50,
  });
  expect(await stream.tryNext()).toBeNull();
  await items.updateOne({}, update);
  const { _id, ...event }: Document = await stream.next();
  await stream.close();
  expect(_id).toBeDefined();
  return event;
}

it.each<[string, Document, Document, Document]>([
  ['$pull at the end', { a: [1, 2, 3] }, { $pull: { a: 3 } }, { a: [1, 2] }],
  ['$pullAll', { a: [1, 2, 3] }, { $pullAll: { a: [3] } }, { a: [1, 2] }],
  ['$pop', { a: [1, 2] }, { $pop: { a: 1 } }, { a: [1] }],
  ['$addToSet', { a: [1, 2] }, { $addToSet: { a: 3 } }, { a: [1, 2, 3] }],
  ['$push', { a: [1, 2] }, { $push: { a: 3 } }, { 'a.2': 3 }],
  ['$push with $sort', { a: [1, 2] }, { $push: { a: { $each: [3], $sort: 1 } } }, { a: [1, 2, 3] }],
  ['$set beyond the end', { a: [1] }, { $set: { 'a.3': 7 } }, { 'a.3': 7 }],
  ['$set of all elements', { a: [{ x: 1, y: 1 }] }, { $set: { 'a.$[]': { x: 1, y: 2 } } }, { 'a.0': { x: 1, y: 2 } }],
])('shows what %s changed as MongoDB does', async (_name, before, update, updatedFields) => {
  expect(await eventOf(before, update)).toEqual({
    operationType: 'update',
    updateDescription: { updatedFields, removedFields: [], truncatedArrays: [] },
  });
});

it('reports an update by a pipeline as a replacement when that is shorter', async () => {
  const small = await eventOf({ a: 1 }, [{ $set: { a: 2 } }]);
  expect(small).toEqual({ operationType: 'replace', fullDocument: { _id: 1, a: 2 } });
});

it('describes an update by a pipeline part by part, but whole what is shorter whole', async () => {
  const before = { long: LONG, a: 1, list: [{ n: 1, long: LONG }, 2, 3], sub: { old: { b: 2 } }, gone: 1 };
  const update = [
    { $set: { a: 2, list: [{ n: 5, long: LONG }, 2], sub: { $literal: { next: 1 } }, added: 1 } },
    { $unset: ['sub.old', 'gone'] },
  ];
  expect(await eventOf(before, update)).toEqual({
    operationType: 'update',
    updateDescription: {
      updatedFields: { a: 2, sub: { next: 1 }, added: 1, 'list.0.n': 5 },
      removedFields: ['gone'],
      truncatedArrays: [{ field: 'list', newSize: 2 }],
    },
  });
});
