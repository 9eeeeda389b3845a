import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});

function createIndexes(...indexes: Document[]): Promise<Document> {
  return test.db.command({ createIndexes: 'items', indexes });
}

const WRONG: readonly [string, Document, number, string][] = [
  ['no key', {}, 9, "Error in specification {} :: caused by :: The 'key' field is a required property"],
  ['no name', { key: { a: 1 } }, 9, "The 'name' field is a required property of an index specification"],
  ['a key of another type', { key: 'a', name: 'n' }, 14, "The field 'key' must be an object, but got string"],
  ['an empty key', { key: {}, name: 'n' }, 67, 'Index keys cannot be empty.'],
  ['an unknown type', { key: { a: 'foo' }, name: 'n' }, 67, "Unknown index plugin 'foo'"],
  ['an empty type', { key: { a: '' }, name: 'n' }, 67, 'Values in the index key pattern cannot be empty strings'],
  ['two types', { key: { a: 'text', b: 'hashed' }, name: 'n' }, 67, "Can't use more than one index plugin"],
  ['zero', { key: { a: 0 }, name: 'n' }, 67, 'Values in the index key pattern cannot be 0.'],
  ['no number', { key: { a: Number.NaN }, name: 'n' }, 67, 'Values in the index key pattern cannot be NaN.'],
  ['a boolean', { key: { a: true }, name: 'n' }, 67, 'Values in v:2 index key pattern cannot be of type bool.'],
  ['an empty path', { key: { '': 1 }, name: 'n' }, 67, 'Index keys cannot be an empty field.'],
  ['an empty part of a path', { key: { 'a.': 1 }, name: 'n' }, 67, 'Index keys cannot contain an empty field.'],
  ['a dollar sign', { key: { 'a.$b': 1 }, name: 'n' }, 67, "illegal field name: field name starts with '$'."],
  ['a part of all texts', { key: { 'a.$**': 'text' }, name: 'n' }, 67, "field name starts with '$'."],
  ['the field of texts', { key: { _fts: 1 }, name: 'n' }, 67, "Index key contains an illegal field name: '_fts'"],
  [
    'an unknown option',
    { key: { a: 1 }, name: 'n', foo: 1 },
    197,
    "The field 'foo' is not valid for an index specification.",
  ],
  ['weights without texts', { key: { a: 1 }, name: 'n', weights: { b: 1 } }, 67, "the field 'weights' can only be"],
  ['a large step beside texts', { key: { a: 'text', b: 2 }, name: 'n' }, 67, 'expected value 1 or -1 for non-text key'],
  ['a collation of version 1', { key: { a: 1 }, name: 'n', v: 1, collation: { locale: 'en' } }, 67, 'and v=1'],
  ['no collation', { key: { a: 1 }, name: 'n', collation: {} }, 2, "The field 'collation' cannot be an empty object."],
  ['a name of another type', { key: { a: 1 }, name: 5 }, 14, "The field 'name' must be a string, but got int"],
  ['an empty name', { key: { a: 1 }, name: '' }, 67, 'index name cannot be empty'],
  ['a null byte in its name', { key: { a: 1 }, name: 'a\0b' }, 67, 'index name cannot contain NUL bytes'],
  [
    'a switch of another type',
    { key: { a: 1 }, name: 'n', sparse: null },
    14,
    'sparse: null, which is not convertible',
  ],
  ['hidden of another type', { key: { a: 1 }, name: 'n', hidden: 1 }, 14, 'must be a bool, but got int'],
  ['an unknown version', { key: { a: 1 }, name: 'n', v: 3 }, 67, 'cannot create an index with v=3'],
  [
    'half a version',
    { key: { a: 1 }, name: 'n', v: 1.5 },
    2,
    'Index version must be representable as a 32-bit integer',
  ],
  [
    'a time of another type',
    { key: { a: 1 }, name: 'n', expireAfterSeconds: 'x' },
    67,
    "must be numeric, but received a type of 'string",
  ],
  ['no time', { key: { a: 1 }, name: 'n', expireAfterSeconds: Number.NaN }, 67, 'option must not be NaN'],
  ['a time before', { key: { a: 1 }, name: 'n', expireAfterSeconds: -1 }, 67, 'option cannot be less than 0'],
  ['too long a time', { key: { a: 1 }, name: 'n', expireAfterSeconds: 2 ** 31 }, 67, 'range of a 32-bit integer'],
  [
    'an expression',
    { key: { a: 1 }, name: 'n', partialFilterExpression: { $expr: true } },
    224,
    '$expr is not allowed',
  ],
];

it.each(WRONG)('refuses an index with %s', async (_, spec, code, message) => {
  await expect(createIndexes(spec)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect(await test.db.listCollections().toArray()).toEqual([]);
});

it('takes the parts of references into indexes', async () => {
  await createIndexes({ key: { 'owner.$id': 1 }, name: 'n' });
  await items.insertOne({ _id: 1 as never, owner: { $ref: 'people', $id: 7 } });
  expect(await items.find({ 'owner.$id': 7 }).hint('n').toArray()).toHaveLength(1);
});

it('nests a partial filter four levels deep and no deeper', async () => {
  const four = { $and: [{ $and: [{ $and: [{ a: 3 }] }] }] };
  await createIndexes({ key: { a: 1 }, name: 'four', partialFilterExpression: four });
  await expect(
    createIndexes({ key: { a: 1 }, name: 'five', partialFilterExpression: { $and: [four] } }),
  ).rejects.toMatchObject({ code: 67, message: 'partialFilterExpression depth may not exceed 4' });
});

it('knows a partial filter again however it is written', async () => {
  const index = { key: { a: 1 }, name: 'n' };
  await createIndexes({ ...index, partialFilterExpression: { a: { $gt: 0, $lt: 10 }, b: 'x' } });
  const other = { $and: [{ b: { $eq: 'x' } }, { a: { $lt: 10 } }, { $and: [{ a: { $gt: 0 } }] }] };
  expect(await createIndexes({ ...index, partialFilterExpression: other })).toMatchObject({
    numIndexesAfter: 2,
    note: 'all indexes already exist',
  });
  await expect(createIndexes({ ...index, name: 'm', partialFilterExpression: other })).rejects.toMatchObject({
    code: 85,
  });
  const wider = { a: { $gt: 0, $lt: 10 }, b: { $in: ['x', 'y'] } };
  expect(await createIndexes({ ...index, name: 'wider', partialFilterExpression: wider })).toMatchObject({
    numIndexesAfter: 3,
  });
});

it('keeps apart partial filters whose conditions of one kind stand in another order', async () => {
  const types = [{ a: { $type: 'double' } }, { a: { $type: 'string' } }];
  const index = { key: { a: 1 }, name: 'n' };
  await createIndexes({ ...index, partialFilterExpression: { $and: types } });
  await expect(
    createIndexes({ ...index, partialFilterExpression: { $and: types.toReversed() } }),
  ).rejects.toMatchObject({ code: 86 });
});

it('calls a text index of another name the same index', async () => {
  await createIndexes({ key: { a: 1, b: 'text' }, name: 'n' });
  const again = { key: { a: 1, _fts: 'text', _ftsx: 1 }, weights: { b: 1 }, name: 'm' };
  await expect(createIndexes(again)).rejects.toMatchObject({ code: 85 });
  await expect(createIndexes({ key: { c: 'text' }, name: 'm' })).rejects.toMatchObject({ code: 67 });
});

it('makes no index on the collection of transactions', async () => {
  const create = { createIndexes: 'transactions', indexes: [{ key: { a: 1 }, name: 'n' }] };
  await expect(test.client.db('config').command(create)).rejects.toMatchObject({ code: 20 });
});

it('says which quorum an index was built with', async () => {
  expect(await createIndexes({ key: { a: 1 }, name: 'n' })).toMatchObject({
    numIndexesBefore: 1,
    numIndexesAfter: 2,
    createdCollectionAutomatically: true,
    commitQuorum: 'votingMembers',
  });
  const create = { createIndexes: 'items', indexes: [{ key: { b: 1 }, name: 'm' }], commitQuorum: 1 };
  expect(await test.db.command(create)).toMatchObject({ commitQuorum: 1 });
});

it('says that every index was dropped', async () => {
  await items.createIndex({ a: 1 });
  expect(await test.db.command({ dropIndexes: 'items', index: '*' })).toMatchObject({
    nIndexesWas: 2,
    msg: 'non-_id indexes dropped for collection',
  });
});

it('leaves fields with dots in their names out of text indexes', async () => {
  await createIndexes({ key: { '$**': 'text' }, name: 'n' });
  await items.insertMany([{ 'a.b': 'hidden' }, { $own: 'hidden' }, { a: { b: 'shown' } }]);
  expect(await items.countDocuments({ $text: { $search: 'hidden' } })).toBe(0);
  expect(await items.countDocuments({ $text: { $search: 'shown' } })).toBe(1);
});

it('counts how often an index is read until it changes', async () => {
  await items.insertMany([
    { a: 1, b: 1 },
    { a: 2, b: 2 },
  ]);
  await items.createIndex({ a: 1 });
  await items.createIndex({ b: 1 });
  const counts = async (): Promise<Document> => {
    const stats = await items.aggregate([{ $indexStats: {} }]).toArray();
    return Object.fromEntries(stats.map(({ name, accesses }) => [String(name), Number(accesses.ops)]));
  };
  expect(await counts()).toEqual({ _id_: 0, a_1: 0, b_1: 0 });
  await items.findOne({ a: 1 });
  await items.find({ a: 1 }).explain();
  await items.updateOne({ a: 1 }, { $set: { c: 1 } });
  await items.distinct('b', { b: 1 });
  await items.countDocuments({ b: 1 });
  expect(await counts()).toEqual({ _id_: 0, a_1: 2, b_1: 2 });
  await items.insertOne({ a: [1, 2] });
  await items.find({ $or: [{ a: 1 }, { b: 1 }] }).toArray();
  expect(await counts()).toEqual({ _id_: 0, a_1: 3, b_1: 3 });
  await test.db.command({ collMod: 'items', index: { name: 'a_1', hidden: true } });
  expect(await counts()).toEqual({ _id_: 0, a_1: 0, b_1: 3 });
});
