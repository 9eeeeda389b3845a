import type { Document } from 'mongodb';
import { afterAll, expect, it } from 'vitest';
import { createRandom } from './testing/create-random.ts';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
afterAll(() => test.close());

interface Choosing {
  readonly below: (end: number) => number;
  readonly one: <T>(...items: readonly T[]) => T;
}

function choosing(seed: number): Choosing {
  const { below, pick } = createRandom(seed);
  return { below, one: (...items) => pick(items) };
}

function value({ below, one }: Choosing): unknown {
  return one<() => unknown>(
    () => below(4),
    () => null,
    () => [below(3), below(3)],
    () => [],
    () => ({ x: below(3) }),
    () => [{ x: below(3) }, { x: below(3) }, 1],
    () => 'text',
  )();
}

function document(choose: Choosing, _id: number): Document {
  const fields = ['a', 'b', 'c'].filter(() => choose.below(4) > 0);
  return { _id, ...Object.fromEntries(fields.map((name) => [name, value(choose)])) };
}

function condition({ below, one }: Choosing): Document {
  const path = one('a', 'b', 'c', 'a.x', 'b.x', '_id', 'd', 'n', 'a.0');
  const tested = one<unknown>(
    below(3),
    null,
    { $gte: 1 },
    { $exists: false },
    { $ne: 1 },
    { $size: 2 },
    { $in: [0, 2, null] },
  );
  return { [path]: tested };
}

function stage(choose: Choosing): Document {
  const { below, one } = choose;
  const path = one('a', 'b', 'c', 'd', 'a.x', 'b.y');
  const all = [condition(choose), condition(choose)];
  return one<() => Document>(
    () => ({ $match: condition(choose) }),
    () => ({ $match: Object.assign({}, ...all) }),
    () => ({ $match: { [one('$and', '$or', '$nor')]: all } }),
    () => ({ $match: { $expr: { $gt: ['$a', '$b'] }, ...condition(choose) } }),
    () => ({ $sort: { [one('a', 'b.x', 'c')]: one(1, -1), _id: 1 } }),
    () => ({ $skip: below(4) }),
    () => ({ $limit: 1 + below(12) }),
    () => ({ $addFields: { [path]: one<unknown>(1, '$c', '$$REMOVE', { $type: '$b' }) } }),
    () => ({ $set: { a: { x: one<unknown>(1, '$b') } } }),
    () => ({ $unset: one<string | string[]>(path, ['a', 'c']) }),
    () => ({
      $project: one<Document>(
        { a: 1, b: 1 },
        { a: 0 },
        { 'a.x': 1, c: 1 },
        { 'b.x': 0 },
        { _id: 0, b: 1 },
        { a: '$b', c: 1 },
      ),
    }),
    () => ({ $unwind: { path: `$${one('a', 'b', 'c')}`, preserveNullAndEmptyArrays: one(true, false) } }),
    () => ({ $unwind: { path: '$a', includeArrayIndex: 'n' } }),
    () => ({ $lookup: { from: 'others', localField: 'a', foreignField: 'k', as: one('d', 'b', 'c.j') } }),
    () => ({ $replaceRoot: { newRoot: { _id: '$_id', a: '$b', b: '$a' } } }),
  )();
}

// A stage that changes nothing and that nothing is moved across.
const BARRIER = { $redact: '$$KEEP' };

const first = Number(process.env['FUZZ_SEED'] ?? 1);

it.each(Array.from({ length: 60 }, (_unused, index) => first + index))(
  'answers alike in whatever order stages run, seed %i',
  async (seed) => {
    const choose = choosing(seed * 7919);
    const [collection, others] = [test.db.collection('documents'), test.db.collection('others')];
    await Promise.all([collection.drop(), others.drop()]);
    await collection.insertMany(Array.from({ length: 40 }, (_unused, _id) => document(choose, _id)));
    await others.insertMany([{ k: 0 }, { k: 1 }, { k: [1, 2] }, { k: null }, {}]);
    if (seed % 2 === 0) await collection.createIndex({ b: 1 });
    for (let round = 0; round < 5; round += 1) {
      // A sort first makes the order certain, whichever index serves.
      const stages = [{ $sort: { _id: 1 } }, ...Array.from({ length: 2 + choose.below(4) }, () => stage(choose))];
      const plain = stages.flatMap((item) => [BARRIER, item]);
      const [moved, kept] = await Promise.all([
        collection.aggregate(stages).toArray(),
        collection.aggregate(plain).toArray(),
      ]);
      expect({ stages, found: moved }).toEqual({ stages, found: kept });
    }
  },
);

it('reads through an index after moving a condition to the front', async () => {
  const collection = test.db.collection('indexed');
  await collection.insertMany(Array.from({ length: 50 }, (_unused, k) => ({ k })));
  await collection.createIndex({ k: 1 });
  const plan = await collection
    .aggregate([{ $addFields: { z: 1 } }, { $sort: { k: 1 } }, { $match: { k: { $gt: 45 } } }])
    .explain();
  expect(JSON.stringify(plan)).toContain('IXSCAN');
});
