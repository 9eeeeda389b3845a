import type { Document as PlainObject } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection<{ _id: number; kind: string; n: number; tags: string[] }>('items');
afterAll(() => test.close());
beforeAll(async () => {
  await items.insertMany(
    Array.from({ length: 200 }, (_unused, n) => ({ _id: n, kind: n % 4 === 0 ? 'a' : 'b', n, tags: ['x', 'y'] })),
  );
  await items.createIndex({ kind: 1, n: 1 });
  await items.createIndex({ tags: 1 });
});

it('shows a collection scan with what it read', async () => {
  const plan = await items.find({ n: 7 }).explain('executionStats');
  expect(plan['queryPlanner']).toMatchObject({
    namespace: 'test.items',
    parsedQuery: { n: 7 },
    winningPlan: { stage: 'COLLSCAN', direction: 'forward', filter: { n: 7 } },
    rejectedPlans: [],
  });
  expect(plan['executionStats']).toMatchObject({
    executionSuccess: true,
    nReturned: 1,
    totalKeysExamined: 0,
    totalDocsExamined: 200,
  });
  expect(plan).toMatchObject({ ok: 1, command: { find: 'items' }, serverInfo: { version: expect.any(String) } });
});

async function sectionsOf(verbosity: string): Promise<readonly string[]> {
  const plan = await items.find({ n: 7 }).explain(verbosity);
  return ['queryPlanner', 'executionStats'].flatMap((name) => Object.keys(plan[name] ?? {}));
}

it('tells as much as it is asked for', async () => {
  expect(await sectionsOf('queryPlanner')).not.toContain('nReturned');
  expect(await sectionsOf('executionStats')).toContain('nReturned');
  expect(await sectionsOf('executionStats')).not.toContain('allPlansExecution');
  expect(await sectionsOf('allPlansExecution')).toContain('allPlansExecution');
  await expect(sectionsOf('everything')).rejects.toMatchObject({ code: 2 });
});

it('shows an index scan with its bounds, and reads no more than them', async () => {
  const plan = await items
    .find({ kind: 'a', n: { $gte: 100, $lt: 140 } }, { projection: { n: 1 } })
    .sort({ n: -1 })
    .limit(3)
    .explain('executionStats');
  expect(plan['queryPlanner']['winningPlan']).toMatchObject({
    stage: 'PROJECTION_DEFAULT',
    inputStage: {
      stage: 'LIMIT',
      limitAmount: 3,
      inputStage: {
        stage: 'FETCH',
        inputStage: {
          stage: 'IXSCAN',
          indexName: 'kind_1_n_1',
          keyPattern: { kind: 1, n: 1 },
          isMultiKey: false,
          direction: 'backward',
          indexBounds: { kind: ['["a", "a"]'], n: ['[100, 140)'] },
        },
      },
    },
  });
  // The end of the range is read, too: 140 itself is an entry of it.
  expect(plan['executionStats']).toMatchObject({ nReturned: 3, totalKeysExamined: 4, totalDocsExamined: 4 });
});

it('shows blocking sorts, skips, unions and what a multikey index does', async () => {
  const sorted = await items.find({}).sort({ n: 1 }).skip(2).limit(5).explain('queryPlanner');
  expect(sorted['executionStats']).toBeUndefined();
  expect(sorted['queryPlanner']['winningPlan']).toMatchObject({
    stage: 'LIMIT',
    inputStage: {
      stage: 'SKIP',
      skipAmount: 2,
      inputStage: { stage: 'SORT', sortPattern: { n: 1 }, limitAmount: 7, inputStage: { stage: 'COLLSCAN' } },
    },
  });
  const union = await items.find({ $or: [{ kind: 'a' }, { tags: 'z' }] }).explain('queryPlanner');
  expect(union['queryPlanner']['winningPlan']).toMatchObject({
    stage: 'FETCH',
    inputStage: { stage: 'OR', inputStages: [{ indexName: 'kind_1_n_1' }, { indexName: 'tags_1', isMultiKey: true }] },
  });
  const missing = await test.db.collection('nothing').find({}).explain();
  expect(missing['queryPlanner']['winningPlan']).toMatchObject({ stage: 'EOF' });
});

it('merges the ranges of a list to serve the sort after it', async () => {
  const cursor = items
    .find({ kind: { $in: ['a', 'b'] } })
    .sort({ n: 1 })
    .limit(10);
  const plan = await cursor.clone().explain('executionStats');
  expect(JSON.stringify(plan['queryPlanner']['winningPlan'])).toContain('SORT_MERGE');
  expect(plan['executionStats']['totalDocsExamined']).toBeLessThan(15);
  expect((await cursor.toArray()).map((item) => item._id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

async function explained(command: PlainObject): Promise<PlainObject> {
  return test.db.command({ explain: command, verbosity: 'executionStats' });
}

it('counts in an index without reading documents', async () => {
  const plan = await explained({ count: 'items', query: { kind: 'a' } });
  expect(plan['queryPlanner'].winningPlan).toMatchObject({ stage: 'COUNT', inputStage: { stage: 'COUNT_SCAN' } });
  expect(plan['executionStats']).toMatchObject({ totalKeysExamined: 50, totalDocsExamined: 0 });
  const whole = await explained({ count: 'items' });
  expect(whole['queryPlanner'].winningPlan.stage).toBe('RECORD_STORE_FAST_COUNT');
  const distinct = await explained({ distinct: 'items', key: 'n', query: { kind: 'a' } });
  expect(distinct['executionStats']).toMatchObject({ nReturned: 50, totalKeysExamined: 50 });
});

it('tells why a query fails that it runs', async () => {
  const filter = { $expr: { $divide: [1, { $subtract: ['$n', 5] }] } };
  const plan = await explained({ find: 'items', filter });
  expect(plan['queryPlanner'].winningPlan.stage).toBe('COLLSCAN');
  expect(plan['executionStats']).toMatchObject({
    executionSuccess: false,
    errorCode: 2,
    nReturned: expect.any(Number),
  });
  expect(plan['executionStats'].errorMessage).toContain('by zero');
  expect(plan['executionStats'].nReturned).toBeLessThan(200);
});

it('explains writes without writing', async () => {
  const changed = await explained({
    update: 'items',
    updates: [{ q: { kind: 'a' }, u: { $max: { n: 100 } }, multi: true }],
  });
  expect(changed['executionStats'].executionStages).toMatchObject({
    stage: 'UPDATE',
    nMatched: 50,
    nWouldModify: 25,
    inputStage: { stage: 'FETCH' },
  });
  const deleted = await explained({ delete: 'items', deletes: [{ q: { kind: 'a' }, limit: 0 }] });
  expect(deleted['executionStats'].executionStages).toMatchObject({ stage: 'DELETE', nWouldDelete: 50 });
  const removed = await explained({ findAndModify: 'items', query: { kind: 'b' }, sort: { n: -1 }, remove: true });
  expect(removed['executionStats'].executionStages).toMatchObject({ stage: 'DELETE', nWouldDelete: 1 });
  expect(await items.countDocuments({})).toBe(200);
  expect(await items.countDocuments({ kind: 'a', n: 100 })).toBe(1);
  await expect(
    explained({
      delete: 'items',
      deletes: [
        { q: {}, limit: 0 },
        { q: {}, limit: 0 },
      ],
    }),
  ).rejects.toMatchObject({ code: 16 });
});

it('explains pipelines stage by stage', async () => {
  const pipeline = [{ $match: { kind: 'a' } }, { $group: { _id: '$kind', total: { $sum: '$n' } } }];
  const plan = await items.aggregate(pipeline).explain('executionStats');
  expect(plan['stages']).toMatchObject([
    {
      $cursor: {
        queryPlanner: { winningPlan: { stage: 'FETCH', inputStage: { stage: 'IXSCAN' } } },
        executionStats: { nReturned: 50, totalKeysExamined: 50 },
      },
    },
    { $group: { _id: '$kind', total: { $sum: '$n' } }, nReturned: 1 },
  ]);
  const legacy = await test.db.command({ aggregate: 'items', pipeline, cursor: {}, explain: true });
  expect(legacy['stages']).toHaveLength(2);
  const found = await items.aggregate([{ $match: { n: 1 } }, { $sort: { n: 1 } }]).explain();
  expect(found['queryPlanner']['winningPlan']['stage']).toBe('SORT');
});

it('explains the pipeline as it is optimised, and queries on views as pipelines', async () => {
  const paged = await items
    .aggregate([{ $addFields: { m: 1 } }, { $match: { kind: 'a' } }, { $sort: { n: 1 } }, { $skip: 5 }, { $limit: 5 }])
    .explain('executionStats');
  expect(paged['stages'][0].$cursor.executionStats).toMatchObject({ totalKeysExamined: 50, nReturned: 50 });
  expect(paged['stages'].at(-1)).toMatchObject({ nReturned: 5 });
  const cut = await items.aggregate([{ $sort: { n: 1 } }, { $skip: 5 }, { $limit: 5 }]).explain('executionStats');
  expect(cut['stages'][0].$cursor.queryPlanner.winningPlan).toMatchObject({ stage: 'LIMIT', limitAmount: 10 });
  await test.db.createCollection('few', { viewOn: 'items', pipeline: [{ $match: { kind: 'a' } }] });
  const few = await test.db
    .collection('few')
    .find({ n: { $lt: 8 } })
    .explain('executionStats');
  expect(few['executionStats']).toMatchObject({ nReturned: 2 });
  expect(few['queryPlanner']).toMatchObject({ namespace: 'test.items', parsedQuery: { $and: [{ kind: 'a' }, {}] } });
});

it('refuses what cannot be explained', async () => {
  await expect(test.db.command({ explain: { insert: 'items', documents: [{}] } })).rejects.toMatchObject({ code: 59 });
  await expect(test.db.command({ explain: { find: 'items' }, verbosity: 'loud' })).rejects.toMatchObject({ code: 2 });
  await expect(test.db.command({ explain: { find: 'items', bogus: 1 } })).rejects.toMatchObject({ code: 40_415 });
});

it('shows the plans through other indexes that would have helped, unless an index was asked for', async () => {
  const other = test.db.collection('chosen');
  await other.insertMany(Array.from({ length: 50 }, (_unused, n) => ({ kind: n % 2, size: n, name: `n${String(n)}` })));
  await other.createIndex({ kind: 1, size: 1 });
  await other.createIndex({ kind: 1, name: 1 });
  await other.createIndex({ name: 1 });
  const query = other.find({ kind: 1, size: 7 });
  const { queryPlanner } = (await query.explain('queryPlanner')) as { queryPlanner: PlainObject };
  expect(queryPlanner).toMatchObject({
    winningPlan: { inputStage: { indexName: 'kind_1_size_1' } },
    rejectedPlans: [{ stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'kind_1_name_1' } }],
  });
  const hinted = (await query.hint('kind_1_name_1').explain('queryPlanner')) as { queryPlanner: PlainObject };
  expect(hinted.queryPlanner).toMatchObject({
    winningPlan: { inputStage: { indexName: 'kind_1_name_1' } },
    rejectedPlans: [],
  });
});

it('repeats the command with its database, which no other may stand in for', async () => {
  const find = { find: 'items', filter: { _id: 1 } };
  expect(await test.db.command({ explain: find })).toMatchObject({ command: { ...find, $db: test.db.databaseName } });
  await expect(test.db.command({ explain: { ...find, $db: 'other' } })).rejects.toMatchObject({ code: 73 });
});

async function counted(options: PlainObject): Promise<unknown> {
  return test.db.command({ explain: { count: 'items', ...options }, verbosity: 'executionStats' });
}

it('tells how many documents a count counted', async () => {
  const all = await items.countDocuments();
  expect(await counted({})).toMatchObject({ executionStats: { nReturned: 0, executionStages: { nCounted: all } } });
  const one = { query: { _id: { $gte: 1 } }, limit: 1 };
  expect(await counted(one)).toMatchObject({ executionStats: { executionStages: { stage: 'COUNT', nCounted: 1 } } });
});

it('explains the projection of findAndModify and the document an upsert would answer with', async () => {
  const update = { update: { $set: { n: 0 } }, query: { _id: -1 }, upsert: true, fields: { n: 0 } };
  const reply = (options: PlainObject): Promise<unknown> =>
    test.db.command({ explain: { findAndModify: 'items', ...update, ...options }, verbosity: 'executionStats' });
  const stages = { stage: 'PROJECTION_DEFAULT', transformBy: { n: 0 }, inputStage: { nWouldUpsert: 1 } };
  expect(await reply({ new: true })).toMatchObject({ executionStats: { nReturned: 1, executionStages: stages } });
  expect(await reply({})).toMatchObject({ executionStats: { nReturned: 0, executionStages: stages } });
  const elsewhere = { explain: { findAndModify: 'items', query: {}, remove: true } };
  await expect(test.client.db('nowhere').command(elsewhere)).rejects.toMatchObject({ code: 26 });
});

it('tells of an update that would fail', async () => {
  const updates = [{ q: { _id: 1 }, u: { _id: 10 } }];
  const reply = await test.db.command({ explain: { update: 'items', updates }, verbosity: 'executionStats' });
  expect(reply).toMatchObject({ ok: 1, executionStats: { executionSuccess: false, errorCode: 66 } });
});
