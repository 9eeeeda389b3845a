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

it.each(VALUES.filter(([name]) => name !== 'regular expression'))('finds a %s by equality', async (name, value) => {
  const items = test.db.collection('bytes');
  expect(await items.countDocuments({ _id: name, value: { $eq: value } } as never)).toBe(1);
});
