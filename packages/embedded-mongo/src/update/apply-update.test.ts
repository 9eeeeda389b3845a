import { deserialize, Long, type Document } from 'bson';
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

function parsePipeline(stages: Document[]): void {
  parseUpdate(received({ stages }).get('stages') ?? null, undefined, NO_VARIABLES);
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

const REFUSED: readonly [Document, Document, string, Document[]?][] = [
  [
    { a: Long.MAX_VALUE },
    { $inc: { a: 1 } },
    'Failed to apply $inc operations to current value ((NumberLong)9223372036854775807) for document {_id: 1}',
  ],
  [{ a: 4 }, { $rename: { a: 'a' } }, 'The source and target field for $rename must differ: a: "a"'],
  [
    { a: 4 },
    { $rename: { a: 'a.b' } },
    'The source and target field for $rename must not be on the same path: a: "a.b"',
  ],
  [{ a: 4 }, { $rename: { a: 5 } }, "The 'to' field for $rename must be a string: a: 5"],
  [{ a: [4] }, { $rename: { 'a.$[]': 'b' } }, 'The source field for $rename may not be dynamic: a.$[]'],
  [{ a: [4] }, { $rename: { a: 'b.$' } }, 'The destination field for $rename may not be dynamic: b.$'],
  [{ a: 4 }, { $rename: { 'a.b': 'c' } }, 'cannot use the part (a of a.b) to traverse the element ({a: 4})'],
  [
    { a: [{ b: 1 }] },
    { $rename: { 'a.0.b': 'c' } },
    "The source field cannot be an array element, 'a.0.b' in doc with _id: 1 has an array field called 'a'",
  ],
  [
    { a: 1, b: [1] },
    { $rename: { a: 'b.0' } },
    "The destination field cannot be an array element, 'b.0' in doc with _id: 1 has an array field called 'b'",
  ],
  [{ a: 1, b: 5 }, { $rename: { a: 'b.x' } }, "Cannot create field 'x' in element {b: 5}"],
  [
    { a: [1] },
    { $set: { 'a.$[i]': 1, 'a.0': 2 } },
    "Updating the path 'a.0' would create a conflict at 'a'",
    [{ i: 1 }],
  ],
  [{ a: [1] }, { $set: { 'a.$[i]': 1, 'a.$[j]': 2 } }, "Update created a conflict at 'a.0'", [{ i: 1 }, { j: 1 }]],
  [
    { a: [{ b: 1 }] },
    { $set: { 'a.$[].b': 1 }, $inc: { 'a.$[i].b': 2 } },
    "Update created a conflict at 'a.0.b'",
    [{ 'i.b': 1 }],
  ],
  [{ a: [1] }, { $set: { 'a.$': 1 } }, 'The positional operator did not find the match needed from the query.'],
  [{}, { $set: { 'a.$': 1 } }, 'The positional operator did not find the match needed from the query.'],
  [{}, { $set: { 'a.$.b.$': 1 } }, "Too many positional (i.e. '$') elements found in path 'a.$.b.$'"],
  [
    {},
    { $set: { '$[].b': 1 } },
    "Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '$[].b'",
  ],
  [{}, { $set: { 'a.$[x]': 1 } }, "No array filter found for identifier 'x' in path 'a.$[x]'"],
  [
    {},
    { $set: { a: 1 } },
    "The array filter for identifier 'i' was not used in the update { $set: { a: 1 } }",
    [{ i: 1 }],
  ],
  ...['$pull', '$pop'].map((name): [Document, Document, string] => [
    { a: 4 },
    { [name]: { 'a.b': 1 } },
    'Cannot use the part (b) of (a.b) to traverse the element ({a: 4})',
  ]),
  [{ a: [1] }, { $pullAll: { 'a.b': [1] } }, 'Cannot use the part (b) of (a.b) to traverse the element ({a: [ 1 ]})'],
  [{ a: [1] }, { $pop: { a: 'x' } }, 'Expected a number in: a: "x"'],
  [{ a: [1] }, { $pop: { a: 1.5 } }, 'Expected an integer: a: 1.5'],
  [{ a: [1] }, { $set: { 'a.1500002': 1 } }, "can't backfill more than 1500000 elements"],
  [
    {},
    { $set: { $a: 1 } },
    "The dollar ($) prefixed field '$a' in '$a' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.",
  ],
  [
    {},
    { $currentDate: { a: 'x' } },
    "string is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).",
  ],
  [{}, { $currentDate: { a: { x: 1 } } }, 'Unrecognized $currentDate option: x'],
  [
    { a: 1 },
    { $bit: { a: {} } },
    'You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}',
  ],
  [
    { a: 1.5 },
    { $bit: { a: { and: 1 } } },
    'Cannot apply $bit to a value of non-integral type._id: 1 has the field a of non-integer type double',
  ],
  [
    {},
    { $push: { a: { $each: [1], $sort: 'x' } } },
    'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
  ],
  [{}, { $push: { a: { $each: [1], $sort: {} } } }, 'The $sort pattern is empty when it should be a set of fields.'],
  [
    {},
    { $push: { a: { $each: [1], $sort: { 'x.': 1 } } } },
    'The $sort field is a dotted field but has an empty part: x.',
  ],
  [
    {},
    { $push: { a: { $each: [1], $position: 'x' } } },
    'The value for $position must be an integer value, not of type: string',
  ],
  [
    {},
    { $addToSet: { a: { $each: [1], $slice: 1 } } },
    'Found unexpected fields after $each in $addToSet: { $each: [ 1 ], $slice: 1 }',
  ],
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

  it.each(REFUSED)('of %j by %j is refused as MongoDB words it', (before, update, message, arrayFilters) => {
    expect(() => apply(before, update, {}, arrayFilters)).toThrow(message);
  });

  it('refuses what no pipeline may hold before what no update may hold', () => {
    expect(() => parsePipeline([{ $nonsense: 1 }])).toThrow("Unrecognized pipeline stage name: '$nonsense'");
    expect(() => parsePipeline([{ $match: {} }])).toThrow('$match is not allowed to be used within an update');
  });

  it('refuses a place changed under two names, not two places', () => {
    const before = { a: [1, 2] };
    expect(() => apply(before, { $set: { 'a.$': 5, 'a.0': 6 } }, { a: 1 })).toThrow(
      "Update created a conflict at 'a.0'",
    );
    expect(apply(before, { $set: { 'a.$': 5, 'a.1': 6 } }, { a: 1 })).toEqual({ a: [5, 6] });
    expect(apply(before, { $set: { 'a.$[i]': 5, 'a.$[j]': 6 } }, {}, [{ i: 1 }, { j: 2 }])).toEqual({ a: [5, 6] });
  });

  it('changes many elements under two operators, and refuses a place within another', () => {
    const list = Array.from({ length: 5000 }, (_item, n) => ({ n }));
    const after = apply({ list }, { $set: { 'list.$[].set': 1 }, $inc: { 'list.$[].n': 1 } });
    expect(after['list']).toHaveLength(5000);
    expect(after['list'][4999]).toEqual({ n: 5000, set: 1 });
    expect(() => apply({ a: [{ b: 1 }] }, { $set: { 'a.$': 1, 'a.0.b': 2 } }, { 'a.b': 1 })).toThrow(
      "Update created a conflict at 'a.0'",
    );
    expect(() => apply({ a: [{ b: 1 }] }, { $set: { 'a.$.b': 1, 'a.0': 2 } }, { 'a.b': 1 })).toThrow(
      "Update created a conflict at 'a.0'",
    );
  });

  it('names a document that is being made as one without an identifier', () => {
    const update = received({ update: { $push: { a: 2 } } }).get('update') ?? null;
    const parsed = parseUpdate(update, undefined, NO_VARIABLES);
    expect(() => parsed.seed(parseFilter(received({ a: 1 })))).toThrow(
      "The field 'a' must be an array but is of type int in document {no id}",
    );
  });

  it('may name fields with a dollar sign below the top', () => {
    expect(apply({}, { $set: { 'a.$b': 1 } })).toEqual({ a: { $b: 1 } });
    expect(apply({ $a: 1, b: 2 }, { $unset: { $a: '' } })).toEqual({ b: 2 });
  });

  it('sets the current date', () => {
    expect(apply({}, { $currentDate: { a: true } })['a']).toBeInstanceOf(Date);
  });
});
