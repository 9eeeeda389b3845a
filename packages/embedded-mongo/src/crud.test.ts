import { Decimal128, Double, Int32, Long, ObjectId, UUID, type Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
const items = test.db.collection('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
});

function nested(levels: number): Document {
  let value: Document = { end: 1 };
  for (let level = 1; level < levels; level += 1) value = { inner: value };
  return value;
}

describe('insert', () => {
  it('stores documents and gives each an id', async () => {
    const result = await items.insertMany([{ name: 'a' }, { _id: new ObjectId(), name: 'b' }]);
    expect(result.insertedCount).toBe(2);
    expect(await items.countDocuments()).toBe(2);
    expect(await items.estimatedDocumentCount()).toBe(2);
  });

  it('moves the id to the front', async () => {
    await items.insertOne({ a: 1, _id: new ObjectId() });
    const found = await items.findOne();
    expect(Object.keys(found ?? {})).toEqual(['_id', 'a']);
  });

  it.each([
    ['an array', [1]],
    ['a regular expression', /x/],
  ])('refuses %s as id', async (_name, id) => {
    await expect(items.insertOne({ _id: id } as never)).rejects.toMatchObject({ code: 53 });
  });

  it('refuses dollar names inside an id', async () => {
    await expect(items.insertOne({ _id: { $x: 1 } } as never)).rejects.toMatchObject({ code: 52 });
  });

  it('stops at the first failure when ordered and goes on when not', async () => {
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }] as never[];
    await expect(items.insertMany(documents)).rejects.toMatchObject({ code: 11_000, insertedCount: 1 });
    await items.deleteMany({});
    await expect(items.insertMany(documents, { ordered: false })).rejects.toMatchObject({
      code: 11_000,
      insertedCount: 2,
    });
    expect(await items.countDocuments()).toBe(2);
  });

  it('refuses documents beyond 16 MiB and beyond 100 levels', async () => {
    const half = 'x'.repeat(10 * 1024 * 1024);
    await items.insertOne({ _id: 1, half } as never);
    await expect(items.updateOne({}, { $set: { other: half } })).rejects.toMatchObject({ code: 17_419 });
    await expect(items.insertOne(nested(101))).rejects.toMatchObject({ code: 15 });
    await items.insertOne(nested(100));
  });
});

describe('find', () => {
  beforeEach(async () => {
    await items.insertMany(
      Array.from(
        { length: 3000 },
        (_unused, n) => ({ _id: n, n, even: n % 2 === 0, name: `item ${String(n)}` }) as never,
      ),
    );
  });

  it('filters, sorts, skips, limits and projects', async () => {
    const found = await items
      .find({ even: true, n: { $gte: 100 } }, { projection: { _id: 0, n: 1 } })
      .sort({ n: -1 })
      .skip(2)
      .limit(3)
      .toArray();
    expect(found).toEqual([{ n: 2994 }, { n: 2992 }, { n: 2990 }]);
  });

  it.each([undefined, 1, 7, 2999, 3000, 5000])('reads all documents in batches of %s', async (batchSize) => {
    const cursor = items.find({}, batchSize === undefined ? {} : { batchSize });
    const seen = new Set<number>();
    let count = 0;
    for await (const document of cursor) {
      seen.add(document['n'] as number);
      count += 1;
      if (batchSize === 1 && count === 20) break;
    }
    expect(seen.size).toBe(batchSize === 1 ? 20 : 3000);
  });

  it('ends an exhausted cursor with id 0 and refuses an unknown one', async () => {
    const reply = await test.db.command({ find: 'items', limit: 101, batchSize: 101 });
    expect(Number(reply['cursor'].id)).toBe(0);
    await expect(test.db.command({ getMore: Long.fromNumber(42), collection: 'items' })).rejects.toMatchObject({
      code: 43,
    });
  });

  it('kills cursors', async () => {
    const reply = await test.db.command({ find: 'items', batchSize: 2 }, { promoteLongs: false });
    const id = reply['cursor'].id as Long;
    const killed = await test.db.command({ killCursors: 'items', cursors: [id] });
    expect(killed['cursorsKilled']).toHaveLength(1);
    await expect(test.db.command({ getMore: id, collection: 'items' })).rejects.toMatchObject({ code: 43 });
  });

  it('finds nothing in a collection that does not exist', async () => {
    expect(await test.db.collection('none').find().toArray()).toEqual([]);
    expect(await test.db.collection('none').countDocuments()).toBe(0);
  });

  it('counts and lists distinct values', async () => {
    expect(await items.countDocuments({ even: true })).toBe(1500);
    expect(await items.countDocuments({}, { skip: 10, limit: 5 })).toBe(5);
    expect(await items.distinct('even')).toEqual([false, true]);
  });

  it('accepts a hint at an index that exists and refuses any other', async () => {
    await items.createIndex({ n: 1 });
    expect(await items.find({ n: 5 }, { hint: 'n_1' }).toArray()).toHaveLength(1);
    await expect(items.find({ n: 5 }, { hint: 'other' }).toArray()).rejects.toMatchObject({ code: 2 });
  });

  it('ends an operation that exceeds its time', async () => {
    const slow = items.find({ $expr: { $gt: [{ $size: { $range: [0, 4000] } }, 9000] } }, { maxTimeMS: 1 });
    await expect(slow.toArray()).rejects.toMatchObject({ code: 50 });
  });
});

describe('update', () => {
  beforeEach(async () => {
    await items.insertMany([
      { _id: 1, n: 1, group: 'a' },
      { _id: 2, n: 2, group: 'a' },
      { _id: 3, n: 3, group: 'b' },
    ] as never[]);
  });

  it('updates one or many and says what changed', async () => {
    expect(await items.updateOne({ group: 'a' }, { $inc: { n: 10 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await items.updateMany({ group: 'a' }, { $set: { group: 'a' } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 0,
    });
    expect(await items.updateMany({}, { $unset: { group: '' } })).toMatchObject({ matchedCount: 3, modifiedCount: 3 });
  });

  it('sorts before it picks the one to update', async () => {
    await items.updateOne({}, { $set: { picked: true } }, { sort: { n: -1 } });
    expect(await items.findOne({ picked: true })).toMatchObject({ _id: 3 });
  });

  it('replaces a document and keeps its id', async () => {
    await items.replaceOne({ _id: 1 as never }, { fresh: true });
    expect(await items.findOne({ fresh: true })).toEqual({ _id: 1, fresh: true });
    await expect(items.replaceOne({ _id: 2 as never }, { _id: 9 })).rejects.toMatchObject({ code: 66 });
  });

  it('upserts from the equality conditions of the filter', async () => {
    const result = await items.updateOne(
      { kind: 'new', $and: [{ 'deep.er': 5 }], size: { $in: [7] }, n: { $gt: 100 } },
      { $set: { x: 1 }, $setOnInsert: { made: true } },
      { upsert: true },
    );
    expect(result.upsertedCount).toBe(1);
    expect(await items.findOne({ _id: result.upsertedId as never }, { projection: { _id: 0 } })).toEqual({
      kind: 'new',
      deep: { er: 5 },
      size: 7,
      made: true,
      x: 1,
    });
  });

  it('changes array elements by filter and by matched position', async () => {
    await items.insertOne({
      _id: 4,
      list: [
        { k: 1, v: 1 },
        { k: 2, v: 2 },
      ],
      numbers: [1, 5, 9],
    } as never);
    await items.updateOne(
      { _id: 4 as never },
      { $set: { 'list.$[hit].v': 20, 'numbers.$[big]': 0 } },
      { arrayFilters: [{ 'hit.k': 2 }, { big: { $gt: 4 } }] },
    );
    await items.updateOne({ 'list.k': 1 }, { $inc: { 'list.$.v': 5 } });
    await items.updateOne({ _id: 4 as never }, { $inc: { 'numbers.$[]': 1 } });
    expect(await items.findOne({ _id: 4 as never })).toEqual({
      _id: 4,
      list: [
        { k: 1, v: 6 },
        { k: 2, v: 20 },
      ],
      numbers: [2, 1, 1],
    });
  });

  it('applies pipelines', async () => {
    await items.updateMany({}, [{ $set: { double: { $multiply: ['$n', 2] } } }, { $unset: 'group' }]);
    expect(await items.find({}).sort({ n: 1 }).toArray()).toEqual([
      { _id: 1, n: 1, double: 2 },
      { _id: 2, n: 2, double: 4 },
      { _id: 3, n: 3, double: 6 },
    ]);
  });

  it('finds and updates, replaces or deletes, returning either side', async () => {
    expect(await items.findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 1 } })).toMatchObject({ n: 1 });
    expect(
      await items.findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 1 } }, { returnDocument: 'after' }),
    ).toMatchObject({ n: 3 });
    expect(await items.findOneAndUpdate({ _id: 9 as never }, { $inc: { n: 1 } })).toBeNull();
    expect(
      await items.findOneAndUpdate({ _id: 9 as never }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' }),
    ).toEqual({ _id: 9, n: 1 });
    expect(await items.findOneAndReplace({ _id: 9 as never }, { z: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 9,
      z: 1,
    });
    expect(await items.findOneAndDelete({}, { sort: { _id: -1 }, projection: { z: 1 } })).toEqual({ _id: 9, z: 1 });
    expect(await items.countDocuments()).toBe(3);
  });

  it('keeps untouched values in their own BSON types', async () => {
    await items.insertOne({
      _id: 5,
      double: new Double(5),
      long: Long.fromNumber(6),
      decimal: Decimal128.fromString('7.00'),
      int: new Int32(8),
    } as never);
    await items.updateOne({ _id: 5 as never }, { $set: { other: 1 }, $inc: { int: 1 } });
    const raw = await items.findOne({ _id: 5 as never }, { promoteValues: false });
    expect(raw?.['double']).toBeInstanceOf(Double);
    expect(raw?.['long']).toBeInstanceOf(Long);
    expect(raw?.['decimal'].toString()).toBe('7.00');
    expect(raw?.['int']).toEqual(new Int32(9));
  });

  it('runs a mixed bulk over one collection and a client bulk over several', async () => {
    const bulk = await items.bulkWrite([
      { insertOne: { document: { _id: 10 } as never } },
      { updateOne: { filter: { _id: 1 as never }, update: { $set: { x: 1 } } } },
      { updateMany: { filter: {}, update: { $set: { y: 1 } } } },
      { replaceOne: { filter: { _id: 11 as never }, replacement: { z: 1 }, upsert: true } },
      { deleteOne: { filter: { _id: 2 as never } } },
    ]);
    expect(bulk).toMatchObject({
      insertedCount: 1,
      matchedCount: 5,
      modifiedCount: 5,
      upsertedCount: 1,
      deletedCount: 1,
    });
    const several = await test.client.bulkWrite([
      { namespace: 'test.one', name: 'insertOne', document: { _id: 1 as never } },
      {
        namespace: 'test.two',
        name: 'updateOne',
        filter: { _id: 1 as never },
        update: { $set: { a: 1 } },
        upsert: true,
      },
      { namespace: 'test.one', name: 'deleteMany', filter: {} },
    ]);
    expect(several).toMatchObject({ insertedCount: 1, upsertedCount: 1, deletedCount: 1 });
    expect(await test.db.collection('two').findOne()).toEqual({ _id: 1, a: 1 });
  });
});

describe('fidelity', () => {
  it('returns UUIDs, dates and nested values as they were', async () => {
    const document = { _id: new ObjectId(), id: new UUID(), at: new Date(0), list: [1, 'two', null, { three: 3 }] };
    await items.insertOne(document);
    expect(await items.findOne({ id: document.id })).toEqual(document);
  });

  it('answers distinct values and upserted ids in their own types', async () => {
    await items.insertOne({ n: new Double(5) });
    const { values } = await test.db.command({ distinct: 'items', key: 'n' }, { promoteValues: false });
    expect(values).toEqual([new Double(5)]);
    const reply = await test.db.command(
      { update: 'items', updates: [{ q: { _id: new Double(7) }, u: { $set: { a: 1 } }, upsert: true }] },
      { promoteValues: false },
    );
    expect(reply['upserted'][0]._id).toEqual(new Double(7));
  });

  it('finds equal numbers whatever their type', async () => {
    await items.insertMany([
      { n: new Int32(5) },
      { n: new Double(5) },
      { n: Long.fromNumber(5) },
      { n: Decimal128.fromString('5.0') },
    ]);
    expect(await items.countDocuments({ n: 5 })).toBe(4);
    await items.createIndex({ n: 1 });
    expect(await items.countDocuments({ n: Long.fromNumber(5) })).toBe(4);
  });

  it('sorts by an array at a position as by one value', async () => {
    const lists = test.db.collection<{ _id: number; list: unknown }>('lists');
    await lists.insertMany([
      { _id: 1, list: [5] },
      { _id: 2, list: [[1, 9]] },
      { _id: 3, list: [[1, 2]] },
      { _id: 4, list: 7 },
      { _id: 5, list: [{ n: [1, 9] }] },
    ]);
    const order = async (sort: Document) => (await lists.find({}, { sort }).toArray()).map(({ _id }) => _id);
    expect(await order({ 'list.0': 1 })).toEqual([4, 1, 5, 3, 2]);
    expect(await order({ 'list.0': -1 })).toEqual([2, 3, 5, 1, 4]);
    await lists.createIndex({ 'list.0': 1 });
    expect(await order({ 'list.0': 1 })).toEqual([4, 1, 5, 3, 2]);
    expect(await order({ 'list.0.n': -1, _id: 1 })).toEqual([5, 1, 2, 3, 4]);
  });
});

describe('writes without acknowledgement', () => {
  it('are done in order with what follows on the connection', async () => {
    await items.insertOne({ _id: 1 } as never, { writeConcern: { w: 0 } });
    await expect.poll(() => items.countDocuments()).toBe(1);
  });
});
