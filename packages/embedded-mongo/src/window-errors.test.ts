import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
  await test.db.collection('cakes').insertMany([
    { type: 'chocolate', orderDate: new Date('2020-05-18T14:10:30Z'), price: 13, quantity: 120 },
    { type: 'vanilla', orderDate: new Date('2020-02-08T13:13:23Z'), price: 13, quantity: 104 },
    { type: 'strawberry', orderDate: new Date('2019-05-18T16:09:01Z'), price: 41, quantity: 162 },
  ]);
});
afterAll(async () => {
  await test.close();
});

const date = { orderDate: 1 };
const price = { price: 1 };
const output = (field: unknown) => ({ output: { r: field } });

const REFUSED: readonly [unknown, number][] = [
  [1, 9],
  [{ output: {}, x: 1 }, 40_415],
  [{ sortBy: price }, 40_414],
  [{ output: 1 }, 14],
  [{ sortBy: 'x' }, 14],
  [{ output: { a: { $sum: 1 }, 'a.b': { $sum: 1 } } }, 6_307_900],
  [{ partitionBy: ['a'], output: {} }, 14],
  [output({ $nope: 1 }), 9],
  [output({ $accumulator: {} }), 9],
  [output({ window: {} }), 9],
  [output(1), 9],
  [output({ $sum: 1, other: 1 }), 9],
  [output({ $sum: 1, window: 1 }), 9],
  [output({ $sum: 1, window: { documents: [0, 0], range: [0, 0] } }), 9],
  [output({ $sum: 1, window: { documents: [0] } }), 9],
  [output({ $sum: 1, window: { documents: [0, 0], unit: 'day' } }), 9],
  [output({ $sum: 1, window: { documents: [0, 0] } }), 5_339_901],
  [{ sortBy: price, ...output({ $sum: 1, window: { documents: [1, 0] } }) }, 5_339_900],
  [{ sortBy: price, ...output({ $sum: 1, window: { documents: [0.5, 1] } }) }, 9],
  [{ sortBy: price, ...output({ $sum: 1, window: { documents: ['x', 1] } }) }, 9],
  [{ sortBy: { a: 1, b: 1 }, ...output({ $sum: 1, window: { range: [0, 1] } }) }, 5_339_902],
  [{ sortBy: { price: -1 }, ...output({ $sum: 1, window: { range: [0, 1] } }) }, 8_947_401],
  [{ sortBy: price, ...output({ $sum: 1, window: { range: [0, 1.5], unit: 'day' } }) }, 9],
  [{ sortBy: price, ...output({ $sum: 1, window: { range: [0, 1], unit: 'eon' } }) }, 9],
  [{ sortBy: price, ...output({ $sum: 1, window: { range: [0, 1], unit: 'toString' } }) }, 9],
  [{ sortBy: date, ...output({ $sum: 1, window: { range: [0, 1] } }) }, 5_429_413],
  [{ sortBy: { type: 1 }, ...output({ $sum: 1, window: { range: [0, 1] } }) }, 5_429_414],
  [{ sortBy: price, ...output({ $sum: 1, window: { range: [0, 1], unit: 'day' } }) }, 5_429_513],
  [{ sortBy: price, ...output({ $rank: {}, window: {} }) }, 5_371_601],
  [output({ $rank: {} }), 5_371_602],
  [{ sortBy: price, ...output({ $rank: 1 }) }, 5_371_603],
  [output({ $shift: { output: 1, by: 1 } }), 9],
  [{ sortBy: price, ...output({ $shift: { output: 1 } }) }, 9],
  [{ sortBy: price, ...output({ $shift: { output: 1, by: 1, default: '$a' } }) }, 9],
  [{ sortBy: price, ...output({ $sum: 1, window: { range: ['$a', 1] } }) }, 9],
  [{ sortBy: price, ...output({ $shift: { output: 1, by: 'x' } }) }, 9],
  [{ sortBy: price, ...output({ $derivative: { input: '$quantity' } }) }, 9],
  [
    {
      sortBy: price,
      ...output({ $derivative: { input: '$quantity', unit: 'month' }, window: { documents: [-1, 0] } }),
    },
    5_490_710,
  ],
  [{ sortBy: date, ...output({ $derivative: { input: '$quantity' }, window: { documents: [-1, 0] } }) }, 5_624_901],
  [
    { sortBy: price, ...output({ $derivative: { input: '$quantity', unit: 'day' }, window: { documents: [-1, 0] } }) },
    5_624_900,
  ],
  [
    { sortBy: { type: 1 }, ...output({ $derivative: { input: '$quantity' }, window: { documents: [-1, 0] } }) },
    5_624_902,
  ],
  [{ sortBy: price, ...output({ $derivative: { input: '$none' }, window: { documents: [-1, 0] } }) }, 5_624_903],
  [{ sortBy: price, ...output({ $integral: { input: '$type' } }) }, 5_423_900],
  [{ sortBy: date, ...output({ $integral: { input: '$price' } }) }, 5_423_902],
  [{ sortBy: price, ...output({ $integral: { input: '$price', unit: 'day' } }) }, 5_423_901],
  [{ sortBy: price, ...output({ $expMovingAvg: { input: '$price', N: 0 } }) }, 9],
  [{ sortBy: price, ...output({ $expMovingAvg: { input: '$price', alpha: 1 } }) }, 9],
  [{ sortBy: price, ...output({ $linearFill: '$quantity' }) }, 6_050_106],
  [{ sortBy: { quantity: 1 }, ...output({ $linearFill: '$type' }) }, 14],
  [{ sortBy: { type: 1 }, ...output({ $linearFill: '$price' }) }, 14],
];

it.each(REFUSED)('refuses %j with %i', async (specification, code) => {
  await expect(
    test.db
      .collection('cakes')
      .aggregate([{ $setWindowFields: specification }])
      .toArray(),
  ).rejects.toMatchObject({ code });
});
