import { Decimal128, Double, Long, serialize, type Document as PlainObject } from 'bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collating } from '../bson/active-collation.ts';
import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import { buildIndex, ensureCollection, findCollection } from '../catalogue/collections.ts';
import { parseIndexSpec } from '../catalogue/index-spec.ts';
import { collationOption } from '../query/collation.ts';
import { matches, type Filter } from '../query/filter.ts';
import { findRecords } from '../query/find-records.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { parseSort, sortItems, sortKeyOf, type SortField } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import type { Store } from '../store/open-store.ts';
import { deleteRecord, insertRecord, replaceRecord, type StoredRecord } from '../store/records.ts';
import { received } from '../testing/bson-document.ts';
import { createRandom } from '../testing/create-random.ts';
import { FUZZ_TIMEOUT, fuzzRounds } from '../testing/fuzz-runs.ts';
import { allRecords, indexMismatches } from '../testing/index-mismatches.ts';
import { toStorable } from '../update/storable.ts';
import { chooseAlternatives } from './choose-alternatives.ts';
import { choosePlan } from './choose-plan.ts';
import { planQuery } from './plan-query.ts';
import { scan } from './scan.ts';
import { openTemporaryStore } from '../testing/temporary-store.ts';

let store: Store;

beforeAll(() => {
  store = openTemporaryStore();
});
afterAll(() => store.close());

const fuzz = fuzzRounds(100, 20_261_120);
const { below, pick } = createRandom(fuzz.seed);

const SCALARS: readonly (() => unknown)[] = [
  () => below(6),
  () => below(6),
  () => below(12) / 2,
  () => Long.fromNumber(below(6)),
  () => Decimal128.fromString(`${String(below(6))}.5`),
  () => new Double(Number.NaN),
  () => pick(['', 'a', 'ab', 'abc', 'b', 'babcc', '😀', '\uFFFD']),
  () => pick(['a', 'ab', 'b', 'A', 'aB', 'á']),
  () => null,
  () => pick([true, false]),
  () => new Date(below(4)),
];

function scalar(): unknown {
  return pick(SCALARS)();
}

function value(depth = 0): unknown {
  const choice = below(12);
  if (choice === 0) return Array.from({ length: below(4) }, () => value(depth + 1));
  if (choice === 1 && depth < 2) return Array.from({ length: below(3) }, () => ({ b: scalar(), c: scalar() }));
  if (choice === 2 && depth < 2) return { b: value(depth + 1), c: scalar() };
  return scalar();
}

function randomDocument(): PlainObject {
  const document: PlainObject = {};
  for (const name of ['a', 'b', 'c', 'd']) if (below(5) > 0) document[name] = name === 'c' ? scalar() : value();
  // Fields c and d stay without arrays most of the time, so that some indexes remain able to sort.
  if (Array.isArray(document['d'])) document['d'] = scalar();
  return document;
}

const PLAIN_PATHS = ['a', 'b', 'c', 'd', 'a.b', 'a.c', 'b.b'];
const PATHS = [...PLAIN_PATHS, ...PLAIN_PATHS, 'a.0', 'a.1', 'a.0.b', 'b.0.0'];

function condition(): unknown {
  switch (below(10)) {
    case 0:
      return { $in: Array.from({ length: below(4) }, scalar) };
    case 1:
      return { [pick(['$gt', '$gte'])]: scalar(), [pick(['$lt', '$lte'])]: scalar() };
    case 2:
      return { [pick(['$gt', '$gte', '$lt', '$lte'])]: scalar() };
    case 3:
      return { [pick(['$ne', '$eq'])]: value() };
    case 4:
      return { $exists: pick([true, false]) };
    case 5:
      return { $elemMatch: pick([{ $gte: scalar() }, { b: scalar() }, { b: scalar(), c: { $gt: scalar() } }]) };
    case 6:
      return { $all: [scalar(), scalar()] };
    case 7:
      return pick([/^a/, /^ab/, /b/, /^a?b/, /^A/i, /abc/, /^abc+.?$/, /b.?c*abcx?/]);
    default:
      return scalar();
  }
}

function randomFilter(): PlainObject {
  // What the partial indexes ask for would seldom come by chance.
  if (below(20) === 0) return { c: scalar(), d: { $gte: pick(['B', 'b', 'c', 0]) } };
  const filter: PlainObject = {};
  for (let count = 1 + below(3); count > 0; count -= 1) filter[pick(PATHS)] = condition();
  if (below(6) === 0) return { $and: [filter, { [pick(PATHS)]: condition() }] };
  if (below(8) === 0) return { $or: [filter, { [pick(PATHS)]: condition() }] };
  return filter;
}

function randomSort(): PlainObject {
  const sort: PlainObject = {};
  for (let count = below(3); count > 0; count -= 1) sort[pick(['c', 'd', 'a', '_id'])] = pick([1, -1]);
  return sort;
}

const INDEXES: readonly PlainObject[] = [
  { key: { a: 1 }, name: 'a' },
  { key: { 'a.b': 1 }, name: 'a.b' },
  { key: { c: 1, a: -1 }, name: 'c_a' },
  { key: { b: -1 }, name: 'b' },
  { key: { c: -1, d: 1 }, name: 'c_d' },
  { key: { d: 1 }, name: 'd', sparse: true },
  { key: { 'a.b': 1, 'a.c': 1 }, name: 'a.b_a.c' },
  { key: { c: 1 }, name: 'c partial', partialFilterExpression: { c: { $gt: 2 } } },
  { key: { d: 1, c: 1 }, name: 'd_c', partialFilterExpression: { d: { $exists: true } } },
  { key: { 'a.0': 1 }, name: 'a.0' },
  { key: { 'a.0.b': 1, 'a.1': 1 }, name: 'a.0.b_a.1' },
  { key: { 'b.0.0': -1 }, name: 'b.0.0' },
  { key: { a: 1 }, name: 'a letters', collation: { locale: 'en', strength: 1 } },
  { key: { c: 1, d: -1 }, name: 'c_d folded', collation: { locale: 'en', strength: 2 } },
  {
    key: { c: 1 },
    name: 'c folded partial',
    collation: { locale: 'en', strength: 2 },
    partialFilterExpression: { d: { $gte: 'B' } },
  },
];

/** The collations of queries; those of the collated indexes among them. */
const COLLATIONS = [undefined, { locale: 'en', strength: 1 }, { locale: 'en', strength: 2 }, { locale: 'en' }].map(
  (options) => (options === undefined ? undefined : collationOption(buildDocument(options), undefined)),
);

it(
  'answers every query with an index as it does without one',
  () => {
    const state = createCatalogueState(store);
    const view = state.writing;
    const namespace = 'fuzz.items';
    view.connection.run('BEGIN');
    ensureCollection(view, namespace);
    for (const spec of INDEXES) buildIndex(view, ensureCollection(view, namespace), parseIndexSpec(received(spec)));
    for (let n = 0; n < 150; n += 1) mutate();
    const used = new Set<string>();
    let sortedByIndex = 0;
    let united = 0;
    let metByIndex = 0;
    let searched = 0;
    for (const round of fuzz.each()) {
      // In a long run the collection must not grow without end.
      if (round % 100 === 99) while (everything().length > 150) deleteRecord(view, collection(), pick(everything()));
      for (let n = 0; n < 4; n += 1) mutate();
      expect(indexMismatches(view, collection())).toEqual([]);
      for (let n = 0; n < 20; n += 1) collating(pick(COLLATIONS), checkQuery);
    }
    view.connection.run('COMMIT');
    // A fuzz that no index answers would prove nothing.
    expect([...used].toSorted()).toEqual(['_id_', ...INDEXES.map((spec) => spec['name'] as string)].toSorted());
    expect(sortedByIndex).toBeGreaterThan(5);
    expect(united).toBeGreaterThan(5);
    expect(metByIndex).toBeGreaterThan(5);
    expect(searched).toBeGreaterThan(5);

    function collection() {
      const found = findCollection(view, namespace);
      if (found === undefined) throw new Error('the collection is gone');
      return found;
    }

    function everything(): StoredRecord[] {
      return allRecords(view, collection());
    }

    function mutate(): void {
      const records = everything();
      const choice = below(records.length < 60 ? 1 : 5);
      try {
        if (choice <= 1) insertRecord(view, collection(), toStorable(received(randomDocument())));
        else if (choice <= 3) {
          const record = pick(records);
          const changed = new Document(
            new Map([['_id', record.document.get('_id') ?? null], ...received(randomDocument()).entries()]),
          );
          replaceRecord(view, collection(), record, new Document(encodeDocument(changed)));
        } else deleteRecord(view, collection(), pick(records));
      } catch (error) {
        // Two arrays side by side cannot be indexed; everything else is a fault.
        if (!(error instanceof CommandError) || error.code !== 171) throw error;
      }
    }

    function checkQuery(): void {
      const plainFilter = randomFilter();
      const filter = parseFilter(new Document(Buffer.from(serialize(plainFilter))));
      const plainSort = randomSort();
      const sort = parseSort(received(plainSort));
      const expected = sortItems(
        everything().filter(({ document }) => matches(filter, document)),
        sort,
        ({ document }) => document,
      );
      if (choosePlan(collection(), filter, sort).index === undefined && chooseAlternatives(collection(), filter))
        united += 1;
      if (planQuery(view, collection(), { filter, sort }).plans.some(({ needle }) => needle !== undefined))
        searched += 1;
      compare([...findRecords(view, collection(), { filter, sort })], expected, { plainFilter, plainSort });
      for (const { name } of collection().indexes) {
        const plan = choosePlan(collection(), filter, sort, name);
        if (plan.index === undefined) continue;
        used.add(name);
        if (plan.isSorted && sort.length > 0) sortedByIndex += 1;
        const candidates = [...scan(view, collection(), plan)];
        const met = fieldsOf(filter).filter(({ predicate }) => plan.met.has(predicate));
        for (const known of met) {
          metByIndex += 1;
          expect([plainFilter, candidates.find(({ document }) => !matches(known, document))]).toEqual([
            plainFilter,
            undefined,
          ]);
        }
        const found = candidates.filter(({ document }) => matches(filter, document));
        const ordered = plan.isSorted ? found : sortItems(found, sort, ({ document }) => document);
        compare(ordered, expected, { plainFilter, plainSort, name });
      }
    }
  },
  FUZZ_TIMEOUT,
);

/** The conditions on single paths that all have to hold. */
function fieldsOf(filter: Filter): readonly Extract<Filter, { op: 'field' }>[] {
  if (filter.op === 'and') return filter.filters.flatMap(fieldsOf);
  return filter.op === 'field' ? [filter] : [];
}

interface Query {
  readonly plainFilter: PlainObject;
  readonly plainSort: PlainObject;
  readonly name?: string;
}

function compare(actual: readonly StoredRecord[], expected: readonly StoredRecord[], query: Query): void {
  const context = JSON.stringify({ ...query, seed: fuzz.seed });
  expect([context, ...ids(actual)]).toEqual([context, ...ids(expected)]);
  const sort = parseSort(received(query.plainSort));
  expect([context, ...keys(actual, sort)]).toEqual([context, ...keys(expected, sort)]);
}

function ids(records: readonly StoredRecord[]): number[] {
  return records.map(({ rid }) => rid).toSorted((left, right) => left - right);
}

function keys(records: readonly StoredRecord[], sort: readonly SortField[]): string[] {
  return sort.length === 0 ? [] : records.map(({ document }) => sortKeyOf(sort, document).toString('hex'));
}
