import type { Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
});
afterAll(async () => {
  await test.close();
});

async function windows(specification: Document, name: string): Promise<Document[]> {
  return test.db
    .collection(name)
    .aggregate([{ $setWindowFields: specification }])
    .toArray();
}

it('takes the default for what a neighbour or the end of a window has not', async () => {
  await test.db
    .collection<{ _id: number; x?: number }>('holes')
    .insertMany([{ _id: 0, x: 1 }, { _id: 1 }, { _id: 2, x: 3 }]);
  const output = {
    next: { $shift: { output: '$x', by: 1, default: 'none' } },
    before: { $shift: { output: '$x', by: -1 } },
    first: { $first: '$x', window: { documents: [0, 0] } },
    last: { $last: '$x', window: { documents: ['unbounded', 'current'] } },
  };
  expect(await windows({ sortBy: { _id: 1 }, output }, 'holes')).toEqual([
    { _id: 0, x: 1, next: 'none', before: null, first: 1, last: 1 },
    { _id: 1, next: 3, before: 1, first: null, last: null },
    { _id: 2, x: 3, next: 'none', before: null, first: 3, last: 3 },
  ]);
});

it('computes the same derivatives in either order', async () => {
  await test.db
    .collection<{ _id: number }>('slopes')
    .insertMany([0, 4, 6, 12].map((y, index) => ({ _id: index, t: index * 2, y })));
  const slope = { $derivative: { input: '$y' } };
  const rising = await windows(
    { sortBy: { t: 1 }, output: { r: { ...slope, window: { documents: [-1, 0] } } } },
    'slopes',
  );
  const falling = await windows(
    { sortBy: { t: -1 }, output: { r: { ...slope, window: { documents: [0, 1] } } } },
    'slopes',
  );
  expect(rising.map(({ r }) => r as unknown)).toEqual([null, 2, 1, 3]);
  expect(falling.toReversed()).toEqual(rising);
});

async function over(...range: unknown[]): Promise<unknown[]> {
  const output = { r: { $push: '$_id', window: { range } } };
  return (await windows({ sortBy: { x: 1 }, output }, 'ties')).map(({ r }) => r as unknown);
}

it('tells the current document of a range from those that tie with it', async () => {
  await test.db.collection<{ _id: number }>('ties').insertMany([1, 2, 2, 3].map((x, _id) => ({ _id, x })));
  expect(await over(0, 0)).toEqual([[0], [1, 2], [1, 2], [3]]);
  expect(await over('current', 'current')).toEqual([[0], [1], [2], [3]]);
  expect(await over('unbounded', 'current')).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]);
  expect(await over('current', 1)).toEqual([[0, 1, 2], [1, 2, 3], [2, 3], [3]]);
  expect(await over(-1, 'current')).toEqual([[0], [0, 1], [0, 1, 2], [1, 2, 3]]);
});
