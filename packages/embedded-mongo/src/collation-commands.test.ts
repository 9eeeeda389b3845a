import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoServerError, type Collection, type Document, type ObjectId } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

interface Person {
  readonly _id?: string | number | ObjectId;
  readonly [name: string]: unknown;
}

const test = await openTestClient();
let people: Collection<Person>;
let round = 0;
afterAll(() => test.close());
beforeEach(() => {
  round += 1;
  people = test.db.collection<Person>(`people${String(round)}`);
});

const NO_CASE = { locale: 'en', strength: 2 } as const;
const LETTERS = { locale: 'en', strength: 1 } as const;
const FULL = { caseLevel: false, caseFirst: 'off', numericOrdering: false, alternate: 'non-ignorable' };
const REST = { maxVariable: 'punct', normalization: false, backwards: false, version: '57.1' };

async function failure(work: Promise<unknown>): Promise<{ code: unknown; message: string; keyValue?: unknown }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    return { code: error.code, message: error.message, keyValue: error['keyValue'] };
  }
  throw new Error('should have failed');
}

async function names(cursor: AsyncIterable<Document>): Promise<unknown[]> {
  const found = [];
  for await (const document of cursor) found.push(document['name']);
  return found;
}

/** The index a query is answered by, or COLLSCAN. */
async function indexOf(filter: Document, collation?: Document, sort: Document = {}): Promise<unknown> {
  const command = { find: people.collectionName, filter, sort, ...(collation ? { collation } : {}) };
  const answer = await test.db.command({ explain: command, verbosity: 'queryPlanner' });
  const plan = JSON.stringify(answer['queryPlanner'].winningPlan);
  return /"indexName":"([^"]*)"/.exec(plan)?.[1] ?? /COLLSCAN/.exec(plan)?.[0];
}

it('keeps e-mail addresses unique whatever their case and shows the stored one', async () => {
  await people.createIndex({ email: 1 }, { unique: true, collation: NO_CASE });
  await people.insertOne({ email: 'Ann@Example.com' });
  const refused = await failure(people.insertOne({ email: 'ann@example.COM' }));
  expect(refused).toMatchObject({ code: 11_000, keyValue: { email: 'ann@example.COM' } });
  expect(refused.message).toMatch(/collation: \{ locale: "en", .* dup key: \{ email: "ann@example.COM" \}$/);
  await people.insertOne({ email: 'ánn@example.com' });
  expect(await people.findOne({ email: 'ANN@EXAMPLE.COM' }, { collation: NO_CASE })).toMatchObject({
    email: 'Ann@Example.com',
  });
  expect(await people.findOne({ email: 'ANN@EXAMPLE.COM' })).toBeNull();
});

it('uses an index for texts only under its own collation', async () => {
  await people.createIndex({ name: 1 }, { name: 'folded', collation: NO_CASE });
  await people.insertMany([{ name: 'a' }, { name: 'A' }, { name: 5 }]);
  expect(await indexOf({ name: 'A' }, NO_CASE)).toBe('folded');
  expect(await indexOf({ name: 'A' })).toBe('COLLSCAN');
  expect(await indexOf({ name: 'A' }, LETTERS)).toBe('COLLSCAN');
  expect(await indexOf({ name: { $in: [1, 'a'] } })).toBe('COLLSCAN');
  expect(await indexOf({ name: { $gte: 5 } })).toBe('folded');
  expect(await indexOf({ name: /^a/ }, NO_CASE)).toBe('COLLSCAN');
  expect(await indexOf({}, NO_CASE, { name: 1 })).toBe('folded');
  expect(await indexOf({}, undefined, { name: 1 })).toBe('COLLSCAN');
  expect(await people.countDocuments({ name: 'A' })).toBe(1);
  expect(await people.countDocuments({ name: 'A' }, { collation: NO_CASE })).toBe(2);
  expect(await people.countDocuments({ name: /^a/ }, { collation: NO_CASE })).toBe(1);
});

it('sorts by letters first, with and without an index, ascending and descending', async () => {
  const sorted = ['', '_b', '1', 'a', 'A', 'á', 'Á', 'b', 'B', 'Z', 'α', 'я'];
  await people.insertMany([...sorted].toReversed().map((name) => ({ name })));
  const collation = { locale: 'en' };
  expect(await names(people.find().sort({ name: 1 }).collation(collation))).toEqual(sorted);
  await people.createIndex({ name: 1 }, { collation });
  expect(await indexOf({}, collation, { name: -1 })).toBe('name_1');
  expect(await names(people.find().sort({ name: 1 }).collation(collation))).toEqual(sorted);
  expect(await names(people.find().sort({ name: -1 }).collation(collation))).toEqual(sorted.toReversed());
  expect(await names(people.find().sort({ name: 1 }))).toEqual([...sorted].toSorted());
});

it('sorts numbers within texts by their value on request', async () => {
  await people.insertMany(['v10', 'v9', 'v1', 'V9b'].map((name) => ({ name })));
  const collation = { locale: 'en', numericOrdering: true };
  expect(await names(people.find().sort({ name: 1 }).collation(collation))).toEqual(['v1', 'v9', 'V9b', 'v10']);
});

it('follows a cursor through its batches', async () => {
  const list = Array.from({ length: 250 }, (_unused, n) => ({ name: n % 2 === 0 ? 'Yes' : 'yes', n }));
  await people.insertMany(list);
  expect(await people.find({ name: 'YES' }, { collation: NO_CASE, batchSize: 7 }).toArray()).toHaveLength(250);
  const filter = { $expr: { $eq: ['$name', 'YES'] } };
  const [found, other] = [
    people.find(filter, { collation: NO_CASE, batchSize: 7 }),
    people.find(filter, { batchSize: 7 }),
  ];
  await found.next();
  expect(await other.toArray()).toHaveLength(0);
  expect(await found.toArray()).toHaveLength(249);
});

it('compares in every filter operator', async () => {
  await people.insertMany([{ name: 'x', tags: ['Red', 'blue'], sub: [{ c: 'É', d: { e: 'Ö' } }] }, { name: 'X' }]);
  const count = (filter: Document) => people.countDocuments(filter, { collation: LETTERS });
  expect(await count({ name: 'X' })).toBe(2);
  expect(await count({ name: { $ne: 'X' } })).toBe(0);
  expect(await count({ name: { $nin: ['y', 'X'] } })).toBe(0);
  expect(await count({ name: { $gt: 'W', $lte: 'X' } })).toBe(2);
  expect(await count({ tags: { $all: ['RED', 'BLUE'] } })).toBe(1);
  expect(await count({ tags: ['red', 'Blue'] })).toBe(1);
  expect(await count({ tags: { $elemMatch: { $gt: 'Q', $lt: 'S' } } })).toBe(1);
  expect(await count({ sub: { $elemMatch: { c: 'e', d: { e: 'o' } } } })).toBe(1);
  expect(await count({ 'sub.d': { e: 'O' } })).toBe(1);
  expect(await count({ 'sub.d': { E: 'o' } })).toBe(0);
  expect(await count({ name: { $not: { $eq: 'X' } } })).toBe(0);
  expect(await count({ $expr: { $in: ['$name', ['X']] } })).toBe(2);
});

it('groups, joins and compares in pipelines', async () => {
  await people.insertMany(['a', 'A', 'b', 'B', 'á'].map((name, n) => ({ _id: n, name })));
  const run = (...stages: Document[]) => people.aggregate(stages, { collation: LETTERS }).toArray();
  expect(await run({ $group: { _id: '$name', n: { $sum: 1 } } }, { $sort: { _id: 1 } })).toEqual([
    { _id: 'a', n: 3 },
    { _id: 'b', n: 2 },
  ]);
  expect(await run({ $sortByCount: '$name' })).toEqual([
    { _id: 'a', count: 3 },
    { _id: 'b', count: 2 },
  ]);
  expect(await run({ $group: { _id: null, set: { $addToSet: '$name' }, max: { $max: '$name' } } })).toEqual([
    { _id: null, set: ['a', 'b'], max: 'b' },
  ]);
  const lookup = { from: people.collectionName, localField: 'name', foreignField: 'name', as: 'same' };
  const joined = await run({ $match: { name: 'B' } }, { $lookup: lookup }, { $project: { n: { $size: '$same' } } });
  expect(joined).toEqual([
    { _id: 2, n: 2 },
    { _id: 3, n: 2 },
  ]);
  const piped = { from: people.collectionName, let: { mine: '$name' }, as: 'same' };
  const pipeline = [{ $match: { $expr: { $eq: ['$name', '$$mine'] } } }];
  const [first] = await run(
    { $limit: 1 },
    { $lookup: { ...piped, pipeline } },
    { $project: { n: { $size: '$same' } } },
  );
  expect(first).toEqual({ _id: 0, n: 3 });
  const compare = {
    eq: { $eq: ['$name', 'A'] },
    cmp: { $cmp: ['$name', 'B'] },
    set: { $setIntersection: [['A'], ['á']] },
  };
  expect(await run({ $match: { _id: 4 } }, { $project: compare })).toEqual([{ _id: 4, eq: true, cmp: -1, set: ['A'] }]);
  const [facet] = await run({ $facet: { hits: [{ $match: { name: 'A' } }, { $count: 'n' }] } });
  expect(facet).toEqual({ hits: [{ n: 3 }] });
  const bucket = { groupBy: '$name', boundaries: ['A', 'B', 'C'], output: { n: { $sum: 1 } } };
  expect(await run({ $bucket: bucket })).toEqual([
    { _id: 'A', n: 3 },
    { _id: 'B', n: 2 },
  ]);
  expect(await people.aggregate([{ $group: { _id: '$name' } }]).toArray()).toHaveLength(5);
});

it('partitions windows and follows graphs by it', async () => {
  await people.insertMany([
    { _id: 1, name: 'a', next: 'B', n: 1 },
    { _id: 2, name: 'A', next: 'c', n: 2 },
    { _id: 3, name: 'b', next: 'none', n: 4 },
  ]);
  const run = (...stages: Document[]) => people.aggregate(stages, { collation: NO_CASE }).toArray();
  const output = { sum: { $sum: '$n', window: { documents: ['unbounded', 'unbounded'] } } };
  const sums = await run(
    { $setWindowFields: { partitionBy: '$name', sortBy: { n: 1 }, output } },
    { $sort: { n: 1 } },
    { $project: { _id: 0, sum: 1 } },
  );
  expect(sums).toEqual([{ sum: 3 }, { sum: 3 }, { sum: 4 }]);
  const graph = { from: people.collectionName, startWith: '$next', connectFromField: 'next', connectToField: 'name' };
  const [first] = await run({ $match: { _id: 1 } }, { $graphLookup: { ...graph, as: 'reached' } });
  expect(first).toMatchObject({ reached: [{ _id: 3 }] });
});

it('survives a restart', async () => {
  const path = mkdtempSync(join(tmpdir(), 'parley-collation-'));
  const before = await openTestClient(path);
  const listed = await before.db.createCollection('names', { collation: LETTERS });
  await listed.createIndex({ name: 1 }, { unique: true, collation: NO_CASE });
  await listed.insertOne({ name: 'Ann' });
  const indexes = await listed.indexes();
  await before.close();
  const after = await openTestClient(path);
  const again = after.db.collection('names');
  expect(await again.indexes()).toEqual(indexes);
  expect(await again.countDocuments({ name: 'ÁNN' })).toBe(1);
  expect(await again.countDocuments({ name: 'ANN' }, { collation: NO_CASE })).toBe(1);
  expect((await failure(again.insertOne({ name: 'ann' }))).code).toBe(11_000);
  await after.close();
  rmSync(path, { recursive: true });
});

it('finds different values', async () => {
  await people.insertMany([{ name: 'b' }, { name: ['B', 'a'] }, { name: 'A' }, { name: 1 }]);
  expect(await people.distinct('name', {}, { collation: NO_CASE })).toEqual([1, 'a', 'b']);
  expect(await people.distinct('name', { name: 'A' }, { collation: NO_CASE })).toEqual(['a', 'B']);
});

it('is honoured by count, update, upsert, replace, delete and findAndModify', async () => {
  const options = { collation: NO_CASE };
  await people.insertMany([{ name: 'Ann' }, { name: 'ANN' }, { name: 'Bob' }]);
  expect(
    await test.db.command({ count: people.collectionName, query: { name: 'ann' }, collation: NO_CASE }),
  ).toMatchObject({ n: 2 });
  expect(await people.updateMany({ name: 'ann' }, { $set: { seen: 1 } }, options)).toMatchObject({ matchedCount: 2 });
  expect(await people.updateOne({ name: 'BOB' }, { $set: { seen: 2 } }, { ...options, upsert: true })).toMatchObject({
    upsertedCount: 0,
  });
  const upserted = await people.updateOne({ name: 'Eve' }, { $set: { seen: 3 } }, { ...options, upsert: true });
  expect(upserted.upsertedCount).toBe(1);
  expect(await people.replaceOne({ name: 'EVE' }, { name: 'eve' }, options)).toMatchObject({ modifiedCount: 1 });
  expect(await people.findOneAndUpdate({ name: 'bob' }, { $set: { seen: 3 } }, options)).toMatchObject({ name: 'Bob' });
  expect(await people.findOneAndDelete({ name: 'BOB' }, options)).toMatchObject({ seen: 3 });
  expect(await people.deleteOne({ name: 'EVE' })).toMatchObject({ deletedCount: 0 });
  expect(await people.deleteMany({ name: 'ann' }, options)).toMatchObject({ deletedCount: 2 });
  await people.insertMany([{ name: 'x' }, { name: 'X' }]);
  const bulk = await people.bulkWrite([
    { updateMany: { filter: { name: 'X' }, update: { $set: { hit: 1 } }, collation: NO_CASE } },
    { deleteOne: { filter: { name: 'EVE' }, collation: NO_CASE } },
    { deleteMany: { filter: { name: 'X' } } },
  ]);
  expect([bulk.matchedCount, bulk.deletedCount]).toEqual([2, 2]);
  const namespace = people.namespace;
  const client = await test.client.bulkWrite([
    { namespace, name: 'updateMany', filter: { name: 'X' }, update: { $set: { hit: 2 } }, collation: NO_CASE },
    { namespace, name: 'deleteMany', filter: { name: 'X' }, collation: NO_CASE },
  ]);
  expect([client.matchedCount, client.deletedCount]).toEqual([1, 1]);
});

it('compares in the operators of updates', async () => {
  const options = { collation: NO_CASE };
  await people.insertOne({ name: 'x', tags: ['Red', 'blue', 'RED'], low: 'b', items: [{ kind: 'A', n: 1 }] });
  const after = async (update: Document, more: Document = {}) => {
    await people.updateOne({ name: 'X' }, update, { ...options, ...more });
    return await people.findOne({ name: 'x' }, { projection: { _id: 0, name: 0 } });
  };
  expect(await after({ $addToSet: { tags: { $each: ['BLUE', 'green'] } } })).toMatchObject({
    tags: ['Red', 'blue', 'RED', 'green'],
  });
  expect(await after({ $pull: { tags: 'red' } })).toMatchObject({ tags: ['blue', 'green'] });
  expect(await after({ $pullAll: { tags: ['GREEN'] } })).toMatchObject({ tags: ['blue'] });
  expect(await after({ $push: { tags: { $each: ['Ape', 'ant'], $sort: 1 } } })).toMatchObject({
    tags: ['ant', 'Ape', 'blue'],
  });
  expect(await after({ $min: { low: 'B' } })).toMatchObject({ low: 'b' });
  expect(await after({ $max: { low: 'C' } })).toMatchObject({ low: 'C' });
  const arrayFilters = [{ 'i.kind': 'a' }];
  expect(await after({ $set: { 'items.$[i].n': 2 } }, { arrayFilters })).toMatchObject({
    items: [{ kind: 'A', n: 2 }],
  });
  const update = { $set: { 'items.$.n': 3 } };
  await people.updateOne({ name: 'X', 'items.kind': 'a' }, update, options);
  expect(await people.findOne({ name: 'x' })).toMatchObject({ items: [{ n: 3 }] });
});

it('does not let an update change the case of an identifier', async () => {
  await people.insertOne({ _id: 'a', n: 1 });
  const refused = await failure(people.updateOne({ _id: 'A' }, { $set: { _id: 'A' } }, { collation: NO_CASE }));
  expect(refused.code).toBe(66);
});

it('inherits the default of the collection', async () => {
  const name = `defaults${String(round)}`;
  people = await test.db.createCollection<Person>(name, { collation: { locale: 'de', strength: 1 } });
  const full = { locale: 'de', strength: 1, ...FULL, ...REST };
  const [listed] = await test.db.listCollections({ name }).toArray();
  expect(listed).toMatchObject({ options: { collation: full }, idIndex: { collation: full } });
  await people.createIndex({ name: 1 });
  await people.createIndex({ name: 1 }, { name: 'binary', collation: { locale: 'simple' } });
  const indexes = await people.indexes();
  expect(indexes.map(({ name: index, collation }) => [index, collation])).toEqual([
    ['_id_', full],
    ['name_1', full],
    ['binary', undefined],
  ]);
  await people.insertMany([{ _id: 'Ä', name: 'Ä' }, { name: 'b' }]);
  expect((await failure(people.insertOne({ _id: 'a' }))).code).toBe(11_000);
  expect(await people.countDocuments({ name: 'a' })).toBe(1);
  expect(await people.countDocuments({ _id: 'A' })).toBe(1);
  expect(await people.countDocuments({ name: 'a' }, { collation: { locale: 'simple' } })).toBe(0);
  expect(await indexOf({ name: 'a' })).toBe('name_1');
  expect(await indexOf({ name: 'a' }, { locale: 'simple' })).toBe('binary');
  expect(await people.updateOne({ name: 'A' }, { $set: { seen: true } })).toMatchObject({ matchedCount: 1 });
  expect(await people.aggregate([{ $match: { name: 'A' } }]).toArray()).toHaveLength(1);
  expect(await people.distinct('name', { name: 'A' })).toEqual(['Ä']);
  expect((await failure(people.createIndex({ _id: 1 }, { collation: { locale: 'simple' } }))).code).toBe(2);
  await expect(test.db.createCollection(name, { collation: { locale: 'de', strength: 1 } })).resolves.toBeDefined();
  expect((await failure(test.db.createCollection(name))).code).toBe(48);
});

it('tells indexes of one key apart by their collation', async () => {
  await people.createIndex({ name: 1 }, { collation: NO_CASE });
  await people.createIndex({ name: 1 }, { collation: { ...NO_CASE, numericOrdering: false } });
  expect((await failure(people.createIndex({ name: 1 }))).code).toBe(86);
  expect((await failure(people.createIndex({ name: 1 }, { name: 'other', collation: NO_CASE }))).code).toBe(85);
  await people.createIndex({ name: 1 }, { name: 'binary' });
  expect((await people.indexes()).map(({ name }) => name)).toEqual(['_id_', 'name_1', 'binary']);
  const drop = test.db.command({ dropIndexes: people.collectionName, index: { name: 1 } });
  expect((await failure(drop)).code).toBe(181);
});

it('judges a partial index by its collation', async () => {
  const partialFilterExpression = { kind: 'open' };
  await people.createIndex({ name: 1 }, { name: 'open', unique: true, collation: NO_CASE, partialFilterExpression });
  await people.insertOne({ name: 'x', kind: 'OPEN' });
  expect((await failure(people.insertOne({ name: 'X', kind: 'open' }))).code).toBe(11_000);
  await people.insertOne({ name: 'X', kind: 'closed' });
  expect(await indexOf({ name: 'X', kind: 'Open' }, NO_CASE)).toBe('open');
  expect(await indexOf({ name: 5, kind: 'open' })).toBe('COLLSCAN');
});

it('is fixed by a view', async () => {
  const view = `${people.collectionName}view`;
  await people.insertMany([{ name: 'a' }, { name: 'A' }]);
  await test.db.createCollection(view, {
    viewOn: people.collectionName,
    pipeline: [{ $match: { name: 'A' } }],
    collation: NO_CASE,
  });
  const shown = test.db.collection(view);
  expect(await shown.find().toArray()).toHaveLength(2);
  expect(await shown.find({ name: 'A' }, { collation: NO_CASE }).toArray()).toHaveLength(2);
  expect((await failure(shown.find({}, { collation: { locale: 'simple' } }).toArray())).code).toBe(167);
  const lookup = { $lookup: { from: view, pipeline: [], as: 'others' } };
  expect(await people.aggregate([lookup], { collation: NO_CASE }).toArray()).toHaveLength(2);
  expect((await failure(people.aggregate([lookup]).toArray())).code).toBe(167);
});

it('refuses what it cannot honour', async () => {
  const code = async (collation: Document) =>
    (await failure(test.db.command({ find: people.collectionName, collation }))).code;
  expect(await code({ locale: 'sv' })).toBe(2);
  expect(await code({ locale: 'en', backwards: true })).toBe(2);
  expect(await code({ locale: 'en', colour: 1 })).toBe(40_415);
  expect(await code({ strength: 1 })).toBe(40_414);
  expect((await failure(people.createIndex({ a: 1 }, { collation: { locale: 'xx' } }))).code).toBe(2);
  expect((await failure(people.createIndex({ a: 'text' }, { collation: NO_CASE }))).code).toBe(67);
  const partialFilterExpression = { $expr: { $eq: ['$a', 'b'] } };
  expect((await failure(people.createIndex({ a: 1 }, { partialFilterExpression }))).code).toBe(224);
});

it('filters changes by the collation of the stream, and by no other', async () => {
  await test.db.createCollection('watched', { collation: NO_CASE });
  const watched = test.db.collection('watched');
  const pipeline = [{ $match: { 'fullDocument.name': 'ANN' } }, { $project: { name: '$fullDocument.name' } }];
  const options = { maxAwaitTimeMS: 20, batchSize: 1 };
  const folded = watched.watch(pipeline, { ...options, collation: NO_CASE });
  const exact = watched.watch(pipeline, options);
  expect([await folded.tryNext(), await exact.tryNext()]).toEqual([null, null]);
  await watched.insertMany([{ name: 'ann' }, { name: 'Bob' }, { name: 'ANN' }]);
  expect([await folded.next(), await folded.next()]).toMatchObject([{ name: 'ann' }, { name: 'ANN' }]);
  expect(await exact.next()).toMatchObject({ name: 'ANN' });
  await Promise.all([folded.close(), exact.close()]);
});
