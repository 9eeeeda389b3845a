import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
interface Article {
  _id: number;
  title?: string;
  body?: string;
  author?: string;
  language?: string;
  parts?: unknown[];
}
const articles = test.db.collection<Article>('articles');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});

async function found(search: string, options: object = {}): Promise<number[]> {
  const documents = await articles.find({ $text: { $search: search, ...options } }).toArray();
  return documents.map((document) => document._id).toSorted((left, right) => left - right);
}

async function fill(): Promise<void> {
  await articles.insertMany([
    { _id: 1, title: 'Coffee Shop', body: 'We sell coffees and cakes', author: 'ann' },
    { _id: 2, title: 'Coffee', body: 'How to bake a cake', author: 'bob' },
    { _id: 3, title: 'Tea', body: 'Running a shop for tea', author: 'ann' },
    { _id: 4, title: 'Café Zoë', body: 'the and of', author: 'bob' },
  ]);
  await articles.createIndex({ title: 'text', body: 'text' }, { weights: { title: 10 } });
}

it('finds words by stem, phrases by text, and leaves out what is negated', async () => {
  await fill();
  expect(await found('coffee')).toEqual([1, 2]);
  expect(await found('tea cake')).toEqual([1, 2, 3]);
  expect(await found('shops run')).toEqual([1, 3]);
  expect(await found('coffee -bake')).toEqual([1]);
  expect(await found('"coffee shop"')).toEqual([1]);
  expect(await found('cake -"coffee shop"')).toEqual([2]);
  expect(await found('"bake a" tea')).toEqual([2]);
  expect(await found('cafe zoe')).toEqual([4]);
  expect(await found('the of')).toEqual([]);
  expect(await found('-tea')).toEqual([]);
  expect(await found('')).toEqual([]);
  expect(await found('COFFEE', { $caseSensitive: true })).toEqual([]);
  expect(await found('Coffee', { $caseSensitive: true })).toEqual([1, 2]);
  expect(await found('cafe', { $diacriticSensitive: true })).toEqual([]);
  expect(await found('café', { $diacriticSensitive: true })).toEqual([4]);
  expect(await found('coffees', { $language: 'none' })).toEqual([]);
});

it('keeps the index up with every write and through a rollback', async () => {
  await fill();
  await articles.updateOne({ _id: 3 }, { $set: { title: 'Chocolate' } });
  await articles.deleteOne({ _id: 2 });
  await articles.insertOne({ _id: 5, parts: [] });
  expect(await found('tea')).toEqual([3]);
  expect(await found('chocolate coffee')).toEqual([1, 3]);
  const session = test.client.startSession();
  session.startTransaction();
  await articles.updateOne({ _id: 1 }, { $set: { title: 'Milk' } }, { session });
  expect(await articles.countDocuments({ $text: { $search: 'milk' } }, { session })).toBe(1);
  await session.abortTransaction();
  await session.endSession();
  expect(await found('milk')).toEqual([]);
  expect(await found('coffee')).toEqual([1]);
  await articles.dropIndex('title_text_body_text');
  await expect(found('coffee')).rejects.toMatchObject({ code: 27, message: 'text index required for $text query' });
});

it('scores as MongoDB does, and sorts and projects by the score', async () => {
  await fill();
  const score = { $meta: 'textScore' } as const;
  const ranked = await articles
    .find({ $text: { $search: 'coffee' } }, { projection: { title: 1, score } })
    .sort({ score })
    .toArray();
  // Title "Coffee": 10 × 1 × 1, no boost since the stem is "coffe"; "Coffee Shop": 10 × 0.75, and once in three words.
  expect(ranked).toEqual([
    { _id: 2, title: 'Coffee', score: 10 },
    { _id: 1, title: 'Coffee Shop', score: 7.5 + 1 * (0.5 / 3 + 0.5) },
  ]);
  const exact = await articles.find({ $text: { $search: 'tea' } }, { projection: { score } }).toArray();
  expect(exact).toMatchObject([{ _id: 3, title: 'Tea', body: expect.any(String), score: 11 + 0.5 / 3 + 0.5 }]);
  const staged = await articles
    .aggregate([
      { $match: { $text: { $search: 'coffee cake' }, author: { $exists: true } } },
      { $sort: { score, _id: 1 } },
      { $limit: 1 },
      { $project: { _id: 1, score } },
    ])
    .toArray();
  expect(staged).toEqual([{ _id: 2, score: 10 + 0.5 / 2 + 0.5 }]);
  await expect(articles.find({}, { projection: { score } }).toArray()).rejects.toMatchObject({ code: 40_218 });
  await expect(articles.find({}).sort({ score }).toArray()).rejects.toMatchObject({ code: 40_218 });
});

it('serves every command that takes a filter', async () => {
  await fill();
  const filter = { $text: { $search: 'coffee' }, author: 'ann' };
  expect(await articles.countDocuments(filter)).toBe(1);
  expect(await test.db.command({ count: 'articles', query: { $text: { $search: 'coffee' } } })).toMatchObject({ n: 2 });
  expect(await articles.distinct('author', { $text: { $search: 'coffee' } })).toEqual(['ann', 'bob']);
  expect(await articles.updateMany(filter, { $set: { title: 'Water' } })).toMatchObject({ modifiedCount: 1 });
  expect(await articles.findOneAndUpdate({ $text: { $search: 'water' } }, { $set: { author: 'eve' } })).toMatchObject({
    _id: 1,
  });
  expect(await articles.deleteMany({ $text: { $search: 'tea' } })).toMatchObject({ deletedCount: 1 });
  const plan = await articles.find({ $text: { $search: 'cakes' } }).explain('executionStats');
  expect(plan['queryPlanner']['winningPlan']).toMatchObject({ stage: 'TEXT_MATCH', indexName: 'title_text_body_text' });
  expect(plan['executionStats']).toMatchObject({ nReturned: 2, totalKeysExamined: 2 });
});

it('covers paths in arrays, every field, and other languages', async () => {
  await articles.createIndex({ '$**': 'text' }, { default_language: 'none', name: 'all' });
  await articles.insertMany([
    { _id: 1, parts: [{ deep: ['Apples and pears'] }] },
    { _id: 2, title: 'running', language: 'en' },
    { _id: 3, title: 'running', language: 'de' },
  ]);
  expect(await found('apples')).toEqual([1]);
  expect(await found('apple')).toEqual([]);
  expect(await found('run', { $language: 'english' })).toEqual([2]);
  expect(await found('running')).toEqual([3]);
  await expect(articles.insertOne({ _id: 4, language: 'klingon' })).rejects.toMatchObject({ code: 17_262 });
  await expect(articles.insertOne({ _id: 4, language: 5 as never })).rejects.toMatchObject({ code: 17_261 });
});

it('lists text indexes as MongoDB does, and knows them again', async () => {
  await fill();
  await articles.createIndex({ title: 'text', body: 'text' }, { weights: { title: 10 } });
  expect((await articles.indexes())[1]).toEqual({
    v: 2,
    key: { _fts: 'text', _ftsx: 1 },
    name: 'title_text_body_text',
    weights: { body: 1, title: 10 },
    default_language: 'english',
    language_override: 'language',
    textIndexVersion: 3,
  });
  await expect(articles.createIndex({ author: 'text' })).rejects.toMatchObject({ code: 67 });
  const other = test.db.collection('other');
  await expect(other.createIndex({ a: 'text' }, { unique: true })).rejects.toMatchObject({ code: 67 });
  await expect(other.createIndex({ a: 'text' }, { default_language: 'klingon' })).rejects.toMatchObject({ code: 67 });
  await expect(other.createIndex({ a: 'text' }, { weights: { a: 0 } })).rejects.toMatchObject({ code: 67 });
  await expect(
    other.createIndex({ a: 1 }, { partialFilterExpression: { $text: { $search: 'x' } } }),
  ).rejects.toMatchObject({ code: 2 });
  await expect(other.createIndex({ a: 'text', b: '2dsphere' })).rejects.toMatchObject({ code: 67 });
  await other.createIndex({ kind: 1, a: 'text', last: -1 });
  expect((await other.indexes())[1]).toMatchObject({ key: { kind: 1, _fts: 'text', _ftsx: 1, last: -1 } });
});

it('finds the same after a restart', async () => {
  const path = mkdtempSync(join(tmpdir(), 'parley-text-'));
  const first = await openTestClient(path);
  await first.db
    .collection('notes')
    .createIndex({ '$**': 'text' }, { weights: { title: 3 }, default_language: 'none' });
  await first.db.collection('notes').insertOne({ title: 'apples', text: 'pears' });
  const listed = await first.db.collection('notes').indexes();
  await first.close();
  const second = await openTestClient(path);
  const notes = second.db.collection('notes');
  expect(await notes.indexes()).toEqual(listed);
  await notes.insertOne({ title: 'more', text: 'apples' });
  const score = { $meta: 'textScore' } as const;
  const ranked = notes.find({ $text: { $search: 'apples' } }, { projection: { _id: 0, text: 0, score } });
  expect(await ranked.sort({ score }).toArray()).toEqual([
    { title: 'apples', score: 3 * 1.1 },
    { title: 'more', score: 1.1 },
  ]);
  await second.close();
  rmSync(path, { recursive: true, force: true });
});

it('refuses text searches where no index can answer them', async () => {
  await fill();
  const $text = { $search: 'tea' };
  await expect(articles.find({ $nor: [{ $text }] }).toArray()).rejects.toMatchObject({ code: 2 });
  await expect(articles.find({ parts: { $elemMatch: { $text } } } as never).toArray()).rejects.toMatchObject({
    code: 2,
  });
  await expect(articles.find({ $and: [{ $text }, { $text }] }).toArray()).rejects.toMatchObject({ code: 2 });
  await expect(articles.find({ $or: [{ $text }, { _id: 1 }] }).toArray()).rejects.toMatchObject({ code: 291 });
  await expect(articles.find({ $text }).hint('_id_').toArray()).rejects.toMatchObject({ code: 2 });
  await expect(articles.find({ $text }).sort({ $natural: 1 }).toArray()).rejects.toMatchObject({ code: 2 });
  await expect(articles.find({ _id: 1 }).hint('title_text_body_text').toArray()).rejects.toMatchObject({ code: 2 });
  await expect(articles.aggregate([{ $limit: 5 }, { $match: { $text } }]).toArray()).rejects.toMatchObject({
    code: 17_313,
  });
  await expect(found('tea', { $language: 'klingon' })).rejects.toMatchObject({ code: 2 });
  await expect(found('tea', { $fuzzy: true })).rejects.toMatchObject({ code: 2 });
  await expect(articles.find({ $text: { $search: 5 } } as never).toArray()).rejects.toMatchObject({ code: 14 });
});

it('keeps the score through stages that change documents, and has none after a group', async () => {
  await articles.insertMany([
    { _id: 1, title: 'tea', parts: [1, 2] },
    { _id: 2, title: 'tea and cake', parts: [3] },
  ]);
  await articles.createIndex({ title: 'text' });
  const run = (...stages: object[]) =>
    articles.aggregate([{ $match: { $text: { $search: 'tea cake' } } }, ...stages]).toArray();
  const score = { $meta: 'textScore' };
  const ranked = [
    { _id: 2, score: 1.5 },
    { _id: 1, score: 1.1 },
  ];
  expect(await run({ $project: { score } }, { $sort: { score } })).toEqual(ranked);
  expect(await run({ $set: { x: 1 } }, { $unset: 'title' }, { $sort: { x: score } }, { $project: { score } })).toEqual(
    ranked,
  );
  const lookup = { from: 'none', localField: 'x', foreignField: 'x', as: 'l' };
  expect(
    await run({ $lookup: lookup }, { $unwind: '$parts' }, { $project: { parts: 1, score } }, { $sort: { parts: 1 } }),
  ).toEqual([
    { _id: 1, parts: 1, score: 1.1 },
    { _id: 1, parts: 2, score: 1.1 },
    { _id: 2, parts: 3, score: 1.5 },
  ]);
  expect(await run({ $facet: { a: [{ $project: { score } }, { $sort: { score: -1 } }] } })).toEqual([{ a: ranked }]);
  expect(await run({ $group: { _id: 1, top: { $max: score } } }, { $project: { top: 1, score } })).toEqual([
    { _id: 1, top: 1.5 },
  ]);
  expect(await articles.aggregate([{ $group: { _id: 1 } }, { $project: { score } }]).toArray()).toEqual([{ _id: 1 }]);
  expect(await run({ $sort: { x: { $meta: 'randVal' } } })).toHaveLength(2);
  await expect(articles.find({ _id: 9 }, { projection: { score } }).toArray()).rejects.toMatchObject({ code: 40_218 });
});
