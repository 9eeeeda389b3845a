import { Int32, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../bson/encode-document.ts';
import { parseProjection } from '../query/projection.ts';
import { received } from '../testing/bson-document.ts';
import { BSON } from 'bson';
import { typed } from './evaluate.ts';
import { SAMPLES } from './samples.ts';

const int = (value: number): Int32 => new Int32(value);

function projected(document: Document, projection: Document): string {
  const result = parseProjection(received(projection))(received(document), () => 0);
  return typed(BSON.deserialize(encodeDocument(result), { promoteValues: false, bsonRegExp: true }));
}

const DOCUMENT: Document = {
  _id: int(1),
  a: int(1),
  b: { c: int(2), d: int(3), e: { f: int(4) } },
  list: [{ x: int(1), y: int(1) }, int(5), { x: int(2) }, [{ x: int(3) }]],
};

const RESULTS: readonly (readonly [Document, Document])[] = [
  [{}, DOCUMENT],
  [{ a: 1 }, { _id: int(1), a: int(1) }],
  [{ a: true, _id: 0 }, { a: int(1) }],
  [{ a: 0 }, { _id: int(1), b: DOCUMENT['b'], list: DOCUMENT['list'] }],
  [{ _id: 0, 'b.c': 1, 'b.e.f': 1 }, { b: { c: int(2), e: { f: int(4) } } }],
  [{ _id: 0, b: { d: 1 } }, { b: { d: int(3) } }],
  [{ _id: 0, a: 0, list: 0, 'b.e': 0 }, { b: { c: int(2), d: int(3) } }],
  [{ _id: 0, 'list.x': 1 }, { list: [{ x: int(1) }, { x: int(2) }, [{ x: int(3) }]] }],
  [{ _id: 0, 'a.x': 1 }, {}],
  [{ _id: 0, missing: 1 }, {}],
  [
    { _id: 0, list: { $slice: 1 }, a: 1 },
    { a: int(1), list: [{ x: int(1), y: int(1) }] },
  ],
  [
    { _id: 0, list: { $slice: [1, 1] }, a: 1 },
    { a: int(1), list: [int(5)] },
  ],
  [{ _id: 0, list: { $elemMatch: { x: 2 } } }, { list: [{ x: int(2) }] }],
  [{ _id: 0, list: { $elemMatch: { x: 9 } } }, {}],
  [{ _id: 0, sum: { $add: ['$a', '$b.c'] } }, { sum: int(3) }],
  [{ _id: 0, copy: '$b.e' }, { copy: { f: int(4) } }],
  [{ _id: 0, text: { $literal: 1 } }, { text: int(1) }],
];

const ERRORS: readonly (readonly [Document, number])[] = [
  [{ a: 1, b: 0 }, 31_254],
  [{ a: 0, b: 1 }, 31_253],
  [{ a: 1, 'a.b': 1 }, 31_249],
  [{ 'a.b': 1, a: 1 }, 31_250],
  [{ '': 1 }, 40_352],
];

describe('projections', () => {
  it.each(RESULTS)('%j of the document is %j', (projection, expected) => {
    expect(projected(DOCUMENT, projection)).toBe(typed(expected));
  });

  it.each(ERRORS)('%j is refused with %i', (projection, code) => {
    expect(() => projected(DOCUMENT, projection)).toThrow(expect.objectContaining({ code }));
  });

  it.each(SAMPLES)('keeps or drops %s as it is', (_name, value) => {
    expect(projected({ _id: 1, a: value, b: 1 }, { a: 1, _id: 0 })).toBe(typed({ a: value }));
    expect(projected({ a: { b: value, c: value } }, { 'a.b': 1, _id: 0 })).toBe(typed({ a: { b: value } }));
    expect(projected({ a: { b: value, c: value } }, { 'a.b': 0 })).toBe(typed({ a: { c: value } }));
    expect(projected({ a: [value] }, { b: '$a', _id: 0 })).toBe(typed({ b: [value] }));
  });
});
