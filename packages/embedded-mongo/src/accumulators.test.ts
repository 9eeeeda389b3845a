import { Decimal128, Double, Int32, Long, type Document } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
let made = 0;
afterAll(() => test.close());

/** What an accumulator makes of a field `v` of documents, with types kept. */
async function group(accumulator: Document, documents: Document[], promoteValues = false): Promise<unknown> {
  made += 1;
  const collection = test.db.collection(`c${String(made)}`);
  await collection.insertMany(documents);
  const [result] = await collection.aggregate([{ $group: { _id: null, r: accumulator } }], { promoteValues }).toArray();
  return result?.['r'];
}

const values = (...list: unknown[]): Document[] => list.map((v) => ({ v }));
const decimal = (text: string) => Decimal128.fromString(text);

/** Sums keep the narrowest type that holds them; doubles and decimals win (manual: "$sum", "Behavior"). */
const NUMBERS: readonly [string, Document[], string, string][] = [
  ['$sum', values(new Int32(1), new Int32(2)), 'Int32', '3'],
  ['$sum', values(new Int32(2_147_483_647), new Int32(1)), 'Long', '2147483648'],
  ['$sum', values(new Int32(1), Long.fromNumber(2)), 'Long', '3'],
  ['$sum', values(Long.MAX_VALUE, new Int32(1)), 'Double', '9223372036854776000'],
  ['$sum', values(Long.MAX_VALUE, new Int32(1), new Int32(-2)), 'Long', '9223372036854775806'],
  ['$sum', values(new Int32(1), new Double(0.5)), 'Double', '1.5'],
  ['$sum', values(...Array.from({ length: 10 }, () => new Double(0.1))), 'Double', '1'],
  ['$sum', values(new Double(1e16), new Double(1), new Double(-1e16)), 'Double', '1'],
  ['$sum', values(new Double(Infinity), new Double(1)), 'Double', 'Infinity'],
  ['$sum', values(new Double(Infinity), new Double(-Infinity)), 'Double', 'NaN'],
  ['$sum', values(decimal('0.10'), new Int32(1)), 'Decimal128', '1.10'],
  ['$sum', values('x', null, true), 'Int32', '0'],
  ['$avg', values(new Int32(1), new Int32(2)), 'Double', '1.5'],
  ['$avg', values(decimal('1'), new Int32(2)), 'Decimal128', '1.5'],
  ['$avg', values(new Int32(4), 'x', null), 'Double', '4'],
  ['$stdDevPop', values(new Int32(85), new Int32(90), new Int32(71)), 'Double', String(Math.sqrt(194 / 3))],
  ['$stdDevSamp', values(new Int32(2), new Int32(4)), 'Double', String(Math.SQRT2)],
  ['$stdDevPop', values(new Int32(5)), 'Double', '0'],
  ['$stdDevPop', values(new Double(Infinity), new Int32(1)), 'Double', 'NaN'],
];

it.each(NUMBERS)('%s of %j', async (name, documents, type, text) => {
  const result = await group({ [name]: '$v' }, documents);
  expect(Object(result).constructor.name).toBe(type);
  expect(String(result)).toBe(text);
});

it.each(['$avg', '$stdDevPop', '$stdDevSamp', '$min', '$max', '$first', '$last'])(
  '%s of nothing is null',
  async (name) => {
    expect(await group({ [name]: '$v' }, [{ other: 1 }])).toBeNull();
  },
);

const SCORES: Document[] = [
  { _id: 1, p: 'a', s: 31 },
  { _id: 2, p: 'b', s: 33 },
  { _id: 3, p: 'c', s: 99 },
  { _id: 4, p: 'd', s: 1 },
  { _id: 5, p: 'e' },
].map((document) => ({ ...document, _id: undefined, id: document._id }));

const MANY: readonly [Document, unknown][] = [
  [{ $firstN: { input: '$s', n: 2 } }, [31, 33]],
  [{ $lastN: { input: '$s', n: 2 } }, [1, null]],
  [{ $minN: { input: '$s', n: 3 } }, [1, 31, 33]],
  [{ $maxN: { input: '$s', n: 2 } }, [99, 33]],
  [{ $maxN: { input: '$s', n: 9 } }, [99, 33, 31, 1]],
  [{ $top: { sortBy: { s: -1 }, output: ['$p', '$s'] } }, ['c', 99]],
  [{ $topN: { sortBy: { s: -1 }, output: '$p', n: 2 } }, ['c', 'b']],
  [{ $bottom: { sortBy: { s: -1 }, output: '$p' } }, 'e'],
  [{ $bottomN: { sortBy: { s: 1 }, output: '$p', n: 2 } }, ['b', 'c']],
  [{ $topN: { sortBy: { s: 1 }, output: '$s', n: 1 } }, [null]],
  [{ $percentile: { input: '$s', p: [0.5, 0, 1], method: 'approximate' } }, [31, 1, 99]],
  [{ $median: { input: '$s', method: 'approximate' } }, 31],
  [{ $count: {} }, 5],
  [{ $push: '$s' }, [31, 33, 99, 1]],
  [{ $addToSet: { $gt: ['$s', 32] } }, [false, true]],
  [{ $mergeObjects: { a: '$s' } }, { a: 1 }],
];

it.each(MANY)('%j', async (accumulator, expected) => {
  made += 1;
  const collection = test.db.collection(`c${String(made)}`);
  await collection.insertMany(SCORES.map(({ id, p, s }) => (s === undefined ? { id, p } : { id, p, s })));
  const [result] = await collection.aggregate([{ $group: { _id: null, r: accumulator } }]).toArray();
  expect(result?.['r']).toEqual(expected);
});

it('takes n from the id of the group', async () => {
  const collection = test.db.collection('grouped');
  await collection.insertMany(
    [1, 2, 3].flatMap((v) => [
      { g: 'x', v },
      { g: 'y', v },
    ]),
  );
  const n = { $cond: { if: { $eq: ['$g', 'x'] }, [['t', 'hen'].join('')]: 2, else: 1 } };
  expect(
    await collection
      .aggregate([{ $group: { _id: { g: '$g' }, r: { $firstN: { input: '$v', n } } } }, { $sort: { _id: 1 } }])
      .toArray(),
  ).toEqual([
    { _id: { g: 'x' }, r: [1, 2] },
    { _id: { g: 'y' }, r: [1] },
  ]);
});

const REFUSED: readonly [Document, number][] = [
  [{ $nope: '$v' }, 15_952],
  [{ $concatArrays: '$v' }, 15_952],
  [{ $accumulator: {} }, 2],
  [{ $sum: ['$v', 1] }, 40_237],
  [{ $sum: '$v', $avg: '$v' }, 40_238],
  [{ $count: { a: 1 } }, 14],
  [{ $mergeObjects: '$v' }, 40_400],
  [{ $firstN: 1 }, 5_787_801],
  [{ $firstN: { input: '$v', n: 1, x: 1 } }, 5_787_901],
  [{ $firstN: { input: '$v' } }, 5_787_906],
  [{ $firstN: { n: 1 } }, 5_787_907],
  [{ $firstN: { input: '$v', n: 'x' } }, 5_787_902],
  [{ $firstN: { input: '$v', n: 1.5 } }, 5_787_903],
  [{ $firstN: { input: '$v', n: 0 } }, 5_787_908],
  [{ $top: 1 }, 5_788_001],
  [{ $top: { sortBy: { a: 1 }, output: 1, n: 1 } }, 5_788_002],
  [{ $topN: { sortBy: { a: 1 }, output: 1 } }, 5_788_003],
  [{ $top: { sortBy: { a: 1 } } }, 5_788_004],
  [{ $top: { output: 1 } }, 5_788_005],
  [{ $top: { output: 1, sortBy: 1 } }, 10_065],
  [{ $percentile: 1 }, 7_429_703],
  [{ $median: 1 }, 7_436_100],
  [{ $median: { input: '$v', method: 'approximate', p: [1] } }, 40_415],
  [{ $median: { input: '$v' } }, 40_414],
  [{ $median: { input: '$v', method: 'exact' } }, 2],
  [{ $percentile: { input: '$v', method: 'approximate', p: 0.5 } }, 7_750_301],
  [{ $percentile: { input: '$v', method: 'approximate', p: [] } }, 7_750_301],
  [{ $percentile: { input: '$v', method: 'approximate', p: ['x'] } }, 7_750_302],
  [{ $percentile: { input: '$v', method: 'approximate', p: ['$v'] } }, 7_750_300],
  [{ $percentile: { input: '$v', method: 1, p: [1] } }, 14],
  [{ $minN: 1 }, 5_787_900],
  [{ $maxN: { input: '$v', n: 2 ** 63 } }, 5_787_903],
  [{ $topN: [1] }, 40_237],
  [{ v: 1 }, 40_234],
  [{}, 40_234],
  [{ $percentile: { input: '$v', method: 'approximate', p: [2] } }, 7_750_303],
];

it.each(REFUSED)('refuses %j with %i', async (accumulator, code) => {
  await expect(group(accumulator, [{ v: 1 }], true)).rejects.toMatchObject({ code });
});
