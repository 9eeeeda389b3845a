import { deserialize, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { NO_VARIABLES } from '../aggregation/expression.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { received } from '../testing/bson-document.ts';
import { parseUpdate } from './apply-update.ts';

function apply(before: Document, update: Document, filter: Document = {}, arrayFilters?: Document[]): Document {
  const parts = received({ update, arrayFilters });
  const parsed = parseUpdate(parts.get('update') ?? null, parts.get('arrayFilters'), NO_VARIABLES);
  const document = received({ _id: 1, ...before });
  const after = parsed.apply(document, parseFilter(received(filter))) ?? document;
  const { _id, ...rest } = deserialize(encodeDocument(after));
  expect(_id).toBe(1);
  return rest;
}

const CASES: readonly [Document, Document, Document][] = [
  [{ a: 1 }, { $set: { b: 2 } }, { a: 1, b: 2 }],
  [{}, { $set: { 'a.b.c': 1 } }, { a: { b: { c: 1 } } }],
  [{}, { $set: { b: 1, a: 2, '10': 3, '9': 4 } }, { '9': 4, '10': 3, a: 2, b: 1 }],
  [{ a: [1, 2] }, { $set: { 'a.1': 5 } }, { a: [1, 5] }],
  [{ a: [1] }, { $set: { 'a.3': 5 } }, { a: [1, null, null, 5] }],
  [{ a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '', 'x.y': '' } }, { b: { d: 2 } }],
  [{ a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
  [{ a: 1 }, { $inc: { a: 2, b: 3 } }, { a: 3, b: 3 }],
  [{ a: 3 }, { $mul: { a: 1.5, b: 5 } }, { a: 4.5, b: 0 }],
  [{ a: 5 }, { $min: { a: 3, b: 1 } }, { a: 3, b: 1 }],
  [{ a: 5 }, { $max: { a: 3 } }, { a: 5 }],
  [{ a: 5 }, { $max: { a: 'text' } }, { a: 'text' }],
  [{ a: 1 }, { $rename: { a: 'b.c' } }, { b: { c: 1 } }],
  [{ x: 1 }, { $rename: { a: 'b.c' } }, { x: 1 }],
  [{ a: 5 }, { $bit: { a: { and: 4 } } }, { a: 4 }],
  [{ a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }],
  [{}, { $push: { a: 1 } }, { a: [1] }],
  [{ a: [3, 1] }, { $push: { a: { $each: [2, 5], $sort: 1, $slice: -3 } } }, { a: [2, 3, 5] }],
  [{ a: [1] }, { $push: { a: { $each: [9, 8], $position: 0 } } }, { a: [9, 8, 1] }],
  [{ a: [1, 2, 3] }, { $push: { a: { $each: [], $slice: 2 } } }, { a: [1, 2] }],
  [{ a: [{ k: 2 }] }, { $push: { a: { $each: [{ k: 1 }], $sort: { k: 1 } } } }, { a: [{ k: 1 }, { k: 2 }] }],
  [{ a: [1] }, { $push: { a: { x: 1 } } }, { a: [1, { x: 1 }] }],
  [{ a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }],
  [
    { a: [{ x: 1, y: 2 }] },
    { $addToSet: { a: { y: 2, x: 1 } } },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
  ],
  [{ a: [1, 2, 3] }, { $pop: { a: 1 } }, { a: [1, 2] }],
  [{ a: [1, 2, 3] }, { $pop: { a: -1 } }, { a: [2, 3] }],
  [{ a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
  [{ a: [1, 5, 9] }, { $pull: { a: { $gt: 4 } } }, { a: [1] }],
  [{ a: [{ k: 1, v: 1 }, { k: 2 }] }, { $pull: { a: { k: 1 } } }, { a: [{ k: 2 }] }],
  [{ a: [{ k: 1 }, { k: 2 }] }, { $pull: { a: { $or: [{ k: 1 }, { k: 2 }] } } }, { a: [] }],
  [{ a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  [{ a: [{ b: [1, 2] }, { b: [3] }] }, { $inc: { 'a.$[].b.$[]': 1 } }, { a: [{ b: [2, 3] }, { b: [4] }] }],
  [{ a: 1 }, { b: 2 }, { b: 2 }],
];

describe('an update', () => {
  it.each(CASES)('of %j by %j', (before, update, after) => {
    expect(apply(before, update)).toEqual(after);
    expect(Object.keys(apply(before, update))).toEqual(Object.keys(after));
  });

  it('changes the matched element, also below it and by condition', () => {
    expect(apply({ a: [1, 5, 9] }, { $set: { 'a.$': 0 } }, { a: { $gt: 4 } })).toEqual({ a: [1, 0, 9] });
    expect(apply({ a: [{ k: 1 }, { k: 2 }] }, { $set: { 'a.$.v': 7 } }, { 'a.k': 2 })).toEqual({
      a: [{ k: 1 }, { k: 2, v: 7 }],
    });
    expect(apply({ a: [{ k: 1 }, { k: 2 }] }, { $set: { 'a.$.v': 7 } }, { a: { $elemMatch: { k: 2 } } })).toEqual({
      a: [{ k: 1 }, { k: 2, v: 7 }],
    });
  });

  it('changes the elements an array filter names, on two levels', () => {
    const before = {
      a: [
        { k: 1, b: [{ x: 1 }, { x: 2 }] },
        { k: 2, b: [{ x: 2 }] },
      ],
    };
    expect(apply(before, { $set: { 'a.$[o].b.$[i].x': 9 } }, {}, [{ 'o.k': 1 }, { 'i.x': { $gt: 1 } }])).toEqual({
      a: [
        { k: 1, b: [{ x: 1 }, { x: 9 }] },
        { k: 2, b: [{ x: 2 }] },
      ],
    });
  });

  it('sets the current date', () => {
    expect(apply({}, { $currentDate: { a: true } })['a']).toBeInstanceOf(Date);
  });
});
