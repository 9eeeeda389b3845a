import { Decimal128, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
  const collections: Readonly<Record<string, Document[]>> = {
    numbers: Array.from({ length: 100 }, (_unused, _id) => ({ _id })),
    // The manual's examples for $bucket, $graphLookup and $redact.
    artists: [1877, 1860, 1853, 1849, 1840, 1834, 1844].map((year, _id) => ({ _id, year, name: `n${String(_id)}` })),
    airports: [
      { _id: 0, airport: 'JFK', connects: ['BOS', 'ORD'] },
      { _id: 1, airport: 'BOS', connects: ['JFK', 'PWM'] },
      { _id: 2, airport: 'ORD', connects: ['JFK'] },
      { _id: 3, airport: 'PWM', connects: ['BOS', 'LHR'] },
      { _id: 4, airport: 'LHR', connects: ['PWM'] },
    ],
    travelers: [{ _id: 1, name: 'Dev', nearest: 'JFK' }],
    reports: [
      {
        _id: 1,
        tags: ['G', 'STLW'],
        subsections: [
          { subtitle: 'one', tags: ['SI', 'G'] },
          { subtitle: 'two', tags: ['STLW'] },
          { subtitle: 'three', tags: ['TK'], content: { tags: ['G'] } },
        ],
      },
    ],
    coffee: [
      { _id: 1, v: 'A', n: 25, s: 18.1 },
      { _id: 2, v: 'A', n: 28.5, s: 18.2 },
      { _id: 3, v: 'B', n: 26, s: 1 },
      { _id: 4, v: 'B', n: null, s: 2 },
      { _id: 5, v: 'B' },
    ],
    stocks: [
      { _id: 1, t: 1, p: 500, who: 'a' },
      { _id: 2, t: 2, who: 'a' },
      { _id: 3, t: 3, p: 515, who: 'b' },
      { _id: 4, t: 4, p: null, who: 'b' },
      { _id: 5, t: 5, p: 485, who: 'a' },
    ],
    left: [
      { _id: 1, a: [] },
      { _id: 2, a: [1, 2] },
      { _id: 3, b: 1 },
      { _id: 4, a: /x/ },
      { _id: 5, a: { $gt: 1 } },
    ],
    right: [
      { _id: 1, f: null },
      { _id: 2, f: 2 },
      { _id: 3, f: /x/ },
      { _id: 4, f: 'xx' },
      { _id: 5, f: [1, 7] },
      { _id: 6 },
    ],
  };
  for (const [name, documents] of Object.entries(collections)) await test.db.collection(name).insertMany(documents);
});
afterAll(async () => {
  await test.close();
});

async function run(name: string, ...pipeline: Document[]): Promise<Document[]> {
  return test.db.collection(name).aggregate(pipeline).toArray();
}

it('puts documents into buckets', async () => {
  const buckets = {
    groupBy: '$year',
    boundaries: [1840, 1850, 1860],
    default: 'Other',
    output: { n: { $sum: 1 }, names: { $push: '$name' } },
  };
  expect(await run('artists', { $bucket: buckets })).toEqual([
    { _id: 1840, n: 3, names: ['n3', 'n4', 'n6'] },
    { _id: 1850, n: 1, names: ['n2'] },
    { _id: 'Other', n: 3, names: ['n0', 'n1', 'n5'] },
  ]);
  expect(await run('artists', { $bucket: { groupBy: '$nothing', boundaries: [0, 1], default: -1 } })).toEqual([
    { _id: -1, count: 7 },
  ]);
});

/** The manual's table for granularities over the numbers 0 to 99 in five buckets. */
const GRANULARITIES: readonly [string | undefined, [number, number, number][]][] = [
  [
    undefined,
    [
      [0, 20, 20],
      [20, 40, 20],
      [40, 60, 20],
      [60, 80, 20],
      [80, 99, 20],
    ],
  ],
  [
    'R20',
    [
      [0, 20, 20],
      [20, 40, 20],
      [40, 63, 23],
      [63, 90, 27],
      [90, 100, 10],
    ],
  ],
  [
    'E24',
    [
      [0, 20, 20],
      [20, 43, 23],
      [43, 68, 25],
      [68, 91, 23],
      [91, 100, 9],
    ],
  ],
  [
    '1-2-5',
    [
      [0, 20, 20],
      [20, 50, 30],
      [50, 100, 50],
    ],
  ],
  [
    'POWERSOF2',
    [
      [0, 32, 32],
      [32, 64, 32],
      [64, 128, 36],
    ],
  ],
];

it.each(GRANULARITIES)('cuts into ranges by %s', async (granularity, expected) => {
  const options = granularity === undefined ? {} : { granularity };
  const found = await run('numbers', { $bucketAuto: { groupBy: '$_id', buckets: 5, ...options } });
  expect(found.map(({ _id, count }) => [_id.min, _id.max, count])).toEqual(expected);
});

it('rounds decimals and fractions to preferred numbers', async () => {
  await test.db.collection('fractions').insertMany([{ v: 0.03 }, { v: 0.11 }, { v: 0.17 }]);
  const found = await run('fractions', { $bucketAuto: { groupBy: '$v', buckets: 3, granularity: 'R5' } });
  expect(found.map(({ _id }) => [_id.min, _id.max])).toEqual([
    [0.025, 0.04],
    [0.04, 0.16],
    [0.16, 0.25],
  ]);
  await test.db.collection('decimals').insertOne({ v: Decimal128.fromString('0.3') });
  const [only] = await run('decimals', { $bucketAuto: { groupBy: '$v', buckets: 1, granularity: 'POWERSOF2' } });
  expect([String(only?.['_id'].min), String(only?.['_id'].max)]).toEqual(['0.25', '0.5']);
});

it('keeps equal values in one range', async () => {
  await test.db.collection('same').insertMany([1, 1, 1, 2, 3].map((v) => ({ v })));
  const found = await run('same', { $bucketAuto: { groupBy: '$v', buckets: 5, output: { all: { $push: '$v' } } } });
  expect(found).toEqual([
    { _id: { min: 1, max: 2 }, all: [1, 1, 1] },
    { _id: { min: 2, max: 3 }, all: [2] },
    { _id: { min: 3, max: 3 }, all: [3] },
  ]);
});

it('follows references', async () => {
  const graph = {
    from: 'airports',
    startWith: '$nearest',
    connectFromField: 'connects',
    connectToField: 'airport',
    as: 'found',
    depthField: 'depth',
  };
  const reached = async (more: Document) => {
    const [traveler] = await run('travelers', { $graphLookup: { ...graph, ...more } });
    const found: Document[] = traveler?.['found'] ?? [];
    return found.map(({ airport, depth }) => `${String(airport)} ${String(depth)}`).toSorted();
  };
  expect(await reached({})).toEqual(['BOS 1', 'JFK 0', 'LHR 3', 'ORD 1', 'PWM 2']);
  expect(await reached({ maxDepth: 1 })).toEqual(['BOS 1', 'JFK 0', 'ORD 1']);
  expect(await reached({ restrictSearchWithMatch: { airport: { $ne: 'PWM' } } })).toEqual(['BOS 1', 'JFK 0', 'ORD 1']);
  expect(await reached({ startWith: ['LHR', 'ORD'], maxDepth: 0 })).toEqual(['LHR 0', 'ORD 0']);
  expect(await reached({ startWith: '$missing' })).toEqual([]);
});

const decide = (yes: string, no: string) => ({
  $cond: [{ $gt: [{ $size: { $setIntersection: ['$tags', ['STLW', 'G']] } }, 0] }, yes, no],
});

it('redacts level by level', async () => {
  const [report] = await run('reports', { $redact: decide('$$DESCEND', '$$PRUNE') });
  expect(report?.['subsections'].map(({ subtitle }: Document) => subtitle)).toEqual(['one', 'two']);
  const level = { $cond: [{ $eq: ['$$ROOT._id', '$$CURRENT._id'] }, '$$DESCEND', '$$PRUNE'] };
  expect(await run('reports', { $redact: level }, { $project: { subsections: 1 } })).toEqual([
    { _id: 1, subsections: [] },
  ]);
  expect(await run('reports', { $redact: '$$PRUNE' })).toEqual([]);
  await expect(run('reports', { $redact: 'keep me' })).rejects.toMatchObject({ code: 17_053 });
});

it('densifies numbers', async () => {
  const points = async (range: Document, more: Document = {}) => {
    const found = await run(
      'coffee',
      { $match: { n: { $type: 'number' } } },
      { $densify: { field: 'n', range, ...more } },
    );
    return found.map(({ v, n, s }) => `${s === undefined ? '+' : ''}${String(v ?? '')}${String(n)}`);
  };
  expect(await points({ step: 1, bounds: 'full' })).toEqual(['A25', 'B26', '+27', '+28', 'A28.5']);
  expect(await points({ step: 1, bounds: 'partition' }, { partitionByFields: ['v'] })).toEqual([
    'A25',
    '+A26',
    '+A27',
    '+A28',
    'A28.5',
    'B26',
  ]);
  expect(await points({ step: 1, bounds: 'full' }, { partitionByFields: ['v'] })).toEqual([
    'A25',
    '+B25',
    'B26',
    '+A26',
    '+A27',
    '+A28',
    'A28.5',
    '+B27',
    '+B28',
  ]);
  expect(await points({ step: 1, bounds: [24, 27] })).toEqual(['+24', 'A25', 'B26', 'A28.5']);
  expect(
    await run('coffee', { $match: { _id: 5 } }, { $densify: { field: 'n', range: { step: 1, bounds: [0, 2] } } }),
  ).toEqual([{ _id: 5, v: 'B' }, { n: 0 }, { n: 1 }]);
});

const hour = (at: number) => new Date(Date.UTC(2021, 4, 18, at));

it('densifies dates', async () => {
  await test.db.collection('weather').insertMany([
    { at: hour(0), v: 1 },
    { at: hour(8), v: 2 },
  ]);
  const densify = { field: 'at', range: { step: 4, unit: 'hour', bounds: [hour(0), hour(12)] } };
  expect(await run('weather', { $densify: densify }, { $project: { _id: 0 } })).toEqual([
    { at: hour(0), v: 1 },
    { at: hour(4) },
    { at: hour(8), v: 2 },
  ]);
  await test.db.collection('ends').insertMany([{ at: new Date('2024-01-31') }, { at: new Date('2024-04-30') }]);
  const months = await run('ends', { $densify: { field: 'at', range: { step: 1, unit: 'month', bounds: 'full' } } });
  expect(months.map(({ at }) => at.toISOString().slice(0, 10))).toEqual([
    '2024-01-31',
    '2024-02-29',
    '2024-03-29',
    '2024-04-29',
    '2024-04-30',
  ]);
});

const fill = async (specification: Document) =>
  (await run('stocks', { $fill: specification }, { $sort: { _id: 1 } })).map(({ p }) => p);

it('fills gaps', async () => {
  expect(await fill({ output: { p: { value: 0 } } })).toEqual([500, 0, 515, 0, 485]);
  expect(await fill({ output: { p: { value: '$who' } } })).toEqual([500, 'a', 515, 'b', 485]);
  expect(await fill({ sortBy: { t: 1 }, output: { p: { method: 'linear' } } })).toEqual([500, 507.5, 515, 500, 485]);
  expect(await fill({ sortBy: { t: 1 }, output: { p: { method: 'locf' } } })).toEqual([500, 500, 515, 515, 485]);
  expect(await fill({ sortBy: { t: 1 }, partitionByFields: ['who'], output: { p: { method: 'linear' } } })).toEqual([
    500,
    496.25,
    515,
    null,
    485,
  ]);
  expect(
    await fill({ sortBy: { t: 1 }, partitionBy: '$who', output: { p: { method: 'locf' }, q: { value: 1 } } }),
  ).toEqual([500, 500, 515, 515, 485]);
});

it('joins empty, missing and special values', async () => {
  const found = await run(
    'left',
    { $lookup: { from: 'right', localField: 'a', foreignField: 'f', as: 'r' } },
    { $project: { r: '$r._id' } },
  );
  expect(found.map(({ r }) => r)).toEqual([[1, 6], [2, 5], [1, 6], [3], []]);
});

it('puts what it joined in place of anything on the way that is no document', async () => {
  const stages = [{ $limit: 2 }, { $lookup: { from: 'travelers', pipeline: [{ $project: { _id: 1 } }], as: 'a.r' } }];
  expect(await run('left', ...stages)).toEqual([
    { _id: 1, a: { r: [{ _id: 1 }] } },
    { _id: 2, a: { r: [{ _id: 1 }] } },
  ]);
});

it('reads documents without a collection', async () => {
  expect(await test.db.aggregate([{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }]).toArray()).toEqual([
    { a: 2 },
  ]);
  await expect(test.db.aggregate([{ $documents: 1 }]).toArray()).rejects.toMatchObject({ code: 5_858_203 });
});

it('joins by fields and a pipeline, and by a pipeline alone', async () => {
  expect(
    await run(
      'left',
      { $match: { _id: 2 } },
      {
        $lookup: {
          from: 'right',
          localField: 'a',
          foreignField: 'f',
          let: { me: '$_id' },
          pipeline: [{ $match: { $expr: { $gt: ['$_id', '$$me'] } } }, { $project: { x: '$$me' } }],
          as: 'r',
        },
      },
    ),
  ).toEqual([{ _id: 2, a: [1, 2], r: [{ _id: 5, x: 2 }] }]);
  expect(
    await run(
      'left',
      { $limit: 2 },
      { $lookup: { pipeline: [{ $documents: [{ z: 1 }] }], as: 'deep.r' } },
      { $project: { a: 0 } },
    ),
  ).toEqual([
    { _id: 1, deep: { r: [{ z: 1 }] } },
    { _id: 2, deep: { r: [{ z: 1 }] } },
  ]);
  expect(await run('left', { $unionWith: { pipeline: [{ $documents: [{ z: 1 }] }] } }, { $count: 'n' })).toEqual([
    { n: 6 },
  ]);
});

const unwound = (o: unknown, options: Document = {}) =>
  test.db.aggregate([{ $documents: [{ o }] }, { $unwind: { path: '$o.l', ...options } }]).toArray();

it('unwinds nested paths, and drops an empty array it keeps the document of', async () => {
  const all = { preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' };
  expect(await unwound({ l: [1, 2], k: 0 })).toEqual([{ o: { l: 1, k: 0 } }, { o: { l: 2, k: 0 } }]);
  expect(await unwound({ l: [] })).toEqual([]);
  expect(await unwound({ l: [] }, { preserveNullAndEmptyArrays: true })).toEqual([{ o: {} }]);
  expect(await unwound({ l: null }, all)).toEqual([{ o: { l: null }, i: null }]);
  expect(await unwound({ l: 'x' }, all)).toEqual([{ o: { l: 'x' }, i: null }]);
  expect(await unwound({}, all)).toEqual([{ o: {}, i: null }]);
  // A path through an array leads nowhere.
  expect(await unwound([{ l: [1] }], all)).toEqual([{ o: [{ l: [1] }], i: null }]);
});

it('joins by positions in arrays, and by fields with the documents of an expression', async () => {
  const fields = { localField: 'a.0.x', foreignField: 'k', as: 'r' };
  const rows = [{ a: [{ x: 1 }, { x: 2 }] }, { a: [{ x: [2, 1] }] }, { a: { x: 1 } }, { a: [{ y: 1 }, { x: 1 }] }];
  await test.db.collection('keys').insertMany([{ k: 1 }, { k: null }]);
  const joined = await test.db
    .aggregate([{ $documents: rows }, { $lookup: { from: 'keys', ...fields } }, { $project: { 'r.k': 1 } }])
    .toArray();
  expect(joined).toEqual([{ r: [{ k: 1 }] }, { r: [{ k: 1 }] }, { r: [{ k: null }] }, { r: [{ k: null }] }]);
  const made = { ...fields, pipeline: [{ $documents: [{ k: 1 }, { k: 2 }] }] };
  const free = await test.db.aggregate([{ $documents: rows }, { $lookup: made }, { $unset: 'a' }]).toArray();
  expect(free).toEqual([{ r: [{ k: 1 }] }, { r: [{ k: 1 }, { k: 2 }] }, { r: [] }, { r: [] }]);
});

it('puts computed fields into whatever an array holds', async () => {
  const computed = { $project: { 'o.b': { $literal: 'n' }, 'o.c': 1 } };
  expect(await test.db.aggregate([{ $documents: [{ o: [1, { c: 2 }, [3], {}] }] }, computed]).toArray()).toEqual([
    { o: [{ b: 'n' }, { c: 2, b: 'n' }, [{ b: 'n' }], { b: 'n' }] },
  ]);
  const missing = { $set: { 'a.x': '$none', 'b.x': '$$REMOVE', 'c.x': '$none' } };
  expect(await test.db.aggregate([{ $documents: [{ a: 5, b: { x: 1, y: 2 } }] }, missing]).toArray()).toEqual([
    { a: {}, b: { y: 2 }, c: {} },
  ]);
});
