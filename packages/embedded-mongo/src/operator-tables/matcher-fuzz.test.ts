import { BSONRegExp, Int32, type Document } from 'bson';
import {
  array,
  assert,
  constantFrom,
  dictionary,
  integer,
  letrec,
  oneof,
  property,
  record,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { expect, it } from 'vitest';
import { matches } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { received } from '../testing/bson-document.ts';
import { FUZZ_TIMEOUT, fuzzRuns } from '../testing/fuzz-runs.ts';
import { aliasOf, naiveMatch } from './naive-matcher.ts';
import { SAMPLES } from './samples.ts';

const NAMES = constantFrom('a', 'b', 'c');
const SMALL = constantFrom<unknown>(new Int32(0), new Int32(1), new Int32(2), new Int32(3), 'a', 'ab', null);
const SCALARS = oneof(
  { weight: 3, arbitrary: SMALL },
  { weight: 1, arbitrary: constantFrom(...SAMPLES.map(([, value]) => value)) },
);

const { value, object } = letrec<{ value: unknown; object: Document }>((tie) => ({
  value: oneof({ maxDepth: 4, depthSize: 'small' }, SCALARS, array(tie('value'), { maxLength: 4 }), tie('object')),
  object: dictionary(NAMES, tie('value'), { maxKeys: 3 }),
}));

const PATHS = constantFrom('a', 'b', 'a.b', 'a.a', 'a.0', 'a.1.b', 'a.b.c', 'b.0.a', 'c.b', 'a.b.0');
const OPERANDS = value.filter((operand) => !(operand instanceof BSONRegExp));
const ALIASES = [...new Set(SAMPLES.map(([, sample]) => aliasOf(sample))), 'number'];
const LISTS = array(OPERANDS, { maxLength: 3 });

const SIMPLE: Arbitrary<Document> = oneof(
  tuple(constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), OPERANDS),
  tuple(constantFrom('$in', '$nin', '$all'), LISTS),
  tuple(constantFrom('$exists'), constantFrom(true, false)),
  tuple(constantFrom('$size'), integer({ min: 0, max: 3 })),
  tuple(constantFrom('$type'), constantFrom(...ALIASES)),
  tuple(constantFrom('$mod'), tuple(constantFrom(1, 2, 3, -2), constantFrom(0, 1, -1))),
  tuple(constantFrom('$bitsAllSet', '$bitsAnySet', '$bitsAllClear', '$bitsAnyClear'), integer({ min: 0, max: 7 })),
  tuple(constantFrom('$regex'), constantFrom(new BSONRegExp('^a'), new BSONRegExp('B', 'i'))),
).map(([name, operand]) => ({ [name]: operand }));

const { filter } = letrec<{ filter: Document; operators: Document; condition: Document }>((tie) => ({
  operators: oneof(
    { maxDepth: 3, depthSize: 'small' },
    SIMPLE,
    tuple(SIMPLE, SIMPLE).map(([first, second]) => ({ ...first, ...second })),
    tie('operators').map((operators) => ({ $not: operators })),
    tie('operators').map((operators) => ({ $elemMatch: operators })),
    tie('filter').map((inner) => ({ $elemMatch: inner })),
  ),
  condition: tuple(PATHS, oneof({ weight: 4, arbitrary: tie('operators') }, { weight: 1, arbitrary: value })).map(
    ([path, operand]) => ({ [path]: operand }),
  ),
  filter: oneof(
    { maxDepth: 2, depthSize: 'small' },
    tie('condition'),
    tuple(tie('condition'), tie('condition')).map(([first, second]) => ({ ...first, ...second })),
    record({ $or: array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    record({ $and: array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
    record({ $nor: array(tie('filter'), { minLength: 1, maxLength: 2 }) }),
  ),
}));

it(
  'matches what a second matcher, written from the manual, matches',
  () => {
    assert(
      property(filter, array(object, { minLength: 4, maxLength: 8 }), (query, documents) => {
        const parsed = parseFilter(received(query));
        for (const document of documents) {
          expect(matches(parsed, received(document))).toBe(naiveMatch(query, document));
        }
      }),
      fuzzRuns(2000),
    );
  },
  FUZZ_TIMEOUT,
);
