import { MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

interface Item {
  _id: number;
  n: number;
  extra?: string;
}

const test = await openTestClient();
afterAll(() => test.close());

beforeEach(async () => {
  await test.client.db('other').dropDatabase();
  await test.db.dropDatabase();
  await test.db.collection<Item>('items').insertMany([1, 2, 3].map((_id) => ({ _id, n: _id * 10 })));
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

function aggregate(...pipeline: Document[]): Promise<Document[]> {
  return test.db.collection('items').aggregate(pipeline).toArray();
}

function all(name: string, database = 'test'): Promise<Document[]> {
  return test.client.db(database).collection(name).find().sort({ _id: 1 }).toArray();
}

it('writes a new collection, also in another database', async () => {
  expect(await aggregate({ $match: { n: { $gt: 10 } } }, { $out: 'copy' })).toEqual([]);
  expect(await all('copy')).toEqual([
    { _id: 2, n: 20 },
    { _id: 3, n: 30 },
  ]);
  await aggregate({ $limit: 1 }, { $out: { db: 'other', coll: 'copy' } });
  expect(await all('copy', 'other')).toEqual([{ _id: 1, n: 10 }]);
  expect(await test.db.listCollections({}, { nameOnly: true }).toArray()).toHaveLength(2);
});

it('replaces a collection as a whole and keeps its options and indexes', async () => {
  const target = await test.db.createCollection<Item>('target', { validator: { n: { $gt: 5 } } });
  await target.createIndex({ n: 1 }, { unique: true });
  await target.insertOne({ _id: 9, n: 90 });
  await aggregate({ $out: 'target' });
  expect(await target.distinct('_id')).toEqual([1, 2, 3]);
  expect(await target.indexes()).toMatchObject([{ name: '_id_' }, { name: 'n_1', unique: true }]);
  expect(await codeOf(aggregate({ $set: { n: 7 } }, { $out: 'target' }))).toBe(11_000);
  expect(await codeOf(aggregate({ $set: { n: 1 } }, { $out: 'target' }))).toBe(121);
  expect(await all('target')).toHaveLength(3);
  const unchecked = test.db.collection('items').aggregate([{ $limit: 1 }, { $set: { n: 1 } }, { $out: 'target' }], {
    bypassDocumentValidation: true,
  });
  await unchecked.toArray();
  expect(await all('target')).toEqual([{ _id: 1, n: 1 }]);
});

it('replaces the collection it reads', async () => {
  await aggregate({ $match: { _id: { $ne: 2 } } }, { $set: { n: { $add: ['$n', 1] } } }, { $out: 'items' });
  expect(await all('items')).toEqual([
    { _id: 1, n: 11 },
    { _id: 3, n: 31 },
  ]);
});

it('merges by _id unless told otherwise', async () => {
  await test.db.collection<Item>('target').insertMany([
    { _id: 1, n: 0, extra: 'kept' },
    { _id: 9, n: 90 },
  ]);
  await aggregate({ $merge: 'target' });
  expect(await all('target')).toEqual([
    { _id: 1, n: 10, extra: 'kept' },
    { _id: 2, n: 20 },
    { _id: 3, n: 30 },
    { _id: 9, n: 90 },
  ]);
  await aggregate({ $limit: 1 }, { $merge: { into: { db: 'other', coll: 'new' } } });
  expect(await all('new', 'other')).toEqual([{ _id: 1, n: 10 }]);
});

it.each<[string, Document, Document[]]>([
  ['replace', { whenMatched: 'replace' }, [{ _id: 1, n: 10 }]],
  ['a pipeline', { whenMatched: [{ $set: { n: { $add: ['$n', '$$new.n'] } } }] }, [{ _id: 1, n: 11, extra: 'x' }]],
  [
    'a pipeline with let',
    { let: { twice: { $multiply: ['$n', 2] } }, whenMatched: [{ $set: { n: '$$twice' } }] },
    [{ _id: 1, n: 20, extra: 'x' }],
  ],
])('merges with %s when matched, and discards the rest', async (_name, options, expected) => {
  await test.db.collection<Item>('target').insertOne({ _id: 1, n: 1, extra: 'x' });
  await aggregate({ $merge: { into: 'target', whenNotMatched: 'discard', ...options } });
  expect(await all('target')).toEqual(expected);
});

it('merges on the fields of a unique index', async () => {
  const target = test.db.collection('target');
  await target.insertOne({ _id: 'x' as never, key: { a: 1, b: 10 }, kept: true });
  const pipeline = [
    { $project: { _id: 0, key: { a: '$_id', b: '$n' } } },
    { $merge: { into: 'target', on: ['key.a', 'key.b'] } },
  ];
  expect(await codeOf(aggregate(...pipeline))).toBe(51_183);
  await target.createIndex({ 'key.b': 1, 'key.a': 1 }, { unique: true });
  await aggregate(...pipeline);
  expect(await target.findOne({ 'key.a': 1 })).toEqual({ _id: 'x', key: { a: 1, b: 10 }, kept: true });
  expect(await target.countDocuments()).toBe(3);
  expect(await codeOf(aggregate({ $project: { key: [1] } }, { $merge: { into: 'target', on: 'key' } }))).toBe(51_183);
  expect(await codeOf(aggregate({ $project: { _id: 0, x: 1 } }, pipeline[1] ?? {}))).toBe(51_132);
  const arrays = { $project: { _id: 0, key: { a: [1], b: '$n' } } };
  expect(await codeOf(aggregate(arrays, pipeline[1] ?? {}))).toBe(51_185);
  expect(await codeOf(aggregate({ $project: { key: { a: '$_id', b: '$n' } } }, pipeline[1] ?? {}))).toBe(66);
  expect(await target.countDocuments()).toBe(3);
});

it('needs an index of the collation it compares by, unless it merges by _id alone', async () => {
  const source = await test.db.createCollection('source', { collation: { locale: 'en', strength: 2 } });
  await source.insertOne({ _id: 'a' as never, name: 'Ada', x: 1 });
  const target = test.db.collection('target');
  await source.aggregate([{ $merge: 'target' }]).toArray();
  expect(await target.find().toArray()).toEqual([{ _id: 'a', name: 'Ada', x: 1 }]);
  await target.createIndex({ name: 1 }, { unique: true });
  const byName = [
    { $project: { _id: 0, name: 'ADA', y: { $literal: 2 } } },
    { $merge: { into: 'target', on: 'name' } },
  ];
  expect(await codeOf(source.aggregate(byName).toArray())).toBe(51_183);
  await target.createIndex({ name: 1 }, { unique: true, name: 'folded', collation: { locale: 'en', strength: 2 } });
  await source.aggregate(byName).toArray();
  expect(await target.find().toArray()).toEqual([{ _id: 'a', name: 'ADA', x: 1, y: 2 }]);
});

it('merges into the collection it reads', async () => {
  await aggregate({ $project: { _id: { $add: ['$_id', 1] }, n: 1 } }, { $merge: { into: 'items' } });
  expect(await all('items')).toEqual([
    { _id: 1, n: 10 },
    { _id: 2, n: 10 },
    { _id: 3, n: 20 },
    { _id: 4, n: 30 },
  ]);
});

it('checks what it merges', async () => {
  await test.db.createCollection('target', { validator: { n: { $lt: 25 } } });
  expect(await codeOf(aggregate({ $merge: 'target' }))).toBe(121);
  expect(await all('target')).toHaveLength(2);
});

it.each<[string, Document[], number]>([
  ['$out before the end', [{ $out: 'x' }, { $match: {} }], 40_601],
  ['$merge before the end', [{ $merge: 'x' }, { $out: 'y' }], 40_601],
  ['$out in $facet', [{ $facet: { a: [{ $out: 'x' }] } }], 40_600],
  ['$out in $lookup', [{ $lookup: { from: 'items', pipeline: [{ $out: 'x' }], as: 'x' } }], 51_047],
  ['$out to a number', [{ $out: 1 }], 16_990],
  ['$out without a collection', [{ $out: { db: 'x' } }], 16_994],
  ['$out with an unknown field', [{ $out: { db: 'x', coll: 'y', z: 1 } }], 40_415],
  ['$out to a time series', [{ $out: { db: 'x', coll: 'y', timeseries: {} } }], 72],
  ['$out to a bad name', [{ $out: '$x' }], 73],
  ['$out to a capped collection', [{ $out: 'capped' }], 17_152],
  ['$merge without a target', [{ $merge: {} }], 40_414],
  ['$merge with an unknown field', [{ $merge: { into: 'x', z: 1 } }], 40_415],
  ['$merge on nothing', [{ $merge: { into: 'x', on: [] } }], 51_187],
  ['$merge on a number', [{ $merge: { into: 'x', on: [1] } }], 51_134],
  ['$merge twice on a field', [{ $merge: { into: 'x', on: ['a', 'a'] } }], 31_465],
  ['$merge with an unknown choice', [{ $merge: { into: 'x', whenMatched: 'explode' } }], 2],
  ['$merge with another unknown choice', [{ $merge: { into: 'x', whenNotMatched: 'explode' } }], 2],
  ['$merge with needless variables', [{ $merge: { into: 'x', let: { a: 1 }, whenMatched: 'replace' } }], 51_199],
  ['$merge with another $$new', [{ $merge: { into: 'x', let: { new: 1 }, whenMatched: [] } }], 51_273],
  ['$merge that finds what it must not', [{ $merge: { into: 'items', whenMatched: 'fail' } }], 11_000],
  ['$merge that misses what it must find', [{ $merge: { into: 'x', whenNotMatched: 'fail' } }], 13_113],
  ['$merge with a stage no update has', [{ $merge: { into: 'x', whenMatched: [{ $match: {} }] } }], 72],
  ['an unknown stage before it', [{ $nonsense: 1 }, { $out: 'x' }], 40_324],
])('refuses %s', async (_name, pipeline, code) => {
  await test.db.createCollection('capped', { capped: true, size: 4096 });
  expect(await codeOf(aggregate(...pipeline))).toBe(code);
  expect(await all('items')).toHaveLength(3);
});

it('refuses to write inside a transaction', async () => {
  const session = test.client.startSession();
  session.startTransaction();
  const work = test.db
    .collection('items')
    .aggregate([{ $out: 'x' }], { session })
    .toArray();
  expect(await codeOf(work)).toBe(263);
  await session.endSession();
});

it('explains what would be written without writing it', async () => {
  const pipeline = [{ $match: { n: 10 } }, { $out: 'items' }];
  const explained = await test.db.collection('items').aggregate(pipeline).explain('queryPlanner');
  expect(explained['stages']).toMatchObject([{ $cursor: {} }, { $out: 'items' }]);
  expect(await codeOf(test.db.collection('items').aggregate(pipeline).explain('executionStats'))).toBe(2);
  expect(await all('items')).toHaveLength(3);
});

it('tells of a collection and its indexes', async () => {
  await test.db.collection('items').createIndex({ n: 1 });
  expect(await aggregate({ $collStats: { count: {}, storageStats: {} } })).toMatchObject([
    { ns: 'test.items', count: 3, storageStats: { count: 3, nindexes: 2, capped: false } },
  ]);
  expect(await aggregate({ $indexStats: {} }, { $sort: { name: 1 } }, { $project: { name: 1, key: 1 } })).toEqual([
    { name: '_id_', key: { _id: 1 } },
    { name: 'n_1', key: { n: 1 } },
  ]);
});

it.each<[string, Document, number]>([
  ['$collStats after another stage', { aggregate: 'items', pipeline: [{ $match: {} }, { $collStats: {} }] }, 40_602],
  ['$indexStats after another stage', { aggregate: 'items', pipeline: [{ $match: {} }, { $indexStats: {} }] }, 40_602],
  ['$indexStats with options', { aggregate: 'items', pipeline: [{ $indexStats: { x: 1 } }] }, 28_803],
  ['unknown statistics', { aggregate: 'items', pipeline: [{ $collStats: { operationStats: {} } }] }, 40_415],
  ['unknown statistics options', { aggregate: 'items', pipeline: [{ $collStats: { count: { x: 1 } } }] }, 40_415],
  ['a scale of zero', { aggregate: 'items', pipeline: [{ $collStats: { storageStats: { scale: 0 } } }] }, 2],
  ['statistics of nothing', { aggregate: 'missing', pipeline: [{ $collStats: { count: {} } }] }, 26],
  ['a collection stage without collection', { aggregate: 1, pipeline: [{ $match: {} }] }, 73],
  ['no stage without collection', { aggregate: 1, pipeline: [] }, 73],
  ['a number that is not 1', { aggregate: 2, pipeline: [] }, 9],
  ['$currentOp on a collection', { aggregate: 'items', pipeline: [{ $currentOp: {} }] }, 73],
  ['$currentOp with a number', { aggregate: 1, pipeline: [{ $currentOp: { allUsers: 1 } }] }, 9],
  ['$currentOp outside admin', { aggregate: 1, pipeline: [{ $currentOp: {} }] }, 73],
  ['$listLocalSessions on a collection', { aggregate: 'items', pipeline: [{ $listLocalSessions: {} }] }, 73],
  ['$listSessions elsewhere', { aggregate: 'items', pipeline: [{ $listSessions: {} }] }, 73],
  ['$planCacheStats of nothing', { aggregate: 'items', pipeline: [{ $planCacheStats: 1 }] }, 9],
  ['unknown options of plans', { aggregate: 'items', pipeline: [{ $planCacheStats: { x: 1 } }] }, 9],
  ['plans of all hosts', { aggregate: 'items', pipeline: [{ $planCacheStats: { allHosts: true } }] }, 4_503_200],
  ['plans of no collection', { aggregate: 1, pipeline: [{ $planCacheStats: {} }] }, 73],
  ['$listLocalSessions of nothing', { aggregate: 1, pipeline: [{ $listLocalSessions: 1 }] }, 14],
  ['an unknown option of it', { aggregate: 1, pipeline: [{ $listLocalSessions: { x: 1 } }] }, 40_415],
  [
    'all users and one',
    { aggregate: 1, pipeline: [{ $listLocalSessions: { allUsers: true, users: [{ user: 'u', db: 'd' }] } }] },
    12,
  ],
  [
    '$listLocalSessions after another stage',
    { aggregate: 1, pipeline: [{ $documents: [] }, { $listLocalSessions: {} }] },
    40_602,
  ],
])('refuses %s', async (_name, command, code) => {
  expect(await codeOf(test.db.command({ ...command, cursor: {} }))).toBe(code);
});

it('tells sizes in the scale asked for', async () => {
  const sizes = await aggregate(
    { $collStats: { storageStats: { scale: 10 } } },
    { $project: { s: '$storageStats.size' } },
  );
  const whole = await aggregate({ $collStats: { storageStats: {} } }, { $project: { s: '$storageStats.size' } });
  expect(sizes[0]?.['s']).toBe(Math.floor(whole[0]?.['s'] / 10));
});

it('lists the sessions in use', async () => {
  await test.client.withSession(async (session) => {
    const found = await test.db.aggregate([{ $listLocalSessions: {} }], { session }).toArray();
    const own = found.find((one) => one['_id'].id.toString('hex') === session.id?.['id'].toString('hex'));
    expect(own).toMatchObject({ _id: { uid: expect.anything() }, lastUse: expect.any(Date) });
    const kept = test.client.db('config').collection('system.sessions');
    expect(await kept.aggregate([{ $listSessions: {} }], { session }).toArray()).toContainEqual({
      ...own,
      lastUse: expect.any(Date),
    });
    expect(await aggregate({ $planCacheStats: {} })).toEqual([]);
    const users = [{ user: 'nobody', db: 'test' }];
    expect(await test.db.aggregate([{ $listLocalSessions: { users } }], { session }).toArray()).toEqual([]);
    const dummy = [
      { $listLocalSessions: { allUsers: true } },
      { $limit: 1 },
      { $set: { x: 1 } },
      { $project: { _id: 0, x: 1 } },
    ];
    expect(await test.db.aggregate(dummy, { session }).toArray()).toEqual([{ x: 1 }]);
  });
});

it('tells the operations in progress', async () => {
  const found = await test.client
    .db('admin')
    .aggregate([{ $currentOp: {} }])
    .toArray();
  expect(found).toMatchObject([
    {
      active: true,
      ns: 'admin.$cmd.aggregate',
      command: { aggregate: 1, pipeline: [{ $currentOp: {} }], $db: 'admin' },
    },
  ]);
});

it('says which document $merge found although it must not', async () => {
  const pipeline = [{ $match: { _id: 2 } }, { $merge: { into: 'items', whenMatched: 'fail' } }];
  await expect(aggregate(...pipeline)).rejects.toMatchObject({
    code: 11_000,
    message: expect.stringContaining('test.items index: _id_ dup key: { _id: 2 }'),
    keyPattern: { _id: 1 },
    keyValue: { _id: 2 },
  });
  await test.db.collection('by').createIndex({ a: 1, b: -1 }, { unique: true });
  await test.db.collection('by').insertOne({ a: 1, b: 2 });
  const made = { $project: { _id: 0, a: { $literal: 1 }, b: { $literal: 2 } } };
  await expect(aggregate(made, { $merge: { into: 'by', on: ['b', 'a'], whenMatched: 'fail' } })).rejects.toMatchObject({
    keyPattern: { a: 1, b: -1 },
    keyValue: { a: 1, b: 2 },
  });
});

it.each([
  [{ $merge: { into: 'm', whenMatched: 'fail', whenNotMatched: 'fail' } }, 51_181],
  [{ $merge: { into: 'm', whenMatched: 'keepExisting', whenNotMatched: 'discard' } }, 51_181],
  [{ $merge: { into: 'm', whenMatched: 5 } }, 51_191],
  [{ $merge: { into: 'm', on: 5 } }, 51_186],
  [{ $merge: { into: { coll: 'm', x: 1 } } }, 40_415],
  [{ $merge: {} }, 40_414],
  [{ $merge: 5 }, 51_182],
  [{ $merge: 'system.m' }, 31_319],
  [{ $merge: { into: { db: 'config', coll: 'm' } } }, 31_320],
  [{ $out: 'system.m' }, 17_385],
  [{ $out: { db: 'local', coll: 'm' } }, 31_321],
])('refuses %j with %i', async (stage, code) => {
  expect(await codeOf(aggregate(stage))).toBe(code);
});

it('merges what it can before it reports the first document it cannot merge', async () => {
  await test.db.collection<Item>('merged').insertMany([{ _id: 2, n: 0 }]);
  const fail = { $merge: { into: 'merged', whenMatched: 'replace', whenNotMatched: 'fail' } };
  expect(await codeOf(aggregate(fail))).toBe(13_113);
  expect(await all('merged')).toEqual([{ _id: 2, n: 20 }]);
  const insert = { $merge: { into: 'merged', whenMatched: 'fail', whenNotMatched: 'insert' } };
  expect(await codeOf(aggregate(insert))).toBe(11_000);
  expect(await all('merged')).toEqual([1, 2, 3].map((_id) => ({ _id, n: _id * 10 })));
  // A document that has no place among the others is found before anything is written.
  await test.db.collection('merged').createIndex({ n: 1 }, { unique: true });
  const on = { $merge: { into: 'merged', on: 'n', whenMatched: 'replace' } };
  expect(await codeOf(aggregate({ $set: { n: { $cond: [{ $eq: ['$_id', 3] }, null, 70] } } }, on))).toBe(51_132);
  expect(await all('merged')).toHaveLength(3);
});

it('puts a field with a dollar sign into new documents alone', async () => {
  const made = { $replaceWith: { $literal: { _id: 1, $price: 5 } } };
  await aggregate({ $limit: 1 }, made, { $merge: 'priced' });
  expect(await all('priced')).toEqual([{ _id: 1, $price: 5 }]);
  for (const whenMatched of ['merge', 'replace'])
    expect(await codeOf(aggregate({ $limit: 1 }, made, { $merge: { into: 'priced', whenMatched } }))).toBe(52);
});
