import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
  serialize,
} from 'bson';
import { afterAll, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

const test = await openTestClient();
afterAll(() => test.close());

const VALUES: readonly [string, unknown][] = [
  ['double', new Double(1)],
  ['negative zero', new Double(-0)],
  ['NaN', new Double(Number.NaN)],
  ['string', 'zero \0 and 😀'],
  ['object', { b: 1, a: { z: null } }],
  ['object with numeric names', { b: 1, '10': 2, '9': 3 }],
  ['array', [1, [2, ['x']], {}]],
  ['binary', new Binary(Buffer.from([1, 2, 3]), 0)],
  ['old binary', new Binary(Buffer.from([9]), 0x80)],
  ['UUID', new UUID()],
  ['ObjectId', new ObjectId()],
  ['boolean', true],
  ['date', new Date(-1)],
  ['null', null],
  ['regular expression', new BSONRegExp('^a.b', 'im')],
  ['code', new Code('x = 1')],
  ['code with scope', new Code('x = y', { y: 1 })],
  ['symbol', new BSONSymbol('s')],
  ['int', new Int32(-5)],
  ['timestamp', new Timestamp({ t: 5, i: 6 })],
  ['long', Long.fromString('9223372036854775807')],
  ['decimal', Decimal128.fromString('1.2300E+5')],
  ['minimum key', new MinKey()],
  ['maximum key', new MaxKey()],
  ['reference', { $ref: 'c', $id: 1, $db: 'd' }],
];

it.each(VALUES)('returns the very bytes of a %s', async (name, value) => {
  const items = test.db.collection('bytes');
  const document = { _id: name, before: 1, value, after: { value } };
  await items.insertOne(document as never);
  const [raw] = await items.find({ _id: name as never }, { raw: true }).toArray();
  expect(Buffer.from(raw as unknown as Uint8Array).equals(Buffer.from(serialize(document)))).toBe(true);
});

it.each(VALUES)('keeps the bytes of a %s when something beside it changes', async (name, value) => {
  const items = test.db.collection('updates');
  const document = { _id: name, value, nested: { value, other: 1 } };
  await items.insertOne(document as never);
  await items.updateOne({ _id: name as never }, { $set: { added: 1, 'nested.other': 2 } });
  const [raw] = await items.find({ _id: name as never }, { raw: true }).toArray();
  const expected = serialize({ _id: name, value, nested: { value, other: 2 }, added: 1 });
  expect(Buffer.from(raw as unknown as Uint8Array).equals(Buffer.from(expected))).toBe(true);
});

it('puts the time in place of empty timestamps that are inserted or replace a document, each another', async () => {
  const items = test.db.collection('times');
  const empty = new Timestamp({ t: 0, i: 0 });
  await items.insertOne({ _id: empty as never, first: empty, second: empty, nested: { empty }, list: [empty] });
  await items.updateOne({}, { $set: { given: empty } });
  const found = ((await items.findOne()) ?? {}) as { first: Timestamp; second: Timestamp };
  expect(found).toMatchObject({ _id: empty, nested: { empty }, list: [empty], given: empty });
  const { first, second } = found;
  expect(first.t).toBeGreaterThan(1_600_000_000);
  expect(second.greaterThan(first)).toBe(true);
  await items.replaceOne({}, { third: empty });
  const { third } = ((await items.findOne()) ?? {}) as { third: Timestamp };
  expect(third.greaterThan(second)).toBe(true);
  const after = await items.findOneAndReplace({}, { fourth: empty }, { returnDocument: 'after' });
  expect(((after ?? {}) as { fourth: Timestamp }).fourth.isZero()).toBe(false);
});

it('keeps empty timestamps where bypassEmptyTsReplacement asks for it', async () => {
  const empty = new Timestamp({ t: 0, i: 0 });
  const bypass = { bypassEmptyTsReplacement: true };
  await test.db.command({ insert: 'kept', documents: [{ _id: 1, empty }], ...bypass });
  await test.db.command({ update: 'kept', updates: [{ q: { _id: 2 }, u: { empty }, upsert: true }], ...bypass });
  await test.db.command({ findAndModify: 'kept', query: { _id: 3 }, update: { empty }, upsert: true, ...bypass });
  expect(await test.db.collection('kept').countDocuments({ empty })).toBe(3);
});

it.each(VALUES.filter(([name]) => name !== 'regular expression'))('finds a %s by equality', async (name, value) => {
  const items = test.db.collection('bytes');
  expect(await items.countDocuments({ _id: name, value: { $eq: value } } as never)).toBe(1);
});
