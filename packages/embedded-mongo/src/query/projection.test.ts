import { DBRef, deserialize, ObjectId, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../bson/encode-document.ts';
import { received } from '../testing/bson-document.ts';
import { matchedPosition } from './matched-position.ts';
import { parseFilter } from './parse-filter.ts';
import { parseProjection, parseProjectStage } from './projection.ts';

function project(projection: Document, document: Document, query: Document = {}): Document {
  const filter = parseFilter(received(query));
  const source = received(document);
  const result = parseProjection(received(projection))(source, () => matchedPosition(filter, source));
  return deserialize(encodeDocument(result));
}

const DOCUMENT = { _id: 1, a: 1, b: { c: 2, d: 3 }, list: [{ k: 1, v: 1 }, { k: 2, v: 2 }, 5], numbers: [1, 2, 3, 4] };

const CASES: readonly [Document, Document][] = [
  [{ a: 1 }, { _id: 1, a: 1 }],
  [{ a: 1, _id: 0 }, { a: 1 }],
  [{ _id: 1 }, { _id: 1 }],
  [
    { _id: 0, list: 0, numbers: 0 },
    { a: 1, b: { c: 2, d: 3 } },
  ],
  [{ 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
  [{ b: { d: 1 } }, { _id: 1, b: { d: 3 } }],
  [
    { 'b.c': 0, list: 0, numbers: 0 },
    { _id: 1, a: 1, b: { d: 3 } },
  ],
  [{ 'list.k': 1 }, { _id: 1, list: [{ k: 1 }, { k: 2 }] }],
  [
    { 'list.k': 0, a: 0, b: 0, numbers: 0 },
    { _id: 1, list: [{ v: 1 }, { v: 2 }, 5] },
  ],
  [{ 'a.x': 1 }, { _id: 1 }],
  [
    { numbers: { $slice: 2 }, a: 1 },
    { _id: 1, a: 1, numbers: [1, 2] },
  ],
  [
    { numbers: { $slice: -1 }, a: 0, b: 0, list: 0 },
    { _id: 1, numbers: [4] },
  ],
  [
    { numbers: { $slice: [1, 2] }, _id: 1, a: 1 },
    { _id: 1, a: 1, numbers: [2, 3] },
  ],
  [{ list: { $elemMatch: { k: 2 } } }, { _id: 1, list: [{ k: 2, v: 2 }] }],
  [{ list: { $elemMatch: { k: 9 } } }, { _id: 1 }],
  [
    { sum: { $add: ['$a', '$b.c'] }, a: 1 },
    { _id: 1, a: 1, sum: 3 },
  ],
  [{ copy: '$b.d', _id: 0 }, { copy: 3 }],
  [{ 'b.e': '$a' }, { _id: 1, b: { e: 1 } }],
];

describe('a projection', () => {
  it.each(CASES)('by %j', (projection, expected) => {
    expect(project(projection, DOCUMENT)).toEqual(expected);
    expect(Object.keys(project(projection, DOCUMENT))).toEqual(Object.keys(expected));
  });

  it('picks the matched element', () => {
    expect(project({ 'list.$': 1 }, DOCUMENT, { 'list.k': 2 })).toEqual({ _id: 1, list: [{ k: 2, v: 2 }] });
    expect(project({ 'numbers.$': 1 }, DOCUMENT, { numbers: { $gt: 2 } })).toEqual({ _id: 1, numbers: [3] });
  });

  it('keeps what is no array, and refuses an array without a matched element', () => {
    expect(project({ 'a.$': 1 }, { _id: 1, a: 5 }, { a: 5 })).toEqual({ _id: 1, a: 5 });
    expect(project({ 'a.b.$': 1 }, { _id: 1, a: { b: [1, 2], c: 3 } }, { 'a.b': 2 })).toEqual({
      _id: 1,
      a: { b: [2] },
    });
    expect(() => project({ 'numbers.$': 1 }, DOCUMENT)).toThrow(expect.objectContaining({ code: 51_246 }));
  });

  it.each<[Document, Document, Document, Document]>([
    // The position is that of the condition, whatever array the projection names.
    [{ a: 2 }, { 'b.$': 1 }, { a: [1, 2], b: ['x', 'y', 'z'] }, { b: ['y'] }],
    [{ 'a.b': 2 }, { 'c.d.$': 1 }, { a: { b: [1, 2] }, c: { d: ['x', 'y'] } }, { c: { d: ['y'] } }],
    [{ x: 2 }, { 'a.b.$': 1 }, { x: [1, 2], a: [{ b: [1] }, { b: [2, 3] }] }, { a: [{ b: [2, 3] }] }],
    [{ x: 1 }, { 'a.$': 1 }, { x: [1] }, {}],
    // Of several conditions the last one counts, equalities before other comparisons.
    [{ $and: [{ a: 1 }, { a: 3 }, { a: 2 }] }, { 'a.$': 1 }, { a: [1, 2, 3] }, { a: [2] }],
    [{ a: { $gt: 2 }, b: 5 }, { 'a.$': 1 }, { a: [1, 2, 3], b: [5] }, { a: [3] }],
    [{ b: 5, a: 3 }, { 'b.$': 1 }, { a: [1, 2, 3], b: [5, 6, 7] }, { b: [5] }],
    // A choice among equalities on one path is a $in.
    [{ a: { $in: [3, 2] } }, { 'a.$': 1 }, { a: [1, 2, 3] }, { a: [2] }],
    [{ $or: [{ a: 3 }, { $or: [{ a: 2 }] }] }, { 'a.$': 1 }, { a: [1, 2, 3] }, { a: [2] }],
    // Of nested arrays the outermost one counts, and an element the path names is none to be found.
    [{ a: { $elemMatch: { $elemMatch: { $eq: 3 } } } }, { 'a.$': 1 }, { a: [[1], [2, 3]] }, { a: [[2, 3]] }],
    [{ 'a.b': 3 }, { 'a.$': 1 }, { a: [{ b: [1] }, { b: [2, 3] }] }, { a: [{ b: [2, 3] }] }],
    [{ 'a.1.b': 3 }, { 'a.$': 1 }, { a: [{ b: [3] }, { b: [2, 3] }] }, { a: [{ b: [2, 3] }] }],
  ])('finds the position %j gives %j', (query, projection, document, expected) => {
    expect(project({ ...projection, _id: 0 }, document, query)).toEqual(expected);
  });

  it.each<[Document, Document, Document, number]>([
    [{ $or: [{ a: 1 }, { b: 5 }] }, { 'a.$': 1 }, { a: [1], b: [5] }, 51_246],
    [{ $nor: [{ a: 5 }] }, { 'a.$': 1 }, { a: [1] }, 51_246],
    [{ a: { $not: { $elemMatch: { $eq: 5 } } } }, { 'a.$': 1 }, { a: [1] }, 51_246],
    [{ a: [1, 2] }, { 'a.$': 1 }, { a: [1, 2] }, 51_246],
    [{ 'a.0': 1 }, { 'a.$': 1 }, { a: [1, 2] }, 51_246],
    [{ a: 2 }, { 'b.$': 1 }, { a: [1, 2], b: [5] }, 51_247],
  ])('finds no position by %j for %j', (query, projection, document, code) => {
    expect(() => project(projection, document, query)).toThrow(expect.objectContaining({ code }));
  });

  it('slices arrays in documents of arrays, but not in arrays of arrays', () => {
    const document = { a: [{ b: [1, 2] }, [{ b: [1, 2], c: 3 }], { b: [[1], [2]] }], d: 4 };
    const kept = [{ b: [2] }, [{ b: [1, 2] }], { b: [[2]] }];
    expect(project({ 'a.b': { $slice: -1 }, d: 1 }, document)).toEqual({ a: kept, d: 4 });
    expect(project({ 'a.b': { $slice: -1 }, 'a.c': 0 }, document)).toEqual({ a: kept, d: 4 });
  });

  it('puts a field of which an element was asked for behind the other included ones', () => {
    const list = { $elemMatch: { k: 2 } };
    expect(Object.keys(project({ list, numbers: 1, a: 1 }, DOCUMENT))).toEqual(['_id', 'a', 'numbers', 'list']);
    expect(Object.keys(project({ list, numbers: 0 }, DOCUMENT))).toEqual(['_id', 'a', 'b', 'list']);
  });

  it('includes or excludes by $slice and $elemMatch only when nothing else does', () => {
    const list = { $elemMatch: { k: 2 } };
    const numbers = { $slice: 1 };
    const found = [{ k: 2, v: 2 }];
    expect(project({ list, _id: 0 }, DOCUMENT)).toEqual({ list: found });
    expect(project({ list, a: 0, b: 0 }, DOCUMENT)).toEqual({ _id: 1, list: found, numbers: [1, 2, 3, 4] });
    expect(project({ list, numbers }, DOCUMENT)).toEqual({ ...DOCUMENT, list: found, numbers: [1] });
    expect(project({ numbers, _id: 1 }, DOCUMENT)).toEqual({ _id: 1, numbers: [1] });
  });

  it('finds references by their parts', () => {
    const list = [new DBRef('x', new ObjectId()), new DBRef('y', new ObjectId())];
    expect(project({ list: { $elemMatch: { $id: list[1]?.oid } } }, { list })).toEqual({ list: [list[1]] });
    expect(project({ list: { $elemMatch: { $ref: 'x' } } }, { list })).toEqual({ list: [list[0]] });
  });

  it('reads a slice that is none of its own as the expression', () => {
    expect(project({ _id: 0, numbers: { $slice: ['$numbers', 1, 2] } }, DOCUMENT)).toEqual({ numbers: [2, 3] });
    expect(() => parseProjection(received({ numbers: { $slice: [1] } }))).toThrow(
      'Invalid $slice syntax. The given syntax { $slice: [ 1 ] } did not match the find() syntax because :: Location31272: $slice array argument should be of form [skip, limit] :: The given syntax did not match the expression $slice syntax. :: caused by :: ',
    );
  });

  it('is refused in the name of its stage', () => {
    expect(() => parseProjectStage(received({ a: 1, b: 0 }), '$project')).toThrow(
      'Invalid $project :: caused by :: Cannot do exclusion on field b in inclusion projection',
    );
    expect(() => parseProjectStage(received({ 'a.$': 1 }), '$project')).toThrow(
      'Invalid $project :: caused by :: Cannot use positional projection in aggregation projection',
    );
  });

  it.each([
    [{ a: 1, b: 0 }, 31_254],
    [{ b: 0, a: 1 }, 31_253],
    [{ 'b.c': 1, b: 1 }, 31_250],
    [{ b: 1, 'b.c': 1 }, 31_249],
    [{ '': 1 }, 40_352],
    [{ 'a.': 1 }, 40_353],
    [{ 'a..b': 1 }, 15_998],
    [{ 'a.$b': 1 }, 16_410],
    [{ a: { $nonsense: 1 } }, 31_325],
    [{ a: { $add: [1], $abs: 1 } }, 16_410],
    [{ a: 0, b: { $add: [1] } }, 31_252],
    [{ a: 0, b: 'text' }, 31_310],
    [{ 'list.$.k': 1 }, 31_394],
    [{ 'list.$': 0 }, 31_395],
    [{ 'list.$': 'x' }, 31_308],
    [{ 'list.$': { $add: [1] } }, 31_271],
    [{ 'list.$': 1, 'numbers.$': 1 }, 31_276],
    [{ list: { $elemMatch: { k: 1 } }, 'numbers.$': 1 }, 31_256],
    [{ 'numbers.$': 1, list: { $elemMatch: { k: 1 } } }, 31_255],
    [{ 'list.k': { $elemMatch: { k: 1 } } }, 31_275],
    [{ list: { $elemMatch: 5 } }, 31_274],
    [{ list: { $elemMatch: { $jsonSchema: {} } } }, 224],
    [{ list: { $elemMatch: { $expr: true } } }, 2],
    [{ '.$': 1 }, 5_392_900],
    [{ list: { $slice: 'x' } }, 28_667],
    [{ list: { $slice: [1] } }, 28_667],
    [{ a: 0, list: { $slice: ['$list', 1] } }, 31_252],
  ] as const)('%j is refused', (projection, code) => {
    expect(() => parseProjection(received(projection))).toThrow(expect.objectContaining({ code }));
  });
});
