import { MongoServerError, UUID, type Document } from 'mongodb';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
afterAll(() => test.close());

interface Item {
  _id: number | string;
  a?: number;
}

beforeEach(async () => {
  await test.db.dropDatabase();
  await test.db.createCollection('items');
});

/** The answer to a command, also that of one that fails. */
async function answer(command: Document, database = test.db): Promise<Document> {
  try {
    return await database.command(command);
  } catch (error) {
    if (error instanceof MongoServerError) return { ...error.errorResponse };
    throw error;
  }
}

const items = () => test.db.collection<Item>('items');
const create = (options: Document) => answer({ create: 'others', ...options });
const createIndex = (options: Document) =>
  answer({ createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a_1', ...options }] });
const change = (changed: Document, others: Document = {}) => answer({ collMod: 'items', index: changed, ...others });

async function indexNamed(name: string): Promise<Document | undefined> {
  return (await items().indexes()).find((found) => found.name === name);
}

async function uuidOf(name: string): Promise<UUID> {
  const [found] = await test.db.listCollections({ name }).toArray();
  const uuid: unknown = found !== undefined && 'info' in found ? found.info?.['uuid'] : undefined;
  if (!(uuid instanceof UUID)) throw new Error(`no collection ${name}`);
  return uuid;
}

describe('collMod of an index', () => {
  it.each<[string, Document, number]>([
    ['no index', { expireAfterSeconds: 1 }, 72],
    ['two ways to name it', { name: 'a_1', keyPattern: { a: 1 }, expireAfterSeconds: 1 }, 72],
    ['nothing to change', { name: 'a_1' }, 72],
    ['a text for seconds', { name: 'a_1', expireAfterSeconds: '1' }, 14],
    ['negative seconds', { name: 'a_1', expireAfterSeconds: -1 }, 72],
    ['too many seconds', { name: 'a_1', expireAfterSeconds: 1e12 }, 72],
    ['seconds of a compound index', { name: 'a_1_b_1', expireAfterSeconds: 1 }, 72],
    ['seconds of _id', { keyPattern: { _id: 1 }, expireAfterSeconds: 1 }, 72],
    ['an unknown index', { name: 'nothing', hidden: true }, 27],
    ['unique without prepareUnique', { name: 'a_1', unique: true }, 72],
    ['unique: false', { name: 'a_1', unique: false }, 2],
    ['forceNonUnique: false', { name: 'a_1', forceNonUnique: false }, 2],
  ])('refuses %s', async (_name, changed, code) => {
    await items().createIndexes([{ key: { a: 1 } }, { key: { a: 1, b: 1 } }]);
    expect(await change(changed)).toMatchObject({ code });
  });

  it('needs a name when a key pattern fits two', async () => {
    await items().createIndexes([
      { key: { a: 1 }, name: 'plain' },
      { key: { a: 1 }, name: 'french', collation: { locale: 'fr' } },
    ]);
    expect(await change({ keyPattern: { a: 1 }, hidden: true })).toMatchObject({ code: 181 });
    expect(await answer({ find: 'items', hint: { a: 1 } })).toMatchObject({ code: 27 });
    expect(await change({ name: 'french', hidden: true })).toMatchObject({ hidden_new: true });
    expect(await indexNamed('plain')).not.toHaveProperty('hidden');
  });

  it('makes a TTL index of a plain one', async () => {
    await items().createIndex({ a: 1 });
    const reply = await change({ name: 'a_1', expireAfterSeconds: 60 });
    expect(reply).toMatchObject({ expireAfterSeconds_new: 60 });
    expect(reply).not.toHaveProperty('expireAfterSeconds_old');
    expect(await indexNamed('a_1')).toMatchObject({ expireAfterSeconds: 60 });
  });

  it('rehearses making an index unique and undoes it again', async () => {
    await items().createIndex({ a: 1 });
    await items().insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    const unique = { name: 'a_1', unique: true };
    await change({ name: 'a_1', prepareUnique: true });
    expect(await change(unique, { dryRun: true })).toMatchObject({ code: 359, violations: [{ ids: [1, 2] }] });
    await items().deleteOne({ _id: 2 });
    expect(await change(unique, { dryRun: true })).toMatchObject({ ok: 1 });
    expect(await change({ name: 'a_1', hidden: true }, { dryRun: true })).toMatchObject({ code: 72 });
    expect(await change(unique, { dryRun: true, validationLevel: 'off' })).toMatchObject({ code: 72 });
    expect(await indexNamed('a_1')).not.toHaveProperty('unique');
    expect(await change(unique)).toMatchObject({ unique_new: true });
    await expect(items().insertOne({ _id: 3, a: 1 })).rejects.toMatchObject({ code: 11_000 });
    expect(await change({ name: 'a_1', forceNonUnique: true })).toMatchObject({ forceNonUnique_new: true });
    await items().insertOne({ _id: 3, a: 1 });
    expect(await items().countDocuments({ a: 1 })).toBe(2);
  });

  it('refuses options of other kinds of collections', async () => {
    expect(await answer({ collMod: 'items', expireAfterSeconds: 5 })).toMatchObject({ code: 72 });
    const mixed = { collMod: 'items', timeseriesBucketsMayHaveMixedSchemaData: true };
    expect(await answer(mixed)).toMatchObject({ code: 72 });
  });
});

it('prepares an index to be unique without a look at what is there', async () => {
  await items().insertMany([
    { _id: 1, a: 1 },
    { _id: 2, a: 1 },
  ]);
  expect(await createIndex({ prepareUnique: true, unique: true })).toMatchObject({ code: 67 });
  expect(await createIndex({ prepareUnique: true })).toMatchObject({ numIndexesAfter: 2 });
  expect(await createIndex({ prepareUnique: false })).toMatchObject({ code: 85 });
  expect(await indexNamed('a_1')).toMatchObject({ prepareUnique: true });
  await expect(items().insertOne({ _id: 3, a: 1 })).rejects.toMatchObject({ code: 11_000 });
});

describe('the idIndex of create', () => {
  it.each<[string, Document, number]>([
    ['a number', { idIndex: 1 }, 14],
    ['nothing', { idIndex: {} }, 9],
    ['another key', { idIndex: { key: { a: 1 }, name: '_id_' } }, 2],
    ['an option', { idIndex: { key: { _id: 1 }, name: '_id_', sparse: true } }, 197],
    ['a collation alone', { idIndex: { key: { _id: 1 }, name: '_id_', collation: { locale: 'en' } } }, 2],
    [
      'the simple collation',
      { collation: { locale: 'fr' }, idIndex: { key: { _id: 1 }, name: '_id_', collation: { locale: 'simple' } } },
      2,
    ],
  ])('refuses %s', async (_name, options, code) => {
    expect(await create(options)).toMatchObject({ code });
  });

  it('tells the version', async () => {
    await create({ idIndex: { key: { _id: 1 }, name: 'mine', v: 1 } });
    expect(await test.db.collection('others').indexes()).toEqual([{ v: 1, key: { _id: 1 }, name: '_id_' }]);
  });
});

describe('a collection named by its UUID', () => {
  const commands: Document[] = [
    { find: 'items' },
    { count: 'items' },
    { distinct: 'items', key: 'a' },
    { aggregate: 'items', pipeline: [], cursor: {} },
    { aggregate: 'items', pipeline: [{ $out: 'copies' }], cursor: {} },
    { createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a_1' }] },
    { dropIndexes: 'items', index: '*' },
    { collMod: 'items' },
    { drop: 'items' },
    { explain: { find: 'items' } },
    { explain: { update: 'items', updates: [{ q: {}, u: { a: 1 } }] } },
  ];

  it.each(commands)('is the one %o works on', async (command) => {
    await test.db.createCollection('others');
    const [own, other, none] = [await uuidOf('items'), await uuidOf('others'), new UUID()];
    const told = { code: 361, db: test.db.databaseName, expectedCollection: 'items' };
    const withUuid = (collectionUUID: unknown): Document =>
      'explain' in command ? { explain: { ...command['explain'], collectionUUID } } : { ...command, collectionUUID };
    expect(await answer(withUuid(other))).toMatchObject({
      ...told,
      collectionUUID: other,
      actualCollection: 'others',
    });
    expect(await answer(withUuid(none))).toMatchObject({ ...told, actualCollection: null });
    expect(await answer(withUuid('x'))).toMatchObject({ code: 14 });
    expect(await answer(withUuid(own))).toMatchObject({ ok: 1 });
  });

  it.each<[Document, number]>([
    [{ insert: 'items', documents: [{ _id: 1 }, { _id: 2 }] }, 1],
    [{ insert: 'items', documents: [{ _id: 1 }, { _id: 2 }], ordered: false }, 2],
    [{ update: 'items', updates: [{ q: {}, u: { a: 1 }, upsert: true }] }, 1],
    [{ delete: 'items', deletes: [{ q: {}, limit: 0 }] }, 1],
  ])('is the one %o writes to', async (command, failed) => {
    const reply = await answer({ ...command, collectionUUID: new UUID() });
    expect(reply['n']).toBe(0);
    const errors: unknown = reply['writeErrors'];
    expect(errors).toEqual(
      Array.from({ length: failed }, (_, index) =>
        expect.objectContaining({ index, code: 361, actualCollection: null }),
      ),
    );
    expect(await items().countDocuments()).toBe(0);
    expect(await answer({ ...command, collectionUUID: await uuidOf('items') })).not.toHaveProperty('writeErrors');
  });

  it('is the one that is renamed or in the way', async () => {
    await test.db.createCollection('others');
    const admin = test.client.db('admin');
    const name = test.db.databaseName;
    const rename = (options: Document, to = `${name}.others`) =>
      answer({ renameCollection: `${name}.items`, to, ...options }, admin);
    const [own, other] = [await uuidOf('items'), await uuidOf('others')];
    expect(await rename({ collectionUUID: other })).toMatchObject({ code: 361, actualCollection: 'others' });
    expect(await rename({ dropTarget: own })).toMatchObject({ code: 361, expectedCollection: 'others' });
    expect(await rename({ collectionUUID: own }, 'elsewhere.items')).toMatchObject({ code: 72 });
    expect(await rename({ dropTarget: 'x' })).toMatchObject({ code: 14 });
    expect(await rename({ collectionUUID: own, dropTarget: other })).toMatchObject({ ok: 1 });
    expect(await uuidOf('others')).toEqual(own);
  });
});

describe('capped copies', () => {
  it('keep what fits', async () => {
    await items().insertMany(Array.from({ length: 200 }, (_, _id) => ({ _id })));
    const clone = { cloneCollectionAsCapped: 'items', toCollection: 'copies', size: 1_000 };
    expect(await answer(clone)).toMatchObject({ ok: 1 });
    const copies = test.db.collection('copies');
    expect(await copies.isCapped()).toBe(true);
    const kept = await copies.find().toArray();
    expect(kept.length).toBeLessThan(200);
    expect(kept.at(-1)).toEqual({ _id: 199 });
    expect(await items().countDocuments()).toBe(200);
    expect(await answer(clone)).toMatchObject({ code: 48 });
  });

  it.each<[Document, number]>([
    [{ cloneCollectionAsCapped: 'nothing', toCollection: 'copies', size: 10 }, 26],
    [{ cloneCollectionAsCapped: 'seen', toCollection: 'copies', size: 10 }, 166],
    [{ cloneCollectionAsCapped: 'items', size: 10 }, 40_414],
    [{ convertToCapped: 'items', size: 5e21 }, 2],
    [{ convertToCapped: 'items', size: 0 }, 72],
    [{ convertToCapped: 'seen', size: 10 }, 166],
  ])('refuse %o', async (command, code) => {
    await test.db.createCollection('seen', { viewOn: 'items' });
    expect(await answer(command)).toMatchObject({ code });
  });
});

it('refuses to drop indexes named by what is no text', async () => {
  await items().createIndex({ a: 1 });
  expect(await answer({ dropIndexes: 'items', index: ['a_1', 5] })).toMatchObject({ code: 14 });
  expect(await indexNamed('a_1')).toBeDefined();
});

describe('databases', () => {
  it('may not differ in case alone', async () => {
    const upper = test.client.db(test.db.databaseName.toUpperCase());
    expect(await answer({ create: 'items' }, upper)).toMatchObject({ code: 13_297 });
    expect(await answer({ create: 'seen', viewOn: 'items' }, upper)).toMatchObject({ code: 13_297 });
    expect(await answer({ insert: 'items', documents: [{ _id: 1 }] }, upper)).not.toMatchObject({ n: 1 });
    expect(await answer({ find: 'items' }, upper)).toMatchObject({ ok: 1, cursor: { firstBatch: [] } });
    await test.db.dropDatabase();
    expect(await answer({ create: 'items' }, upper)).toMatchObject({ ok: 1 });
    await upper.dropDatabase();
    expect(await answer({ create: 'items' }, test.client.db('Admin'))).toMatchObject({ code: 13_297 });
  });

  it('are dropped by 1 alone', async () => {
    expect(await answer({ dropDatabase: 2 })).toMatchObject({ code: 5_255_100 });
    expect(await answer({ dropDatabase: 1 })).toMatchObject({ dropped: test.db.databaseName });
  });
});

it.each<[Document, number]>([
  [{ renameCollection: 'items', to: 'test.others' }, 73],
  [{ renameCollection: 'test.items', to: 'others' }, 73],
  [{ renameCollection: 'test.items', to: 'test.' }, 73],
])('refuses a namespace without a collection: %o', async (command, code) => {
  expect(await answer(command, test.client.db('admin'))).toMatchObject({ code });
});

it.each<[Document, number]>([
  [{ capped: true, size: 2 ** 51 }, 2],
  [{ capped: true, size: 100, max: 2 ** 31 }, 2],
])('refuses the limits %o', async (options, code) => {
  expect(await create(options)).toMatchObject({ code });
});
