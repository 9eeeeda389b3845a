import type { Db, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

interface Numbered extends Document {
  _id: number;
}

let test: TestClient;
let db: Db;

beforeAll(async () => {
  test = await openTestClient();
  db = test.db;
  await db.collection<Numbered>('few').insertMany([
    { _id: 1, v: 10, list: [1, 2, 3] },
    { _id: 2, v: 20, list: [4] },
  ]);
});

afterAll(async () => {
  await test.close();
});

const REFUSED: readonly [string, Document, number][] = [
  ['a variable nobody defined', { a: '$$nobody' }, 17_276],
  ['one of the same $let', { a: { $let: { vars: { x: 1, y: '$$x' }, in: '$$y' } } }, 17_276],
  ['one outside of its $let', { a: [{ $let: { vars: { x: 1 }, in: '$$x' } }, '$$x'] }, 17_276],
  ['$$this where it has another name', { a: { $map: { input: [1], as: 'one', in: '$$this' } } }, 17_276],
  ['$$value in the input of $reduce', { a: { $reduce: { input: '$$value', initialValue: 0, in: 1 } } }, 17_276],
  ['another variable in a $filter', { a: { $filter: { input: '$list', cond: '$$that' } } }, 17_276],
  ['an odd name', { a: '$$_x' }, 9],
];

describe('variables in a pipeline', () => {
  it.each(REFUSED)('refuses %s, even without documents', async (_what, fields, code) => {
    await expect(
      db
        .collection('none')
        .aggregate([{ $project: fields }])
        .toArray(),
    ).rejects.toMatchObject({ code });
    await expect(db.collection('none').find({}, { projection: fields }).toArray()).rejects.toMatchObject({ code });
  });

  it('refuses an undefined variable in a filter, an update and a view', async () => {
    const condition = { $expr: { $eq: ['$v', '$$nobody'] } };
    const none = db.collection('none');
    await expect(none.find(condition).toArray()).rejects.toMatchObject({ code: 17_276 });
    await expect(none.aggregate([{ $match: condition }]).toArray()).rejects.toMatchObject({ code: 17_276 });
    await expect(none.updateOne({}, [{ $set: { a: '$$nobody' } }])).rejects.toMatchObject({ code: 17_276 });
    await expect(
      db.createCollection('wrong', { viewOn: 'few', pipeline: [{ $project: { a: '$$nobody' } }] }),
    ).rejects.toMatchObject({ code: 17_276 });
  });

  it('knows the variables of the command everywhere in it', async () => {
    const stages = [
      { $match: { $expr: { $eq: ['$v', '$$wanted'] } } },
      { $lookup: { from: 'few', let: { mine: '$v' }, pipeline: PIPELINE, as: 'others' } },
      { $facet: { one: [{ $project: { _id: 0, others: '$others.v', sum: { $add: ['$v', '$$wanted'] } } }] } },
    ];
    const found = await db
      .collection('few')
      .aggregate(stages, { let: { wanted: 20 } })
      .toArray();
    expect(found).toEqual([{ one: [{ others: [10], sum: 40 }] }]);
  });

  it('takes the fractions of $percentile from the command', async () => {
    const fractions = { p: ['$$low', { $add: ['$$low', 1] }], input: '$v', method: 'approximate' };
    const found = await db
      .collection('few')
      .aggregate([{ $group: { _id: null, r: { $percentile: fractions } } }], { let: { low: 0 } })
      .toArray();
    expect(found).toEqual([{ _id: null, r: [10, 20] }]);
  });

  it('knows the names of $redact, and the new document of $merge', async () => {
    const few = db.collection('few');
    const decision = { $cond: [{ $eq: ['$v', 10] }, '$$KEEP', '$$PRUNE'] };
    expect(await few.aggregate([{ $redact: decision }, { $project: { v: 1 } }]).toArray()).toEqual([{ _id: 1, v: 10 }]);
    await db.collection<Numbered>('merged').insertOne({ _id: 1, v: 1 });
    const whenMatched = [{ $set: { v: { $add: ['$$new.v', '$$extra', '$v'] } } }];
    await few.aggregate([{ $merge: { into: 'merged', let: { extra: '$v' }, whenMatched } }]).toArray();
    expect(await db.collection<Numbered>('merged').findOne({ _id: 1 })).toEqual({ _id: 1, v: 21 });
    const named = { into: 'merged', let: { extra: 1, X: 1 }, whenMatched };
    await expect(few.aggregate([{ $merge: named }]).toArray()).rejects.toMatchObject({ code: 9 });
    const wrong = { into: 'merged', whenMatched: [{ $set: { v: '$$nobody' } }] };
    await expect(few.aggregate([{ $merge: wrong }]).toArray()).rejects.toMatchObject({ code: 17_276 });
  });
});

const PIPELINE = [{ $match: { $expr: { $and: [{ $ne: ['$v', '$$mine'] }, { $lt: ['$v', '$$wanted'] }] } } }];

describe('let of a command', () => {
  it.each([
    [{ X: 1 }, 9],
    [{ 'a b': 1 }, 9],
    [{ a: '$v' }, 4_890_500],
    [{ a: { $add: ['$$ROOT.v', 1] } }, 4_890_500],
    [{ a: '$$b', b: 1 }, 17_276],
  ])('refuses %j with %i', async (definitions, code) => {
    await expect(db.collection('few').aggregate([], { let: definitions }).toArray()).rejects.toMatchObject({ code });
  });

  it('sees what was defined before, and computes', async () => {
    const definitions = { a: 1, b: { $map: { input: [1, 2], in: { $add: ['$$this', '$$a'] } } } };
    const found = await db
      .collection('few')
      .aggregate([{ $limit: 1 }, { $project: { _id: 0, b: '$$b' } }], { let: definitions })
      .toArray();
    expect(found).toEqual([{ b: [2, 3] }]);
  });

  it('reaches the projection of findAndModify', async () => {
    const found = await db.command({
      findAndModify: 'few',
      query: { _id: 2 },
      update: { $set: { seen: true } },
      fields: { _id: 0, r: { $add: ['$v', '$$more'] } },
      let: { more: 5 },
    });
    expect(found['value']).toEqual({ r: 25 });
  });
});

function buckets(n: unknown): Document[] {
  const output = { r: { $topN: { n, output: '$v', sortBy: { v: 1 } } } };
  return [{ $bucketAuto: { groupBy: '$v', buckets: 1, output } }];
}

it('refuses an n of $bucketAuto that is no constant', async () => {
  const few = db.collection('few');
  await expect(few.aggregate(buckets('$v')).toArray()).rejects.toMatchObject({ code: 4_544_714 });
  const found = await few.aggregate(buckets('$$n'), { let: { n: 1 } }).toArray();
  expect(found).toMatchObject([{ r: [10] }]);
});
