import { Timestamp, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openTestClient } from './testing/open-client.ts';

interface Item {
  _id: number;
  [name: string]: unknown;
}

const test = await openTestClient();
const items = test.db.collection<Item>('items');
afterAll(() => test.close());
beforeEach(async () => {
  await test.db.dropDatabase();
  await items.insertMany([
    { _id: 1, x: 11 },
    { _id: 2, x: 22 },
    { _id: 3, x: 33 },
  ]);
});

const nsInfo = [{ ns: 'test.items' }];

function bulkWrite(ops: unknown[], more: Document = {}): Promise<Document> {
  return test.client.db('admin').command({ bulkWrite: 1, ops, nsInfo, ...more });
}

const WHOLE: readonly [string, unknown[], Document, number, string][] = [
  ['an unknown kind', [{ frob: 0 }], {}, 40_415, "BSON field 'bulkWrite.frob' is an unknown field."],
  ['an unknown field', [{ delete: 0, filter: {}, nope: 1 }], {}, 40_415, 'bulkWrite.ops.nope'],
  ['an index beyond the namespaces', [{ insert: 1, document: {} }], {}, 2, 'has an invalid nsInfo index.'],
  [
    'a negative index',
    [{ delete: -1, filter: {} }],
    {},
    2,
    "BSON field 'delete' value must be >= 0, actual value '-1'",
  ],
  [
    'an index that is none',
    [{ insert: '0', document: {} }],
    {},
    14,
    "'bulkWrite.ops.insert' is the wrong type 'string'",
  ],
  ['no document', [{ insert: 0 }], {}, 40_414, "'bulkWrite.ops.document' is missing"],
  ['no filter', [{ delete: 0 }], {}, 40_414, "'bulkWrite.ops.filter' is missing"],
  ['no change', [{ update: 0, filter: {} }], {}, 40_414, "'bulkWrite.ops.updateMods' is missing"],
  ['a change that is none', [{ update: 0, filter: {}, updateMods: 1 }], {}, 9, 'either an object or an array'],
  ['no operation', [], {}, 16, 'Got 0 operations'],
  ['no namespaces', [{ insert: 0, document: {} }], { nsInfo: null }, 40_414, "'bulkWrite.nsInfo' is missing"],
  ['half a namespace', [{ insert: 0, document: {} }], { nsInfo: [{ ns: 'half' }] }, 73, "for bulkWrite: 'half'"],
];

it.each(WHOLE)('refuses %s before anything is written', async (_name, ops, more, code, message) => {
  const first = ops.length === 0 ? [] : [{ insert: 0, document: { _id: 4 } }];
  await expect(bulkWrite([...first, ...ops], more)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  expect(await items.countDocuments()).toBe(3);
});

it('belongs to admin', async () => {
  await expect(test.db.command({ bulkWrite: 1, ops: [{ insert: 0, document: {} }], nsInfo })).rejects.toMatchObject({
    code: 13,
  });
});

it('updates the first of a sorted filter, and sorts nothing but one', async () => {
  const update = { update: 0, filter: { _id: { $gt: 1 } }, updateMods: { $inc: { x: 1 } }, sort: { _id: -1 } };
  expect(await bulkWrite([update])).toMatchObject({ nMatched: 1 });
  expect(await items.distinct('x')).toEqual([11, 22, 34]);
  const refused = await bulkWrite([{ ...update, multi: true }]);
  expect(refused['cursor'].firstBatch).toMatchObject([
    { ok: 0, code: 9, errmsg: 'Cannot specify sort with multi=true' },
  ]);
  expect(await items.distinct('x')).toEqual([11, 22, 34]);
});

it('goes on after a failed operation when it is not ordered, and shows failures alone when asked', async () => {
  const unbound = { delete: 0, filter: { $expr: { $eq: ['$_id', '$$id'] } } };
  const ops = [{ delete: 0, filter: { _id: 1 } }, unbound, { delete: 0, filter: { _id: 3 } }];
  const reply = await bulkWrite(ops, { ordered: false, errorsOnly: true });
  expect(reply).toMatchObject({ nErrors: 1, nDeleted: 2, cursor: { firstBatch: [{ idx: 1, code: 17_276 }] } });
  expect(await bulkWrite([unbound], { let: { id: 2 } })).toMatchObject({ nErrors: 0, nDeleted: 1 });
});

it('puts the time into empty timestamps unless told not to', async () => {
  const empty = new Timestamp(0n);
  const ops = [
    { insert: 0, document: { _id: 4, at: empty, sub: { at: empty } } },
    { update: 0, filter: { _id: 1 }, updateMods: { at: empty } },
    { update: 0, filter: { _id: 2 }, updateMods: { $set: { at: empty } } },
  ];
  const isEmpty = async (): Promise<unknown[]> =>
    (await items.find({ at: { $exists: true } }, { sort: { _id: 1 } }).toArray()).map(({ at }) =>
      empty.equals(at as Timestamp),
    );
  await bulkWrite(ops);
  expect(await isEmpty()).toEqual([false, true, false]);
  expect(await items.findOne({ _id: 4 })).toMatchObject({ sub: { at: empty } });
  await items.deleteOne({ _id: 4 });
  await bulkWrite(ops, { bypassEmptyTsReplacement: true });
  expect(await isEmpty()).toEqual([true, true, true]);
});
