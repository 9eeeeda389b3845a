import { deserialize, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../bson/encode-document.ts';
import { received } from '../testing/bson-document.ts';
import { matchedPosition } from './filter.ts';
import { parseFilter } from './parse-filter.ts';
import { parseProjection, parseProjectStage } from './projection.ts';

function project(projection: Document, document: Document, query: Document = {}): Document {
  const filter = parseFilter(received(query));
  const source = received(document);
  const result = parseProjection(received(projection))(source, (path) => matchedPosition(filter, source, path));
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
    [{ list: { $slice: 'x' } }, 28_667],
    [{ list: { $slice: [1] } }, 28_667],
    [{ a: 0, list: { $slice: ['$list', 1] } }, 31_252],
  ] as const)('%j is refused', (projection, code) => {
    expect(() => parseProjection(received(projection))).toThrow(expect.objectContaining({ code }));
  });
});
