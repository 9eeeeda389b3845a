import { Decimal128, Long, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
  await test.db.collection('orders').insertMany([
    { _id: 1, user: 'ann', total: 10, tags: ['x', 'y'], at: new Date('2026-01-02T03:04:05.678Z') },
    { _id: 2, user: 'bob', total: 5.5, tags: [], at: new Date('2026-01-02T23:00:00Z') },
    { _id: 3, user: 'ann', total: Long.fromNumber(20), tags: ['y'], at: new Date('2026-02-01T00:00:00Z') },
    { _id: 4, user: 'eve', total: null },
  ] as never[]);
  await test.db.collection('users').insertMany([
    { _id: 'ann', age: 30 },
    { _id: 'bob', age: 40 },
  ] as never[]);
});
afterAll(async () => {
  await test.close();
});

async function run(...pipeline: Document[]): Promise<Document[]> {
  return test.db.collection('orders').aggregate(pipeline).toArray();
}

async function evaluate(expression: unknown): Promise<unknown> {
  const [result] = await run({ $match: { _id: 1 } }, { $project: { _id: 0, value: expression } });
  return result?.['value'];
}

it('matches, groups and sorts', async () => {
  expect(
    await run(
      {
        $group: {
          _id: '$user',
          sum: { $sum: '$total' },
          average: { $avg: '$total' },
          count: { $count: {} },
          ids: { $push: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ),
  ).toEqual([
    { _id: 'ann', sum: 30, average: 15, count: 2, ids: [1, 3] },
    { _id: 'bob', sum: 5.5, average: 5.5, count: 1, ids: [2] },
    { _id: 'eve', sum: 0, average: null, count: 1, ids: [4] },
  ]);
});

it('groups by a computed id and by null', async () => {
  expect(
    await run(
      { $group: { _id: { user: '$user', big: { $gt: ['$total', 15] } }, n: { $sum: 1 } } },
      { $sort: { n: -1, _id: 1 } },
    ),
  ).toHaveLength(4);
  expect(
    await run({
      $group: {
        _id: null,
        first: { $first: '$user' },
        last: { $last: '$user' },
        min: { $min: '$total' },
        max: { $max: '$total' },
        users: { $addToSet: '$user' },
      },
    }),
  ).toEqual([{ _id: null, first: 'ann', last: 'eve', min: 5.5, max: 20, users: ['ann', 'bob', 'eve'] }]);
});

it('sums longs and decimals exactly', async () => {
  await test.db.collection('sums').insertMany([{ n: Long.fromString('9007199254740993') }, { n: Long.fromNumber(1) }]);
  const [sum] = await test.db
    .collection('sums')
    .aggregate([{ $group: { _id: 1, n: { $sum: '$n' } } }], { promoteLongs: false })
    .toArray();
  expect(String(sum?.['n'])).toBe('9007199254740994');
  await test.db.collection('sums').insertOne({ n: Decimal128.fromString('0.10') });
  const [mixed] = await test.db
    .collection('sums')
    .aggregate([{ $group: { _id: 1, n: { $sum: '$n' } } }])
    .toArray();
  expect(String(mixed?.['n'])).toBe('9007199254740994.10');
});

it('projects, adds, unsets and replaces', async () => {
  expect(await run({ $match: { _id: 1 } }, { $project: { user: 1, half: { $divide: ['$total', 2] } } })).toEqual([
    { _id: 1, user: 'ann', half: 5 },
  ]);
  expect(
    await run(
      { $match: { _id: 2 } },
      { $addFields: { 'meta.seen': true, total: '$$REMOVE' } },
      { $unset: ['at', 'tags'] },
    ),
  ).toEqual([{ _id: 2, user: 'bob', meta: { seen: true } }]);
  expect(await run({ $match: { _id: 2 } }, { $replaceRoot: { newRoot: { who: '$user' } } })).toEqual([{ who: 'bob' }]);
  expect(await run({ $match: { _id: 2 } }, { $replaceWith: { $mergeObjects: [{ a: 1 }, { b: '$user' }] } })).toEqual([
    { a: 1, b: 'bob' },
  ]);
  expect(await run({ $match: { _id: 2 } }, { $project: { tags: 0, at: 0 } })).toEqual([
    { _id: 2, user: 'bob', total: 5.5 },
  ]);
});

it('unwinds arrays, with their positions and empty ones on request', async () => {
  expect(await run({ $unwind: '$tags' }, { $project: { tags: 1 } })).toEqual([
    { _id: 1, tags: 'x' },
    { _id: 1, tags: 'y' },
    { _id: 3, tags: 'y' },
  ]);
  const kept = await run(
    { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
    { $project: { tags: 1, at: 1 } },
  );
  expect(kept).toEqual([
    { _id: 1, tags: 'x', at: 0 },
    { _id: 1, tags: 'y', at: 1 },
    { _id: 2, at: null },
    { _id: 3, tags: 'y', at: 0 },
    { _id: 4, at: null },
  ]);
});

it('looks up by field and by pipeline', async () => {
  expect(
    await run(
      { $lookup: { from: 'users', localField: 'user', foreignField: '_id', as: 'who' } },
      { $project: { who: 1 } },
      { $sort: { _id: 1 } },
    ),
  ).toEqual([
    { _id: 1, who: [{ _id: 'ann', age: 30 }] },
    { _id: 2, who: [{ _id: 'bob', age: 40 }] },
    { _id: 3, who: [{ _id: 'ann', age: 30 }] },
    { _id: 4, who: [] },
  ]);
  expect(
    await run(
      { $match: { _id: 2 } },
      {
        $lookup: {
          from: 'users',
          let: { who: '$user' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$who'] } } }, { $project: { age: 1, _id: 0 } }],
          as: 'found',
        },
      },
      { $project: { found: 1 } },
    ),
  ).toEqual([{ _id: 2, found: [{ age: 40 }] }]);
});

it('counts, skips, limits, samples and branches', async () => {
  expect(await run({ $match: { user: 'ann' } }, { $count: 'n' })).toEqual([{ n: 2 }]);
  expect(await run({ $match: { user: 'nobody' } }, { $count: 'n' })).toEqual([]);
  expect(await run({ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } })).toEqual([
    { _id: 3 },
    { _id: 2 },
  ]);
  expect(await run({ $sample: { size: 2 } })).toHaveLength(2);
  expect(await run({ $facet: { a: [{ $count: 'n' }], b: [{ $limit: 1 }, { $project: { _id: 1 } }] } })).toEqual([
    { a: [{ n: 4 }], b: [{ _id: 1 }] },
  ]);
  expect(await run({ $sortByCount: '$user' }, { $limit: 1 })).toEqual([{ _id: 'ann', count: 2 }]);
  expect(await run({ $unionWith: 'users' }, { $count: 'n' })).toEqual([{ n: 6 }]);
});

const EXPRESSIONS: readonly [unknown, unknown][] = [
  [{ $add: ['$total', 1, 2.5] }, 13.5],
  [{ $subtract: ['$at', new Date('2026-01-02T03:04:05.000Z')] }, 678],
  [{ $multiply: [2_000_000_000, 2] }, 4_000_000_000],
  [{ $divide: [1, 4] }, 0.25],
  [{ $mod: [-7, 3] }, -1],
  [{ $add: ['$missing', 1] }, null],
  [{ $round: [2.5] }, 2],
  [{ $round: [2.345, 2] }, 2.35],
  [{ $trunc: [-2.7] }, -2],
  [{ $pow: [2, 10] }, 1024],
  [{ $abs: -3 }, 3],
  [{ $cond: [{ $gt: ['$total', 5] }, 'big', 'small'] }, 'big'],
  [JSON.parse('{ "$cond": { "if": false, "then": 1, "else": 2 } }'), 2],
  [{ $ifNull: ['$missing', '$user'] }, 'ann'],
  [JSON.parse('{ "$switch": { "branches": [{ "case": false, "then": 1 }], "default": 2 } }'), 2],
  [{ $and: [true, '$user'] }, true],
  [{ $not: ['$missing'] }, true],
  [{ $eq: ['$missing', null] }, false],
  [{ $lt: ['$missing', null] }, true],
  [{ $cmp: [1, 2] }, -1],
  [{ $concat: ['$user', '!'] }, 'ann!'],
  [{ $concat: ['$user', null] }, null],
  [{ $toUpper: '$user' }, 'ANN'],
  [{ $substrCP: ['häuser', 1, 2] }, 'äu'],
  [{ $strLenBytes: 'ä' }, 2],
  [{ $split: ['a,b', ','] }, ['a', 'b']],
  [{ $trim: { input: '  a ' } }, 'a'],
  [{ $indexOfCP: ['hello', 'l'] }, 2],
  [{ $regexMatch: { input: '$user', regex: /^A/i } }, true],
  [{ $replaceAll: { input: 'aaa', find: 'a', replacement: 'b' } }, 'bbb'],
  [{ $size: '$tags' }, 2],
  [{ $arrayElemAt: ['$tags', -1] }, 'y'],
  [{ $first: '$tags' }, 'x'],
  [{ $in: ['y', '$tags'] }, true],
  [{ $slice: ['$tags', 1] }, ['x']],
  [{ $concatArrays: ['$tags', ['z']] }, ['x', 'y', 'z']],
  [{ $range: [0, 6, 2] }, [0, 2, 4]],
  [{ $map: { input: '$tags', as: 't', in: { $concat: ['$$t', '-'] } } }, ['x-', 'y-']],
  [{ $filter: { input: [1, 2, 3], cond: { $gt: ['$$this', 1] } } }, [2, 3]],
  [{ $reduce: { input: [1, 2, 3], initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
  [{ $let: { vars: { a: 1 }, in: { $add: ['$$a', 1] } } }, 2],
  [{ $sum: [1, 2, 'x'] }, 3],
  [{ $max: [[1, 5, 3]] }, 5],
  [{ $setUnion: [[1], [1, 2]] }, [1, 2]],
  [{ $setIsSubset: [[1], [1, 2]] }, true],
  [{ $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]],
  [{ $arrayToObject: [[['a', 1]]] }, { a: 1 }],
  [{ $type: '$missing' }, 'missing'],
  [{ $toString: 12 }, '12'],
  [{ $toInt: '12' }, 12],
  [{ $toDate: '2026-01-01T00:00:00Z' }, new Date('2026-01-01T00:00:00Z')],
  [{ $literal: '$user' }, '$user'],
  [{ $year: '$at' }, 2026],
  [{ $dayOfYear: '$at' }, 2],
  [{ $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M' } }, '2026-01-02 03:04'],
  [{ $dateTrunc: { date: '$at', unit: 'day' } }, new Date('2026-01-02T00:00:00Z')],
  [{ $dateTrunc: { date: '$at', unit: 'week' } }, new Date('2025-12-28T00:00:00Z')],
  [
    { $dateAdd: { startDate: new Date('2026-01-31T00:00:00Z'), unit: 'month', amount: 1 } },
    new Date('2026-02-28T00:00:00Z'),
  ],
];

it.each(EXPRESSIONS)('evaluates %j', async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

it('uses expressions in queries', async () => {
  expect(await test.db.collection('orders').countDocuments({ $expr: { $eq: ['$user', 'ann'] } })).toBe(2);
  expect(
    await test.db
      .collection('orders')
      .find({ $expr: { $eq: ['$user', '$$name'] } }, { let: { name: 'bob' } })
      .toArray(),
  ).toHaveLength(1);
});

it('refuses dates out of range', async () => {
  await expect(evaluate({ $toDate: 1e300 })).rejects.toMatchObject({ code: 241 });
  await expect(evaluate({ $dateAdd: { startDate: new Date(8.64e15), unit: 'year', amount: 5 } })).rejects.toMatchObject(
    { code: 5_166_406 },
  );
});

it('refuses time zones it does not know and division by zero', async () => {
  await expect(evaluate({ $hour: { date: '$at', timezone: 'Mars/Olympus' } })).rejects.toMatchObject({ code: 40_485 });
  await expect(evaluate({ $divide: [1, 0] })).rejects.toMatchObject({ code: 2 });
});
