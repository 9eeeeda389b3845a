import { Binary, Code, Long, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertOne({ _id: 1, n: 1, text: 'x', list: [1, 2], email: 'a@b.c', address: { city: 'Bonn' } } as never);
});

const COMMANDS: readonly [string, Document, number][] = [
  ['an unknown command', { doesNotExist: 1 }, 59],
  ['an unknown field of a command', { find: 'items', nonsense: 1 }, 40_415],
  [
    'an unknown field of an update statement',
    { update: 'items', updates: [{ q: {}, u: { $set: { a: 1 } }, nonsense: 1 }] },
    40_415,
  ],
  ['a field of the wrong type', { find: 'items', filter: 5 }, 14],
  ['a missing field', { insert: 'items' }, 40_414],
  ['an empty batch', { insert: 'items', documents: [] }, 16],
  ['an unknown query operator', { find: 'items', filter: { n: { $nonsense: 1 } } }, 2],
  ['an unknown top-level operator', { find: 'items', filter: { $nonsense: 1 } }, 2],
  ['$where', { find: 'items', filter: { $where: 'true' } }, 2],
  ['$text without a text index', { find: 'items', filter: { $text: { $search: 'x' } } }, 27],
  ['$near', { find: 'items', filter: { place: { $near: [0, 0] } } }, 2],
  ['an unknown stage', { aggregate: 'items', pipeline: [{ $nonsense: {} }], cursor: {} }, 40_324],
  ['an unknown expression', { aggregate: 'items', pipeline: [{ $set: { x: { $nonsense: 1 } } }], cursor: {} }, 168],
  ['an undefined variable', { aggregate: 'items', pipeline: [{ $project: { x: '$$nonsense' } }], cursor: {} }, 17_276],
  [
    'an unknown accumulator',
    { aggregate: 'items', pipeline: [{ $group: { _id: 1, x: { $nonsense: 1 } } }], cursor: {} },
    15_952,
  ],
  ['a locale with rules of its own', { find: 'items', collation: { locale: 'sv' } }, 2],
  ['a tailable cursor', { find: 'items', tailable: true }, 2],
  ['a mixed projection', { find: 'items', projection: { n: 1, text: 0 } }, 31_254],
  ['bounds of different fields', { find: 'items', min: { n: 1 }, max: { _id: 1 }, hint: { _id: 1 } }, 51_176],
  ['a hint at more than the natural order', { find: 'items', hint: { $natural: 1, n: 1 } }, 2],
  ['a key of distinct with a null byte', { distinct: 'items', key: 'a\0b' }, 31_032],
  ['an empty collation of a collection', { create: 'other', collation: {} }, 40_414],
  [
    '$expr in the filter of an upsert',
    { findAndModify: 'items', query: { $expr: true }, update: { $set: { n: 2 } }, upsert: true },
    224,
  ],
  ['$expr in a $pull', { findAndModify: 'items', query: {}, update: { $pull: { list: { $expr: true } } } }, 224],
  ['a bad collection name', { insert: 'a$b', documents: [{}] }, 73],
  ['indexes of no collection', { listIndexes: 'none' }, 26],
  ['an update without its change', { update: 'items', updates: [{ q: {} }] }, 40_414],
  ['an update without its filter', { update: 'items', updates: [{ u: { a: 1 } }] }, 40_414],
  ['an update by a number', { update: 'items', updates: [{ q: {}, u: 5 }] }, 9],
  ['a delete without its limit', { delete: 'items', deletes: [{ q: {} }] }, 40_414],
  ['a delete of two', { delete: 'items', deletes: [{ q: {}, limit: 2 }] }, 9],
  ['a delete of text', { delete: 'items', deletes: [{ q: {}, limit: 'x' }] }, 14],
  ['a projection of no collection', { find: 'none', projection: { a: 1, b: 0 } }, 31_254],
  ['a sort by an empty path', { find: 'items', sort: { '': 1 } }, 40_352],
  ['a sort by an unfinished path', { find: 'items', sort: { 'a.': 1 } }, 40_353],
  ['a sort by a field with a dollar sign', { find: 'items', sort: { 'a.$b': 1 } }, 16_410],
  ['a sort by text', { find: 'items', sort: { a: 'x' } }, 15_974],
  ['a number for a flag of find', { find: 'items', singleBatch: 1 }, 14],
  ['null for a flag of find', { find: 'items', showRecordId: null }, 14],
  ['a number for a flag of aggregate', { aggregate: 'items', pipeline: [], cursor: {}, allowDiskUse: 1 }, 14],
  ['an aggregation without a pipeline', { aggregate: 'items', cursor: {} }, 40_414],
  ['an order of a wrong type', { insert: 'items', documents: [{}], ordered: 'x' }, 14],
  ['dropping what is no index', { dropIndexes: 'items', index: 5 }, 14],
  ['dropping nothing', { dropIndexes: 'items' }, 40_414],
  ['an empty pipeline of a database', { aggregate: 1, pipeline: [], cursor: {} }, 73],
  ['dropping no index', { dropIndexes: 'items', index: 'none' }, 27],
  ['dropping the index of ids', { dropIndexes: 'items', index: '_id_' }, 72],
  ['a hashed index', { createIndexes: 'items', indexes: [{ key: { text: 'hashed' }, name: 't' }] }, 67],
  ['an unknown index option', { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n', nonsense: 1 }] }, 197],
  [
    'an index of an unknown locale',
    { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n', collation: { locale: 'xx' } }] },
    2,
  ],
  ['another API version', { find: 'items', apiVersion: '2' }, 322],
  ['explain of what reads nothing', { explain: { insert: 'items', documents: [{}] } }, 59],
];

it.each(COMMANDS)('refuses %s', async (_name, command, code) => {
  await expect(test.db.command(command)).rejects.toMatchObject({ code });
});

const UPDATES: readonly [string, Document, number][] = [
  ['an unknown operator', { $nonsense: { a: 1 } }, 9],
  ['conflicting paths', { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a path and its parent', { $set: { 'a.b': 1, a: 1 } }, 40],
  ['another id', { $set: { _id: 2 } }, 66],
  ['no id', { $unset: { _id: '' } }, 66],
  ['a path through a number', { $set: { 'n.x': 1 } }, 28],
  ['$inc of text', { $inc: { text: 1 } }, 14],
  ['$inc by text', { $inc: { n: 'x' } }, 14],
  ['$push to text', { $push: { text: 1 } }, 2],
  ['$addToSet to text', { $addToSet: { text: 1 } }, 2],
  ['$pop of text', { $pop: { text: 1 } }, 14],
  ['$pop by 2', { $pop: { list: 2 } }, 9],
  ['an unknown clause of $push', { $push: { list: { $each: [1], $nonsense: 1 } } }, 2],
  ['a positional operator without a match', { $set: { 'list.$': 1 } }, 2],
  ['an identifier without filter', { $set: { 'list.$[x]': 1 } }, 2],
  ['an empty path', { $set: { '': 1 } }, 56],
  ['a sum no long can hold', { $inc: { n: Long.MAX_VALUE } }, 2],
];

it.each(UPDATES)('refuses an update with %s', async (_name, update, code) => {
  await expect(test.db.command({ update: 'items', updates: [{ q: { _id: 1 }, u: update }] })).resolves.toMatchObject({
    ok: 1,
    n: 0,
    writeErrors: [{ index: 0, code }],
  });
  expect(await items.findOne({ _id: 1 as never })).toMatchObject({ n: 1, text: 'x', list: [1, 2] });
});

it('allows setting the id to what it is', async () => {
  expect(await items.updateOne({ _id: 1 as never }, { $set: { _id: 1, n: 2 } as never })).toMatchObject({
    modifiedCount: 1,
  });
});

/** How a message shows an _id that is there already. */
async function held(_id: unknown): Promise<string> {
  await items.insertOne({ _id } as never);
  const error: unknown = await items.insertOne({ _id } as never).catch((reason: unknown) => reason);
  return error instanceof Error ? (/dup key: \{ _id: (.*) \}$/su.exec(error.message)?.[1] ?? '') : '';
}

it('shortens long strings, code and binary data in messages, as MongoDB does', async () => {
  expect(await held('x'.repeat(159))).toBe(`"${'x'.repeat(159)}"`);
  expect(await held('x'.repeat(160))).toBe(`"${'x'.repeat(150)}..."`);
  // The 150 bytes end within the 38th character, and no reply may hold half of one.
  expect(await held('\u{1F92A}'.repeat(100))).toBe(`"${'\u{1F92A}'.repeat(37)}\uFFFD..."`);
  expect(await held(new Code('y'.repeat(79)))).toBe('y'.repeat(79));
  expect(await held(new Code('y'.repeat(80)))).toBe(`${'y'.repeat(70)}...`);
  expect(await held(new Binary(Buffer.alloc(80, 0xab)))).toBe(`BinData(0, ${'AB'.repeat(80)})`);
  expect(await held(new Binary(Buffer.alloc(81, 0xab)))).toBe(`BinData(0, ${'AB'.repeat(70)}...)`);
  expect(await held({ list: ['z'.repeat(200)] })).toBe(`{ list: [ "${'z'.repeat(150)}..." ] }`);
});

it('describes a duplicate key the way MongoDB does', async () => {
  await items.createIndex({ email: 1 }, { unique: true });
  await expect(items.insertOne({ email: 'a@b.c' })).rejects.toMatchObject({
    code: 11_000,
    message: 'E11000 duplicate key error collection: test.items index: email_1 dup key: { email: "a@b.c" }',
    keyPattern: { email: 1 },
    keyValue: { email: 'a@b.c' },
  });
  await items.insertOne({ n: 3 });
  await expect(items.insertOne({ n: 4 })).rejects.toMatchObject({
    message: 'E11000 duplicate key error collection: test.items index: email_1 dup key: { email: null }',
  });
  await expect(items.updateOne({ n: 3 }, { $set: { email: 'a@b.c' } })).rejects.toMatchObject({ code: 11_000 });
  await expect(items.findOneAndUpdate({ n: 3 }, { $set: { email: 'a@b.c' } })).rejects.toMatchObject({
    code: 11_000,
    codeName: 'DuplicateKey',
    message:
      'Plan executor error during findAndModify :: caused by :: E11000 duplicate key error collection: test.items index: email_1 dup key: { email: "a@b.c" }',
    keyValue: { email: 'a@b.c' },
  });
});

it('names an existing collection with other options and index conflicts', async () => {
  await test.db.createCollection('items');
  await items.createIndex({ n: 1 }, { name: 'one' });
  await items.createIndex({ n: 1 }, { name: 'one' });
  await expect(items.createIndex({ n: 1 }, { name: 'two' })).rejects.toMatchObject({ code: 85 });
  await expect(items.createIndex({ n: 1 }, { name: 'one', unique: true })).rejects.toMatchObject({
    code: 86,
    message: expect.stringContaining(
      'Requested index: { v: 2, unique: true, key: { n: 1 }, name: "one" }, existing index: { v: 2, key: { n: 1 }, name: "one" }',
    ),
  });
  await expect(items.createIndex({ n: 1 }, { name: 'one', sparse: true })).rejects.toMatchObject({ code: 86 });
  await expect(items.createIndex({ n: 1 }, { name: 'one', expireAfterSeconds: 5 })).rejects.toMatchObject({ code: 85 });
  expect(await items.createIndex({ n: 1 }, { name: 'two', unique: true })).toBe('two');
  await expect(items.createIndex({ n: 1 }, { name: 'three', unique: true })).rejects.toMatchObject({ code: 85 });
  await expect(items.createIndex({ text: 1 }, { name: 'one' })).rejects.toMatchObject({ code: 86 });
});

it('refuses a whole update for an unknown stage, and a statement for one that does not fit', async () => {
  const [fits, unknown, unfit] = [[{ $set: { n: 1 } }], [{ $nonsense: true }], [{ $match: {} }]].map((u) => ({
    q: {},
    u,
  }));
  const command = { update: 'items', updates: [fits, unknown] };
  await expect(test.db.command(command)).rejects.toMatchObject({ code: 40_324 });
  expect(await test.db.command({ ...command, updates: [unfit] })).toMatchObject({
    ok: 1,
    writeErrors: [{ index: 0, code: 72 }],
  });
});

it('refuses constants of an update that is no pipeline', async () => {
  const updates = [{ q: {}, u: { $set: { a: 1 } }, c: { x: 1 } }];
  const reply = await test.db.command({ update: 'items', updates });
  expect(reply['writeErrors']).toEqual([
    { index: 0, code: 51_198, errmsg: 'Constant values may only be specified for pipeline updates' },
  ]);
});

it('says what was done when a positional projection finds no element', async () => {
  await items.insertOne({ list: [1, 2] });
  await expect(items.findOne({}, { projection: { 'list.$': 1 } })).rejects.toMatchObject({
    code: 51_246,
    message:
      "Executor error during find command: test.items :: caused by :: positional operator '.$' couldn't find a matching element in the array",
  });
});

it('says what was done when a pipeline fails, be it over its first batch, a later one or what it writes', async () => {
  const reason = '$strLenCP requires a string argument, found: int';
  const project = { $project: { length: { $strLenCP: '$text' } } };
  await items.insertOne({ _id: 2, text: 5 } as never);
  await items.insertOne({ _id: 3, text: 'x' } as never);
  const fails = (pipeline: Document[], message: string, batchSize = 2) =>
    expect(items.aggregate(pipeline, { batchSize }).toArray()).rejects.toMatchObject({ code: 34_471, message });
  const aggregation = `PlanExecutor error during aggregation :: caused by :: ${reason}`;
  const getMore = `Executor error during getMore :: caused by :: ${reason}`;
  await fails([project], aggregation);
  await fails([{ $sort: { _id: 1 } }, project], getMore, 1);
  const { cursor } = await test.db.command({ aggregate: 'items', pipeline: [project], cursor: { batchSize: 0 } });
  const more = test.db.command({ getMore: Long.fromString(String(cursor.id)), collection: 'items' });
  await expect(more).rejects.toMatchObject({ code: 34_471, message: getMore });
  await fails([project, { $out: 'other' }], aggregation);
  const merge = { into: 'other', whenNotMatched: 'fail' };
  await expect(items.aggregate([{ $merge: merge }]).toArray()).rejects.toMatchObject({
    code: 13_113,
    message: expect.stringMatching(/^PlanExecutor error during aggregation :: caused by :: /),
  });
});

it('says nothing of running when what was asked cannot be planned', async () => {
  const hint = { missing: 1 };
  for (const batchSize of [0, 1]) {
    const message = expect.not.stringContaining('during');
    await expect(items.aggregate([], { hint, batchSize }).toArray()).rejects.toMatchObject({ code: 2, message });
    await expect(test.db.command({ find: 'items', hint, batchSize })).rejects.toMatchObject({ code: 2, message });
  }
});

it('refuses a unique index over values that repeat, and builds nothing', async () => {
  await items.insertMany([{ same: 1 }, { same: 1 }]);
  await expect(items.createIndex({ same: 1 }, { unique: true })).rejects.toMatchObject({ code: 11_000 });
  expect(await items.indexes()).toHaveLength(1);
});

it('refuses two arrays side by side in one index', async () => {
  await items.createIndex({ a: 1, b: 1 });
  await expect(items.insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 });
});

it('writes but reports a write concern one node cannot meet', async () => {
  const reply = await test.db
    .command({ insert: 'items', documents: [{ _id: 9 }], writeConcern: { w: 3 } })
    .catch((error: unknown) => error);
  expect(reply).toMatchObject({ code: 100 });
  expect(await items.countDocuments({ _id: 9 as never })).toBe(1);
});

it('refuses an array filter the update does not use', async () => {
  await expect(items.updateOne({}, { $set: { n: 5 } }, { arrayFilters: [{ 'unused.a': 1 }] })).rejects.toMatchObject({
    code: 9,
  });
});

it('ends a cursor with an error when its collection goes', async () => {
  await items.insertMany(Array.from({ length: 200 }, () => ({})));
  const cursor = items.find({}, { batchSize: 10 });
  await cursor.next();
  await items.drop();
  await expect(cursor.toArray()).rejects.toMatchObject({ code: 175 });
});

it.each<[string, { sort?: Record<string, 1>; filter?: object }]>([
  ['a scan', {}],
  ['a sort', { sort: { n: 1 } }],
  ['an index', { filter: { indexed: { $gte: 0 } } }],
])('ends a cursor over the few documents of %s the same way', async (_name, { sort, filter }) => {
  await items.createIndex({ indexed: 1 });
  await items.insertMany([1, 2, 3, 4].map((n) => ({ n, indexed: n })));
  const cursor = items.find(filter ?? {}, { batchSize: 2, ...(sort === undefined ? {} : { sort }) });
  await cursor.next();
  await items.drop();
  await cursor.next();
  await expect(cursor.next()).rejects.toMatchObject({ code: 175 });
});
