import { MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

interface Item {
  _id: number;
  kind: string;
  tags?: string[];
  price?: number;
}

const test = await openTestClient();
afterAll(() => test.close());

beforeEach(async () => {
  await test.db.dropDatabase();
  await test.db.collection<Item>('items').insertMany([
    { _id: 1, kind: 'book', tags: ['a', 'b'], price: 5 },
    { _id: 2, kind: 'book', tags: ['b'], price: 9 },
    { _id: 3, kind: 'pen', price: 1 },
    { _id: 4, kind: 'book', price: 2 },
  ]);
  await test.db.createCollection('books', { viewOn: 'items', pipeline: [{ $match: { kind: 'book' } }] });
});

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoServerError) return error.code;
    throw error;
  }
  return 0;
}

function view(name: string, viewOn: string, pipeline: Document[] = []): Promise<unknown> {
  return test.db.createCollection(name, { viewOn, pipeline });
}

it('reads a view by find, count, distinct and aggregate', async () => {
  const books = test.db.collection<Item>('books');
  const found = books
    .find({ price: { $gt: 1 } }, { projection: { price: 1 } })
    .sort({ price: -1 })
    .skip(1)
    .limit(2);
  expect(await found.toArray()).toEqual([
    { _id: 1, price: 5 },
    { _id: 4, price: 2 },
  ]);
  expect(await books.find().batchSize(1).toArray()).toHaveLength(3);
  expect(await books.findOne({ _id: 3 })).toBeNull();
  expect(await books.countDocuments()).toBe(3);
  expect(await books.estimatedDocumentCount()).toBe(3);
  expect(await test.db.command({ count: 'books', query: { price: { $gt: 1 } }, skip: 1, limit: 1 })).toMatchObject({
    n: 1,
  });
  expect(await books.distinct('tags')).toEqual(['a', 'b']);
  expect(await books.distinct('tags', { _id: 2 })).toEqual(['b']);
  expect(await books.aggregate([{ $group: { _id: null, sum: { $sum: '$price' } } }]).toArray()).toEqual([
    { _id: null, sum: 16 },
  ]);
});

it("answers with the view's namespace, and goes on under it", async () => {
  const first = await test.db.command({ find: 'books', batchSize: 1 });
  expect(first['cursor']).toMatchObject({ ns: 'test.books', firstBatch: [{ _id: 1 }] });
  const more = await test.db.command({ getMore: first['cursor'].id, collection: 'books' });
  expect(more['cursor']).toMatchObject({ ns: 'test.books', nextBatch: [{ _id: 2 }, { _id: 4 }] });
});

it('knows the variables of a find on a view', async () => {
  const work = test.db.command({ find: 'books', filter: { $expr: { $eq: ['$_id', '$$id'] } }, let: { id: 2 } });
  expect((await work)['cursor'].firstBatch).toMatchObject([{ _id: 2 }]);
});

it('joins and unites views', async () => {
  await view('tagged', 'books', [{ $match: { tags: { $exists: true } } }, { $project: { tags: 1 } }]);
  const pens = test.db
    .collection('items')
    .aggregate([
      { $match: { _id: 3 } },
      { $set: { wanted: [1, 3, 4] } },
      { $lookup: { from: 'books', localField: 'wanted', foreignField: '_id', as: 'books' } },
      { $lookup: { from: 'tagged', pipeline: [{ $count: 'n' }], as: 'tagged' } },
      { $project: { books: '$books._id', tagged: 1 } },
    ]);
  expect(await pens.toArray()).toEqual([{ _id: 3, books: [1, 4], tagged: [{ n: 2 }] }]);
  const united = test.db
    .collection('books')
    .aggregate([{ $project: { _id: 1 } }, { $unionWith: 'tagged' }, { $count: 'n' }]);
  expect(await united.toArray()).toEqual([{ n: 5 }]);
});

it('walks a graph through a view', async () => {
  await view('linked', 'items', [{ $match: { _id: { $lt: 4 } } }, { $set: { next: { $add: ['$_id', 1] } } }]);
  const walked = test.db
    .collection('items')
    .aggregate([
      { $match: { _id: 1 } },
      { $graphLookup: { from: 'linked', startWith: 2, connectFromField: 'next', connectToField: '_id', as: 'found' } },
      { $project: { ids: { $sortArray: { input: '$found._id', sortBy: 1 } } } },
    ]);
  expect(await walked.toArray()).toEqual([{ _id: 1, ids: [2, 3] }]);
});

it('takes the hint of an index of the collection below', async () => {
  const books = test.db.collection<Item>('books');
  await test.db.collection('items').createIndex({ price: 1 });
  expect(await books.find({}, { hint: { price: 1 } }).toArray()).toHaveLength(3);
  expect(await codeOf(books.find({}, { hint: { missing: 1 } }).toArray())).toBe(2);
});

it('looks into a view that itself joins', async () => {
  await view('joined', 'items', [
    { $lookup: { from: 'books', localField: '_id', foreignField: '_id', as: 'same' } },
    { $match: { same: { $ne: [] } } },
  ]);
  expect(await test.db.collection('joined').distinct('_id')).toEqual([1, 2, 4]);
});

it('lists views and system.views', async () => {
  const listed = await test.db.listCollections().toArray();
  expect(listed.find(({ name }) => name === 'books')).toEqual({
    name: 'books',
    type: 'view',
    options: { viewOn: 'items', pipeline: [{ $match: { kind: 'book' } }] },
    info: { readOnly: true },
  });
  expect(listed.map(({ name }) => name)).toContain('system.views');
  expect(await test.db.listCollections({ type: 'view' }, { nameOnly: true }).toArray()).toEqual([
    { name: 'books', type: 'view' },
  ]);
  expect(await test.db.collection('system.views').find().toArray()).toEqual([
    { _id: 'test.books', viewOn: 'items', pipeline: [{ $match: { kind: 'book' } }] },
  ]);
});

it('drops views alone, all together, and with their database', async () => {
  await view('more', 'books');
  await test.db.collection('books').drop();
  expect(await test.db.collection('items').countDocuments()).toBe(4);
  // A view outlives what it reads, and then is empty.
  expect(await test.db.collection('more').countDocuments()).toBe(0);
  await test.db.dropCollection('system.views');
  expect(await test.db.listCollections().toArray()).toMatchObject([{ name: 'items' }]);
  await view('books', 'items');
  await test.db.dropDatabase();
  expect(await test.db.listCollections().toArray()).toEqual([]);
  expect((await test.client.db().admin().listDatabases()).databases.map(({ name }) => name)).not.toContain('test');
});

it('changes a view', async () => {
  await test.db.command({ collMod: 'books', viewOn: 'items', pipeline: [{ $match: { kind: 'pen' } }] });
  expect(await test.db.collection('books').distinct('_id')).toEqual([3]);
  expect(await codeOf(test.db.command({ collMod: 'books', viewOn: 'items' }))).toBe(72);
  expect(await codeOf(test.db.command({ collMod: 'books', viewOn: 'items', pipeline: [], validator: {} }))).toBe(72);
  expect(await codeOf(test.db.command({ collMod: 'books', viewOn: 'books', pipeline: [] }))).toBe(5);
  expect(await test.db.collection('books').distinct('_id')).toEqual([3]);
});

it('stacks at most twenty views', async () => {
  let below = 'items';
  for (let level = 1; level <= 20; level += 1) {
    await view(`level${String(level)}`, below, [{ $match: { _id: { $ne: level } } }]);
    below = `level${String(level)}`;
  }
  expect(await codeOf(view('toomany', below))).toBe(165);
  expect(await test.db.collection(below).countDocuments()).toBe(0);
  expect(await test.db.collection('level2').distinct('_id')).toEqual([3, 4]);
});

it('refuses cycles, also through joins', async () => {
  await view('a', 'b');
  expect(await codeOf(view('b', 'a'))).toBe(5);
  expect(await codeOf(view('c', 'c'))).toBe(5);
  const facet = { $facet: { x: [{ $lookup: { from: 'a', pipeline: [], as: 'x' } }] } };
  expect(await codeOf(view('b', 'items', [facet]))).toBe(5);
  expect(await codeOf(view('b', 'items', [{ $unionWith: 'a' }]))).toBe(5);
});

it.each<[string, (name: string) => Promise<unknown>]>([
  ['insert', (name) => test.db.collection(name).insertOne({ kind: 'x' })],
  ['update', (name) => test.db.collection(name).updateOne({}, { $set: { x: 1 } })],
  ['upsert', (name) => test.db.collection(name).updateOne({ x: 9 }, { $set: { x: 1 } }, { upsert: true })],
  ['delete', (name) => test.db.collection(name).deleteMany({})],
  ['findAndModify', (name) => test.db.collection(name).findOneAndUpdate({}, { $set: { x: 1 } })],
  ['removal by findAndModify', (name) => test.db.collection(name).findOneAndDelete({})],
  ['createIndexes', (name) => test.db.command({ createIndexes: name, indexes: [{ key: { a: 1 }, name: 'a' }] })],
  ['listIndexes', (name) => test.db.collection(name).listIndexes().toArray()],
  ['dropIndexes', (name) => test.db.command({ dropIndexes: name, index: '*' })],
  ['collStats', (name) => test.db.command({ collStats: name })],
  ['validate', (name) => test.db.command({ validate: name })],
  ['convertToCapped', (name) => test.db.command({ convertToCapped: name, size: 4096 })],
  [
    '$collStats',
    (name) =>
      test.db
        .collection(name)
        .aggregate([{ $collStats: { count: {} } }])
        .toArray(),
  ],
  [
    '$out',
    (name) =>
      test.db
        .collection('items')
        .aggregate([{ $out: name }])
        .toArray(),
  ],
  [
    '$merge',
    (name) =>
      test.db
        .collection('items')
        .aggregate([{ $merge: name }])
        .toArray(),
  ],
  [
    '$merge of nothing',
    (name) =>
      test.db
        .collection('none')
        .aggregate([{ $merge: name }])
        .toArray(),
  ],
  ['watch', (name) => test.db.command({ aggregate: name, pipeline: [{ $changeStream: {} }], cursor: {} })],
])('refuses %s on a view', async (_name, work) => {
  expect(await codeOf(work('books'))).toBe(166);
  expect(await test.db.collection('items').countDocuments()).toBe(4);
  expect(await test.db.collection('books').countDocuments()).toBe(3);
});

it('refuses the client bulkWrite on a view', async () => {
  const reply = await test.client
    .db('admin')
    .command({ bulkWrite: 1, ops: [{ insert: 0, document: { _id: 9 } }], nsInfo: [{ ns: 'test.books' }] });
  expect(reply['cursor'].firstBatch).toMatchObject([{ ok: 0, code: 166 }]);
});

it.each<[string, Document, number]>([
  ['a view that writes', { create: 'v', viewOn: 'items', pipeline: [{ $out: 'x' }] }, 167],
  ['a view that merges', { create: 'v', viewOn: 'items', pipeline: [{ $merge: 'x' }] }, 167],
  ['a view of changes', { create: 'v', viewOn: 'items', pipeline: [{ $changeStream: {} }] }, 167],
  ['a view with an unknown stage', { create: 'v', viewOn: 'items', pipeline: [{ $nonsense: 1 }] }, 40_324],
  ['a capped view', { create: 'v', viewOn: 'items', pipeline: [], capped: true, size: 4096 }, 72],
  ['a view with a validator', { create: 'v', viewOn: 'items', pipeline: [], validator: {} }, 72],
  ['a view on nothing', { create: 'v', viewOn: '', pipeline: [] }, 2],
  ['a view on a bad name', { create: 'v', viewOn: '$x', pipeline: [] }, 73],
  ['a view over a collection', { create: 'items', viewOn: 'x', pipeline: [] }, 48],
  ['a view over another view', { create: 'books', viewOn: 'items', pipeline: [] }, 48],
  ['a collection over a view', { create: 'books' }, 48],
  ['positional projection', { find: 'books', filter: { tags: 'b' }, projection: { 'tags.$': 1 } }, 31_324],
  ['$elemMatch projection', { find: 'books', projection: { tags: { $elemMatch: { $eq: 'b' } } } }, 168],
  ['$slice projection', { find: 'books', projection: { tags: { $slice: 1 } } }, 168],
  ['record ids', { find: 'books', showRecordId: true }, 168],
  ['natural order', { find: 'books', sort: { $natural: 1 } }, 168],
])('refuses %s', async (_name, command, code) => {
  expect(await codeOf(test.db.command(command))).toBe(code);
});

/** The code a command about views fails with, if it does. */
async function failureCode(command: Document): Promise<unknown> {
  return test.db.command(command).then(
    () => undefined,
    (error: unknown) => (error instanceof MongoServerError ? error.code : error),
  );
}

const join = (from: string): Document => ({ $lookup: { from, localField: 'kind', foreignField: 'kind', as: 'found' } });

it('counts the views above a new one as well as those below', async () => {
  for (let depth = 1; depth <= 20; depth += 1) {
    await test.db.createCollection(`v${String(depth)}`, { viewOn: `v${String(depth + 1)}` });
  }
  expect(await failureCode({ create: 'v21', viewOn: 'items' })).toBe(165);
  expect(await failureCode({ create: 'v0', viewOn: 'v1' })).toBe(165);
  expect(await failureCode({ create: 'v0', viewOn: 'items', pipeline: [join('v1')] })).toBe(165);
  expect(await failureCode({ create: 'middle', viewOn: 'v10' })).toBeUndefined();
  expect(await failureCode({ aggregate: 'items', pipeline: [join('v1')], cursor: {} })).toBe(165);
});

it('keeps views that read each other to one collation', async () => {
  const french = { collation: { locale: 'fr' } };
  const other = { collation: { locale: 'pt' } };
  await test.db.createCollection('french', { viewOn: 'items', ...french });
  expect(await failureCode({ create: 'v', viewOn: 'french', ...other })).toBe(167);
  expect(await failureCode({ create: 'v', viewOn: 'items', pipeline: [join('french')], ...other })).toBe(167);
  expect(await failureCode({ create: 'v', viewOn: 'items', pipeline: [join('french')], ...french })).toBeUndefined();
  expect(await failureCode({ drop: 'french' })).toBeUndefined();
  expect(await failureCode({ create: 'french', viewOn: 'items' })).toBe(167);
  expect(await failureCode({ create: 'french', viewOn: 'items', ...french })).toBeUndefined();
  for (const name of ['nothing', 'items', 'books']) {
    expect(await failureCode({ aggregate: name, pipeline: [join('french')], cursor: {} })).toBe(167);
  }
  const fitting = { aggregate: 'items', pipeline: [join('french')], cursor: {}, ...french };
  expect(await failureCode(fitting)).toBeUndefined();
});

it('keeps the collation of a view that is changed', async () => {
  await test.db.createCollection('loose', { viewOn: 'items', collation: { locale: 'en', strength: 1 } });
  await test.db.command({ collMod: 'loose', viewOn: 'items', pipeline: [{ $match: { kind: 'BOOK' } }] });
  expect(await test.db.collection('loose').countDocuments()).toBe(3);
});

it.each(['noCursorTimeout', 'allowPartialResults', 'returnKey', 'readOnce'])(
  'refuses %s of a find on a view',
  async (option) => {
    expect(await failureCode({ find: 'books', [option]: true })).toBe(168);
  },
);
