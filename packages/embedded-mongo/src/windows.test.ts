import type { Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

// The manual's example for $setWindowFields.
const CAKES = [
  { _id: 0, type: 'chocolate', orderDate: new Date('2020-05-18T14:10:30Z'), state: 'CA', price: 13, quantity: 120 },
  { _id: 1, type: 'chocolate', orderDate: new Date('2021-03-20T11:30:05Z'), state: 'WA', price: 14, quantity: 140 },
  { _id: 2, type: 'vanilla', orderDate: new Date('2021-01-11T06:31:15Z'), state: 'CA', price: 12, quantity: 145 },
  { _id: 3, type: 'vanilla', orderDate: new Date('2020-02-08T13:13:23Z'), state: 'WA', price: 13, quantity: 104 },
  { _id: 4, type: 'strawberry', orderDate: new Date('2019-05-18T16:09:01Z'), state: 'CA', price: 41, quantity: 162 },
  { _id: 5, type: 'strawberry', orderDate: new Date('2019-01-08T06:12:03Z'), state: 'WA', price: 43, quantity: 134 },
];

beforeAll(async () => {
  test = await openTestClient();
  await test.db.collection<{ _id: number }>('cakes').insertMany(CAKES);
});
afterAll(async () => {
  await test.close();
});

async function windows(specification: Document, name = 'cakes'): Promise<Document[]> {
  return test.db
    .collection(name)
    .aggregate([{ $setWindowFields: specification }])
    .toArray();
}

/** The pairs of `_id` and a computed field, in order. */
async function computed(sortBy: Document | undefined, field: Document, more: Document = {}): Promise<unknown[]> {
  const output = { r: field };
  const found = await windows({ ...(sortBy === undefined ? {} : { sortBy }), output, ...more });
  return found.map(({ _id, r }) => [_id, r]);
}

const byState = { partitionBy: '$state' };
const date = { orderDate: 1 };
const upToCurrent = { documents: ['unbounded', 'current'] };

const CASES: readonly [string, Document | undefined, Document, Document, unknown[]][] = [
  [
    'cumulative sums by state',
    date,
    { $sum: '$quantity', window: upToCurrent },
    byState,
    [
      [4, 162],
      [0, 282],
      [2, 427],
      [5, 134],
      [3, 238],
      [1, 378],
    ],
  ],
  [
    'cumulative sums by year',
    date,
    { $sum: '$quantity', window: upToCurrent },
    { partitionBy: { $year: '$orderDate' } },
    [
      [5, 134],
      [4, 296],
      [3, 104],
      [0, 224],
      [2, 145],
      [1, 285],
    ],
  ],
  [
    'moving averages by year',
    date,
    { $avg: '$quantity', window: { documents: [-1, 0] } },
    { partitionBy: { $year: '$orderDate' } },
    [
      [5, 134],
      [4, 148],
      [3, 104],
      [0, 112],
      [2, 145],
      [1, 142.5],
    ],
  ],
  [
    'a range of prices',
    { price: 1 },
    { $sum: '$quantity', window: { range: [-10, 10] } },
    byState,
    [
      [2, 265],
      [0, 265],
      [4, 162],
      [3, 244],
      [1, 244],
      [5, 134],
    ],
  ],
  [
    'a range of ten months',
    date,
    { $push: '$_id', window: { range: ['unbounded', 10], unit: 'month' } },
    byState,
    [
      [4, [4]],
      [0, [4, 0, 2]],
      [2, [4, 0, 2]],
      [5, [5]],
      [3, [5, 3]],
      [1, [5, 3, 1]],
    ],
  ],
  [
    'whole partitions',
    undefined,
    { $max: '$price' },
    byState,
    [
      [0, 41],
      [2, 41],
      [4, 41],
      [1, 43],
      [3, 43],
      [5, 43],
    ],
  ],
  [
    'a window behind',
    date,
    { $push: '$_id', window: { documents: [-2, -1] } },
    {},
    [
      [5, []],
      [4, [5]],
      [3, [5, 4]],
      [0, [4, 3]],
      [2, [3, 0]],
      [1, [0, 2]],
    ],
  ],
  [
    'a window ahead',
    date,
    { $first: '$_id', window: { documents: [1, 2] } },
    {},
    [
      [5, 4],
      [4, 3],
      [3, 0],
      [0, 2],
      [2, 1],
      [1, null],
    ],
  ],
  [
    'what is left',
    date,
    { $count: {}, window: { documents: ['current', 'unbounded'] } },
    {},
    [
      [5, 6],
      [4, 5],
      [3, 4],
      [0, 3],
      [2, 2],
      [1, 1],
    ],
  ],
  [
    'ranks',
    { price: 1 },
    { $rank: {} },
    {},
    [
      [2, 1],
      [0, 2],
      [3, 2],
      [1, 4],
      [4, 5],
      [5, 6],
    ],
  ],
  [
    'dense ranks',
    { price: 1 },
    { $denseRank: {} },
    {},
    [
      [2, 1],
      [0, 2],
      [3, 2],
      [1, 3],
      [4, 4],
      [5, 5],
    ],
  ],
  [
    'document numbers',
    { quantity: -1 },
    { $documentNumber: {} },
    byState,
    [
      [4, 1],
      [2, 2],
      [0, 3],
      [1, 1],
      [5, 2],
      [3, 3],
    ],
  ],
  [
    'shifts',
    { quantity: -1 },
    { $shift: { output: '$quantity', by: 1, default: 'Not available' } },
    byState,
    [
      [4, 145],
      [2, 120],
      [0, 'Not available'],
      [1, 134],
      [5, 104],
      [3, 'Not available'],
    ],
  ],
  [
    'shifts back',
    { quantity: -1 },
    { $shift: { output: '$quantity', by: -1 } },
    byState,
    [
      [4, null],
      [2, 162],
      [0, 145],
      [1, null],
      [5, 140],
      [3, 134],
    ],
  ],
  [
    'top of a window',
    date,
    { $topN: { n: 1, sortBy: { price: -1 }, output: '$_id' }, window: upToCurrent },
    {},
    [
      [5, [5]],
      [4, [5]],
      [3, [5]],
      [0, [5]],
      [2, [5]],
      [1, [5]],
    ],
  ],
  [
    'a list of values',
    date,
    { $push: ['$_id', '$price'], window: { documents: [0, 0] } },
    {},
    [
      [5, [[5, 43]]],
      [4, [[4, 41]]],
      [3, [[3, 13]]],
      [0, [[0, 13]]],
      [2, [[2, 12]]],
      [1, [[1, 14]]],
    ],
  ],
];

it.each(CASES)('computes %s', async (_name, sortBy, field, more, expected) => {
  expect(await computed(sortBy, field, more)).toEqual(expected);
});

const at = (second: number) => new Date(Date.UTC(2020, 4, 18, 14, 10, second));

it('computes derivatives and integrals over time', async () => {
  // The manual's examples: miles of trucks every 30 seconds, and kilowatts of meters.
  await test.db.collection('trucks').insertMany([
    { at: at(0), miles: 1295.1 },
    { at: at(30), miles: 1295.63 },
    { at: at(60), miles: 1296.25 },
    { at: at(90), miles: 1296.76 },
  ]);
  const speeds = await windows(
    {
      sortBy: { at: 1 },
      output: {
        r: { $derivative: { input: '$miles', unit: 'hour' }, window: { range: [-30, 0], unit: 'second' } },
      },
    },
    'trucks',
  );
  const rounded = speeds.map(({ r }) => (typeof r === 'number' ? Number(r.toFixed(1)) : r));
  expect(rounded).toEqual([null, 63.6, 74.4, 61.2]);
  await test.db.collection('meters').insertMany([
    { at: at(0), kw: 2.95 },
    { at: at(30), kw: 2.7 },
    { at: at(60), kw: 2.6 },
    { at: at(90), kw: 2.98 },
  ]);
  const powers = await windows(
    {
      sortBy: { at: 1 },
      output: {
        r: { $integral: { input: '$kw', unit: 'hour' }, window: { range: ['unbounded', 'current'], unit: 'hour' } },
      },
    },
    'meters',
  );
  const sums = powers.map(({ r }) => (typeof r === 'number' ? Number(r.toFixed(6)) : r));
  expect(sums).toEqual([0, 0.023542, 0.045625, 0.068875]);
});

it('computes exponential averages, covariances and fills', async () => {
  await test.db.collection('prices').insertMany([
    { d: 1, p: 13, q: 1 },
    { d: 2, p: 15.4, q: 2 },
    { d: 3, p: 12, q: null },
    { d: 4, p: 11.7, q: 8 },
    { d: 5, p: 'none', q: null },
  ]);
  const found = await windows(
    {
      sortBy: { d: 1 },
      output: {
        average: { $expMovingAvg: { input: '$p', N: 2 } },
        alpha: { $expMovingAvg: { input: '$p', alpha: 0.75 } },
        population: { $covariancePop: ['$d', '$q'], window: { documents: ['unbounded', 'current'] } },
        sample: { $covarianceSamp: ['$d', '$q'] },
        line: { $linearFill: '$q' },
        carried: { $locf: '$q' },
      },
    },
    'prices',
  );
  const rounded = (name: string) =>
    found.map(({ [name]: value }) => (typeof value === 'number' ? Number(value.toFixed(9)) : value));
  expect(rounded('average')).toEqual([13, 14.6, 12.866666667, 12.088888889, 12.088888889]);
  expect(rounded('alpha')).toEqual([13, 14.8, 12.7, 11.95, 11.95]);
  expect(rounded('population')).toEqual([0, 0.25, 0.25, 3.777777778, 3.777777778]);
  expect(rounded('sample')[0]).toBeCloseTo(5.666666667);
  expect(rounded('line')).toEqual([1, 2, 5, 8, null]);
  expect(rounded('carried')).toEqual([1, 2, 2, 8, 8]);
});

it('ranks null and missing alike and sets nested fields', async () => {
  await test.db
    .collection<{ _id: number }>('gaps')
    .insertMany([{ _id: 1, v: null, o: { a: 1 } }, { _id: 2 }, { _id: 3, v: 1 }] as never[]);
  expect(await windows({ sortBy: { v: 1 }, output: { 'o.rank': { $rank: {} } } }, 'gaps')).toEqual([
    { _id: 1, v: null, o: { a: 1, rank: 1 } },
    { _id: 2, o: { rank: 1 } },
    { _id: 3, v: 1, o: { rank: 3 } },
  ]);
});
