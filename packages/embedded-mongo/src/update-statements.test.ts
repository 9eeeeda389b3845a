import type { Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

interface Item {
  _id: number;
  [name: string]: unknown;
}

const test = await openTestClient();
const items = test.db.collection<Item>('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});

function update(q: Document, u: Document | Document[], more: Document = {}): Promise<Document> {
  return test.db.command({ update: 'items', updates: [{ q, u, ...more }] });
}

function findAndModify(more: Document): Promise<Document> {
  return test.db.command({ findAndModify: 'items', ...more });
}

it('takes the constants of a pipeline as they stand', async () => {
  await items.insertOne({ _id: 1, x: 1 });
  await update({ _id: 1 }, [{ $set: { path: '$$path', sum: '$$sum' } }], { c: { path: '$x', sum: { $add: [1, 2] } } });
  expect(await items.findOne()).toEqual({ _id: 1, x: 1, path: '$x', sum: { $add: [1, 2] } });
  const bulk = { update: 0, filter: {}, updateMods: [{ $set: { path: '$$path' } }], constants: { path: '$_id' } };
  await test.client.db('admin').command({ bulkWrite: 1, ops: [bulk], nsInfo: [{ ns: 'test.items' }] });
  expect(await items.findOne()).toMatchObject({ path: '$_id' });
});

const FILTERS: readonly [string, Document, number, string][] = [
  ['$expr', { $expr: { $eq: ['$a', 1] } }, 224, '$expr is not allowed in this context'],
  ['$jsonSchema', { $and: [{ $jsonSchema: {} }] }, 224, '$jsonSchema is not allowed in this context'],
  ['$text', { $text: { $search: 'a' } }, 2, '$text is not allowed in this context'],
  ['$where', { $where: 'true' }, 2, '$where is not allowed in this context'],
  ['$near', { i: { $near: [1, 2] } }, 2, '$geoNear, $near, and $nearSphere are not allowed in this context'],
  ['an unknown operator', { $i: 1 }, 2, 'Error parsing array filter :: caused by :: unknown top level operator: $i'],
];

it.each(FILTERS)('refuses %s in an array filter', async (_, filter, code, message) => {
  const { writeErrors } = await update({}, { $set: { 'a.$[i]': 1 } }, { arrayFilters: [filter] });
  expect(writeErrors).toEqual([expect.objectContaining({ code, errmsg: expect.stringContaining(message) })]);
});

it('asks only updates by operators what their array filters are for', async () => {
  await items.insertOne({ _id: 1 });
  const arrayFilters = [{ 'x.a': 1 }];
  expect(await findAndModify({ update: { v: 1 }, arrayFilters, new: true })).toMatchObject({ value: { _id: 1, v: 1 } });
  await expect(findAndModify({ update: { $set: { v: 1 } }, arrayFilters })).rejects.toMatchObject({ code: 9 });
  await expect(findAndModify({ update: [], arrayFilters })).rejects.toMatchObject({
    code: 9,
    message: 'Cannot specify arrayFilters and a pipeline update',
  });
  await expect(findAndModify({ remove: true, arrayFilters })).rejects.toMatchObject({
    code: 9,
    message: 'Cannot specify arrayFilters and remove=true',
  });
  expect(await items.countDocuments()).toBe(1);
});

it.each([
  [{ update: { $inc: { n: 1 } } }],
  [{ update: { $inc: { n: 1 } }, upsert: true }],
  [{ update: { $inc: { n: 1 } }, new: true }],
  [{ remove: true }],
])('writes nothing with a wrong projection: %o', async (options) => {
  await items.insertOne({ _id: 1, n: 0 });
  for (const _id of [1, 2]) {
    await expect(findAndModify({ query: { _id }, fields: { a: { $pop: ['b'] } }, ...options })).rejects.toMatchObject({
      code: 31_325,
    });
  }
  expect(await items.find().toArray()).toEqual([{ _id: 1, n: 0 }]);
});

it('shows a matched element of the document before a change only', async () => {
  await items.insertOne({ _id: 1, a: [1, 2] });
  const options = { query: { a: 2 }, fields: { 'a.$': 1 }, update: { $set: { b: 1 } } };
  await expect(findAndModify({ ...options, new: true })).rejects.toMatchObject({
    code: 2,
    message: 'cannot use a positional projection and return the new document',
  });
  expect(await findAndModify(options)).toMatchObject({ value: { _id: 1, a: [2] } });
});

it('makes a document of a disjunction that says one thing', async () => {
  await update({ $or: [{ _id: 1 }, { _id: 1 }], x: { $gt: 1 } }, { $set: { a: 1 } }, { upsert: true });
  await update({ _id: 2, $or: [{ x: 1 }, { x: 1 }] }, { $set: { a: 1 } }, { upsert: true });
  await update({ _id: 3, $or: [{ x: 1 }, { x: 2 }] }, { $set: { a: 1 } }, { upsert: true });
  await update({ _id: 4, $or: [{ x: 1 }, { y: 1 }] }, { $set: { a: 1 } }, { upsert: true });
  expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, a: 1 },
    { _id: 2, x: 1, a: 1 },
    { _id: 3, a: 1 },
    { _id: 4, a: 1 },
  ]);
});

it.each([[{ '_id.x': 1 }], [{ _id: 1, '_id.x': 1 }], [{ '_id.x': 1, '_id.y': 2 }]])(
  'makes no replacement for %o, which names parts of the _id',
  async (filter) => {
    const { writeErrors } = await update(filter, { a: 1 }, { upsert: true });
    const errmsg = "field at '_id' must be exactly specified, field at sub-path '_id.x'found";
    expect(writeErrors).toEqual([{ index: 0, code: 111, errmsg }]);
  },
);

it.each([
  ['_id.b', { '_id.b': 1 }],
  ['_id', { _id: { a: 4, b: 1 } }],
])('keeps the _id an upsert takes from its filter, whatever %s is to be', async (path, fields) => {
  const { writeErrors } = await update({ '_id.a': 4 }, { $setOnInsert: fields }, { upsert: true });
  const errmsg = `Performing an update on the path '${path}' would modify the immutable field '_id'`;
  expect(writeErrors).toEqual([{ index: 0, code: 66, errmsg }]);
  await update({ '_id.a': 4 }, { $setOnInsert: { _id: { a: 4 } } }, { upsert: true });
  expect(await items.find().toArray()).toEqual([{ _id: { a: 4 } }]);
});

it('fails single operations of bulkWrite that write to system collections', async () => {
  const ops = [
    { delete: 0, filter: {} },
    { insert: 1, document: { _id: 1 } },
  ];
  const nsInfo = [{ ns: 'test.system.profile' }, { ns: 'test.items' }];
  const reply = await test.client.db('admin').command({ bulkWrite: 1, ops, nsInfo, ordered: false });
  const [failed, done] = reply['cursor'].firstBatch;
  expect(failed).toMatchObject({ ok: 0, idx: 0, code: 73, errmsg: "cannot write to 'test.system.profile'" });
  expect(Object.keys(done)).toEqual(['ok', 'idx', 'n']);
});

const MISTYPED: readonly [string, Document, number][] = [
  ['multi', { multi: 'x' }, 14],
  ['upsert', { upsert: 'x' }, 14],
  ['arrayFilters', { arrayFilters: {} }, 14],
  ['one of arrayFilters', { arrayFilters: ['x'] }, 14],
  ['collation', { collation: 'x' }, 14],
  ['sort', { sort: true }, 14],
  ['c', { c: 1 }, 14],
  ['hint', { hint: 1 }, 9],
];

it.each(MISTYPED)('fails the whole command for a statement with a %s of the wrong type', async (_, more, code) => {
  const updates = [
    { q: { _id: 1 }, u: { $set: { a: 1 } }, upsert: true },
    { q: {}, u: {}, ...more },
  ];
  await expect(test.db.command({ update: 'items', updates })).rejects.toMatchObject({ code });
  expect(await items.countDocuments()).toBe(0);
});

it('fails a delete with a hint of the wrong type before it deletes anything', async () => {
  await items.insertOne({ _id: 1 });
  const deletes = [
    { q: {}, limit: 1 },
    { q: {}, limit: 1, hint: 1 },
  ];
  await expect(test.db.command({ delete: 'items', deletes })).rejects.toMatchObject({ code: 9 });
  expect(await items.countDocuments()).toBe(1);
});

it('finds a changed _id in what a pipeline made', async () => {
  await items.insertOne({ _id: 1 });
  const { writeErrors } = await update({}, [{ $set: { _id: 7 } }]);
  expect(writeErrors).toEqual([
    {
      index: 0,
      code: 66,
      errmsg: "After applying the update, the (immutable) field '_id' was found to have been altered to _id: 7",
    },
  ]);
});

const TWICE = { $set: { 'a.$[i].b.$[k].c': 1, 'a.$[j].b.$[k].c': 2 } };

it.each([[[{ y: 0, c: 0 }]], [[]]])('refuses two identifiers that go on alike from one element, over %o', async (b) => {
  await items.insertOne({
    _id: 1,
    a: [
      { x: 1, b: [] },
      { x: 0, b },
    ],
  });
  const filters = [{ 'i.x': 0 }, { 'j.x': { $lt: 1 } }, { 'k.y': 0 }];
  expect((await update({}, TWICE, { arrayFilters: filters }))['writeErrors']).toEqual([
    { index: 0, code: 40, errmsg: "Update created a conflict at 'a.1.b.$[k].c'" },
  ]);
  const apart = [{ 'i.x': 0 }, { 'j.x': 1 }, { 'k.y': 0 }];
  expect(await update({}, TWICE, { arrayFilters: apart })).toMatchObject({ n: 1, nModified: b.length });
});

it('lets two identifiers change different fields of one element', async () => {
  await items.insertOne({ _id: 1, a: [{ x: 0, b: [{ y: 0 }] }] });
  const arrayFilters = [{ 'i.x': 0 }, { 'j.x': 0 }, { 'k.y': 0 }];
  await update({}, { $set: { 'a.$[i].b.$[k].c': 1, 'a.$[j].b.$[k].d': 2 } }, { arrayFilters });
  expect(await items.findOne()).toEqual({ _id: 1, a: [{ x: 0, b: [{ y: 0, c: 1, d: 2 }] }] });
  const { writeErrors } = await update(
    {},
    { $set: { 'a.$[i]': 1, 'a.$[j].x': 2 } },
    { arrayFilters: arrayFilters.slice(0, 2) },
  );
  expect(writeErrors).toEqual([{ index: 0, code: 40, errmsg: "Update created a conflict at 'a.0'" }]);
});
