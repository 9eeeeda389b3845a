import { BSONRegExp, Double, Int32, type Document } from 'bson';
import { describe, expect, it } from 'vitest';
import { matches } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { received } from '../testing/bson-document.ts';
import { aliasOf, naiveMatch } from './naive-matcher.ts';
import { SAMPLES } from './samples.ts';

function matchesOwn(filter: Document, document: Document): boolean {
  return matches(parseFilter(received(filter)), received(document));
}

/** The places a value can stand in where `a` or `a.b` leads to it. */
const PLACES: readonly (readonly [string, string, (value: unknown) => Document])[] = [
  ['in a field', 'a', (value) => ({ a: value })],
  ['in an array', 'a', (value) => ({ a: [new Int32(7), value] })],
  ['in an object', 'a.b', (value) => ({ a: { b: value } })],
  ['in objects of an array', 'a.b', (value) => ({ a: [{ c: 1 }, { b: value }] })],
  ['at a position', 'a.1', (value) => ({ a: [null, value] })],
];
const WITHOUT: readonly Document[] = [{}, { a: {} }, { a: [] }, { a: [{}] }, { b: 1 }];

const DOCUMENTS = PLACES.map(([place, path, documentOf]) => {
  const plain = [
    ...SAMPLES.map(([name, value]): [string, Document] => [`${name} ${place}`, documentOf(value)]),
    ...WITHOUT.map((document): [string, Document] => [JSON.stringify(document), document]),
  ];
  return { path, rows: plain.map(([name, document]) => ({ name, document, stored: received(document) })) };
});

/** The documents the two matchers disagree about when a filter is on `a` or `a.b`. */
function disagreements(filterOn: (path: string) => Document): readonly string[] {
  return DOCUMENTS.flatMap(({ path, rows }) => {
    const filter = filterOn(path);
    const parsed = parseFilter(received(filter));
    return rows
      .filter(({ document, stored }) => matches(parsed, stored) !== naiveMatch(filter, document))
      .map(({ name }) => name);
  });
}

const COMPARISONS = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'];
const OPERANDS = SAMPLES.filter(([, operand]) => !(operand instanceof BSONRegExp));

describe('comparison operators', () => {
  it.each(COMPARISONS.flatMap((operator) => OPERANDS.map(([name, operand]) => [operator, name, operand] as const)))(
    '%s %s decides about every value as the manual says',
    (operator, _name, operand) => {
      expect(disagreements((path) => ({ [path]: { [operator]: operand } }))).toEqual([]);
    },
  );

  it.each(OPERANDS)('$not turns the answer about %s round', (_name, operand) => {
    expect(disagreements((path) => ({ [path]: { $not: { $lte: operand } } }))).toEqual([]);
  });

  it.each(SAMPLES)('$in and $nin with %s decide about every value as the manual says', (_name, operand) => {
    expect(disagreements((path) => ({ [path]: { $in: [operand, 'none'] } }))).toEqual([]);
    expect(disagreements((path) => ({ [path]: { $nin: ['none', operand] } }))).toEqual([]);
    expect(disagreements((path) => ({ [path]: { $all: [operand] } }))).toEqual([]);
  });

  it.each(OPERANDS)('$elemMatch on %s decides about every value as the manual says', (_name, operand) => {
    for (const operator of ['$eq', '$gte', '$lt']) {
      expect(disagreements((path) => ({ [path]: { $elemMatch: { [operator]: operand } } }))).toEqual([]);
    }
    expect(disagreements(() => ({ a: { $elemMatch: { b: operand } } }))).toEqual([]);
  });
});

describe('element and evaluation operators', () => {
  const aliases = [...new Set(SAMPLES.map(([, value]) => aliasOf(value))), 'number', 'undefined', 'dbPointer'];

  it.each(aliases)('$type %s finds its type and no other', (alias) => {
    expect(disagreements((path) => ({ [path]: { $type: alias } }))).toEqual([]);
  });

  it.each([true, false])('$exists %s tells missing from null', (operand) => {
    expect(disagreements((path) => ({ [path]: { $exists: operand } }))).toEqual([]);
  });

  it.each([0, 1, 2, 3])('$size %i counts arrays only', (size) => {
    expect(disagreements((path) => ({ [path]: { $size: size } }))).toEqual([]);
  });

  it.each([
    [1, 0],
    [2, 1],
    [2, 0],
    [2, -1],
    [3, 1],
    [-2, 1],
  ])('$mod [%i, %i] takes numbers only', (divisor, remainder) => {
    expect(disagreements((path) => ({ [path]: { $mod: [divisor, remainder] } }))).toEqual([]);
  });

  it.each([
    ['^a', 'i'],
    ['a', ''],
    ['^$', ''],
    ['.', 's'],
  ])('$regex /%s/%s takes text, symbols and the same regex only', (pattern, options) => {
    const regex = new BSONRegExp(pattern, options);
    expect(disagreements((path) => ({ [path]: { $regex: regex } }))).toEqual([]);
    expect(disagreements((path) => ({ [path]: regex }))).toEqual([]);
    expect(disagreements((path) => ({ [path]: { $not: regex } }))).toEqual([]);
  });

  const masks = [0, 1, 2, 3, 129, [0], [0, 3], [1], [7, 63], []];

  it.each(
    ['$bitsAllSet', '$bitsAnySet', '$bitsAllClear', '$bitsAnyClear'].flatMap((operator) =>
      masks.map((mask) => [operator, mask] as const),
    ),
  )('%s %j takes whole numbers and binary only', (operator, mask) => {
    expect(disagreements((path) => ({ [path]: { [operator]: mask } }))).toEqual([]);
  });
});

describe('refusals', () => {
  it.each([
    [{ a: { $gt: new BSONRegExp('a') } }, 2],
    [{ a: { $ne: new BSONRegExp('a') } }, 2],
    [{ a: { $in: 'x' } }, 2],
    [{ a: { $in: [{ $gt: 1 }] } }, 2],
    [{ a: { $nin: {} } }, 2],
    [{ a: { $all: 1 } }, 2],
    [{ a: { $size: 'x' } }, 2],
    [{ a: { $size: new Double(1.5) } }, 2],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $mod: [] } }, 2],
    [{ a: { $mod: [1, 2, 3] } }, 2],
    [{ a: { $mod: ['x', 1] } }, 2],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ a: { $type: 'nothing' } }, 2],
    [{ a: { $type: 200 } }, 2],
    [{ a: { $type: [] } }, 9],
    [{ a: { $type: {} } }, 14],
    [{ a: { $not: 1 } }, 2],
    [{ a: { $not: {} } }, 2],
    [{ a: { $elemMatch: 1 } }, 2],
    [{ a: { $bitsAllSet: 'x' } }, 2],
    [{ a: { $bitsAllSet: -1 } }, 9],
    [{ a: { $bitsAllSet: [-1] } }, 2],
    [{ a: { $regex: 1 } }, 2],
    [{ a: { $regex: '(' } }, 51_091],
    [{ a: { $regex: 'a', $options: 'q' } }, 51_108],
    [{ a: { $nonsense: 1 } }, 2],
    [{ $nonsense: 1 }, 2],
    [{ $and: [] }, 2],
    [{ $or: 1 }, 2],
    [{ $nor: [1] }, 2],
    [{ $where: 'true' }, 2],
    [{ $sampleRate: 2 }, 2],
    [{ $sampleRate: 'x' }, 2],
  ])('%j is refused with %i', (filter, code) => {
    expect(() => matchesOwn(filter, {})).toThrow(expect.objectContaining({ code }));
  });
});

it.each([
  [{ a: { $size: 'x' } }, 'Failed to parse $size. Expected a number in: $size: "x"'],
  [{ a: { $size: new Double(1.5) } }, 'Failed to parse $size. Expected an integer: $size: 1.5'],
  [{ a: { $size: new Double(NaN) } }, 'Failed to parse $size. Expected an integer, but found NaN in: $size: nan.0'],
  [{ a: { $size: new Double(1e30) } }, 'Failed to parse $size. Cannot represent as a 64-bit integer: $size: '],
  [{ a: { $size: -1 } }, 'Failed to parse $size. Expected a non-negative number in: $size: -1'],
  [{ a: { $bitsAllSet: -1 } }, 'Expected a non-negative number in: $bitsAllSet: -1'],
  [{ a: { $bitsAllSet: 'x' } }, '$bitsAllSet takes an Array, a number, or a BinData but received: $bitsAllSet: "x"'],
  [{ a: { $bitsAllSet: [1, -1] } }, 'bit positions must be >= 0 but got: 1: -1'],
  [{ a: { $bitsAllSet: ['x'] } }, 'bit positions must be an integer but got: 0: "x"'],
  [{ a: { $regex: '(' } }, 'Regular expression is invalid: missing closing parenthesis'],
  [{ a: { $regex: '*' } }, 'Regular expression is invalid: quantifier does not follow a repeatable item'],
  [{ a: { $regex: '[a' } }, 'Regular expression is invalid: missing terminating ] for character class'],
])('%j is refused as MongoDB words it', (filter, message) => {
  expect(() => matchesOwn(filter, {})).toThrow(message);
});

it('samples at the rates that leave nothing to chance', () => {
  expect(matchesOwn({ $sampleRate: 1 }, {})).toBe(true);
  expect(matchesOwn({ $sampleRate: 0 }, {})).toBe(false);
});
