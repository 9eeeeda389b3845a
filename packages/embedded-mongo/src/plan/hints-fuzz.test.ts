import type { Document as PlainObject } from 'bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import { buildIndex, ensureCollection } from '../catalogue/collections.ts';
import { indexKeysOf } from '../catalogue/index-keys.ts';
import { parseIndexSpec } from '../catalogue/index-spec.ts';
import { countablePlan, countRecords } from '../query/count-records.ts';
import { matches } from '../query/filter.ts';
import { findRecords, type RecordQuery } from '../query/find-records.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { parseSort, sortItems, sortKeyOf } from '../query/sort.ts';
import type { Store } from '../store/open-store.ts';
import { insertRecord, type StoredRecord } from '../store/records.ts';
import { received } from '../testing/bson-document.ts';
import { createRandom } from '../testing/create-random.ts';
import { FUZZ_TIMEOUT, fuzzRounds } from '../testing/fuzz-runs.ts';
import { allRecords } from '../testing/index-mismatches.ts';
import { toStorable } from '../update/storable.ts';
import type { Hint } from './hint.ts';
import { planQuery } from './plan-query.ts';
import { openTemporaryStore } from '../testing/temporary-store.ts';

let store: Store;

beforeAll(() => {
  store = openTemporaryStore();
});
afterAll(() => store.close());

const fuzz = fuzzRounds(600, 20_261_121);
const { below, pick } = createRandom(fuzz.seed);

function scalar(): unknown {
  return pick<() => unknown>([() => below(5), () => below(5), () => pick(['p', 'pq', 'q']), () => null, () => true])();
}

const FIELDS = ['a', 'b', 'c'] as const;

function randomDocument(): PlainObject {
  const document: PlainObject = {};
  for (const field of FIELDS) if (below(6) > 0) document[field] = scalar();
  // Only d has arrays, so that indexes without it keep being able to sort.
  document['d'] = below(2) === 0 ? [scalar(), scalar()] : scalar();
  return document;
}

function condition(): unknown {
  switch (below(6)) {
    case 0:
      return { $in: Array.from({ length: 1 + below(3) }, scalar) };
    case 1:
      return { [pick(['$gt', '$gte', '$lt', '$lte'])]: below(5) };
    case 2:
      return { $gte: below(3), $lt: 2 + below(3) };
    case 3:
      return { $exists: pick([true, false]) };
    default:
      return scalar();
  }
}

function randomFilter(): PlainObject {
  const filter: PlainObject = {};
  for (let count = below(3); count > 0; count -= 1) filter[pick(['a', 'b', 'c', 'd'])] = condition();
  return filter;
}

function randomSort(): PlainObject {
  const sort: PlainObject = {};
  for (let count = below(3); count > 0; count -= 1) sort[pick(FIELDS)] = pick([1, -1]);
  return sort;
}

/** A list of values and a sort by the field that follows them in an index. */
function listQuery(): { filter: PlainObject; sort: PlainObject } {
  const list = { $in: Array.from({ length: 2 + below(3) }, scalar) };
  return { filter: { ...randomFilter(), a: list }, sort: { b: pick([1, -1]) } };
}

const INDEXES: readonly PlainObject[] = [
  { key: { a: 1, b: 1 }, name: 'a_b' },
  { key: { a: 1, b: -1, c: 1 }, name: 'a_b_c' },
  { key: { b: 1 }, name: 'b', sparse: true },
  { key: { c: 1, d: 1 }, name: 'c_d' },
  { key: { c: 1 }, name: 'c partial', partialFilterExpression: { c: { $gt: 1 } } },
];

it(
  'answers with a hint what the hinted index holds, merges ranges in order and counts what it finds',
  () => {
    const view = createCatalogueState(store).writing;
    view.connection.run('BEGIN');
    ensureCollection(view, 'fuzz.items');
    for (const spec of INDEXES) buildIndex(view, ensureCollection(view, 'fuzz.items'), parseIndexSpec(received(spec)));
    for (let n = 0; n < 120; n += 1) {
      insertRecord(view, ensureCollection(view, 'fuzz.items'), toStorable(received(randomDocument())));
    }
    const collection = ensureCollection(view, 'fuzz.items');
    const everything = allRecords(view, collection);
    const seen = { merged: 0, counted: 0, lacking: 0 };
    for (const round of fuzz.each()) {
      const isList = below(5) === 0;
      const plain = isList ? listQuery() : { filter: randomFilter(), sort: randomSort() };
      const filter = parseFilter(received(plain.filter));
      const sort = parseSort(received(plain.sort));
      const index = pick(collection.indexes);
      const hint = pick<Hint | undefined | 'none'>([
        'none',
        { kind: 'index', index },
        { kind: 'natural', isReverse: below(2) === 0 },
      ]);
      const query: RecordQuery = { filter, sort, hint: hint === 'none' ? undefined : hint };
      const held =
        query.hint?.kind === 'index'
          ? everything.filter(({ document }) => indexKeysOf(index, document).keys.length > 0)
          : everything;
      if (held.length < everything.length) seen.lacking += 1;
      const matching = held.filter(({ document }) => matches(filter, document));
      const expected = sortItems(matching, sort, ({ document }) => document);
      const context = JSON.stringify({ seed: fuzz.seed, round, ...plain, hint: query.hint?.kind, index: index.name });
      const found = [...findRecords(view, collection, query)];
      expect([context, ...ids(found)]).toEqual([context, ...ids(expected)]);
      expect([context, ...keys(found)]).toEqual([context, ...keys(expected)]);
      const [skip, limit] = [below(4), 1 + below(20)];
      const part = [...findRecords(view, collection, { ...query, skip, limit })];
      expect([context, ...keys(part)]).toEqual([context, ...keys(expected.slice(skip, skip + limit))]);
      expect([context, part.length]).toEqual([context, expected.slice(skip, skip + limit).length]);
      const uncut = { filter, hint: query.hint };
      expect([context, countRecords(view, collection, uncut)]).toEqual([context, expected.length]);
      const cut = Math.min(Math.max(0, expected.length - skip), limit);
      expect([context, countRecords(view, collection, { ...uncut, skip, limit })]).toEqual([context, cut]);
      if (planQuery(view, collection, query).plans.some(({ mergedBy }) => mergedBy !== undefined)) seen.merged += 1;
      if (countablePlan(planQuery(view, collection, uncut))?.index !== undefined) seen.counted += 1;

      function keys(records: readonly StoredRecord[]): string[] {
        return sort.length === 0 ? [] : records.map(({ document }) => sortKeyOf(sort, document).toString('hex'));
      }
    }
    view.connection.run('COMMIT');
    // A fuzz that never came upon these would prove nothing.
    expect(Object.values(seen).every((times) => times > 10)).toBe(true);
  },
  FUZZ_TIMEOUT,
);

function ids(records: readonly StoredRecord[]): number[] {
  return records.map(({ rid }) => rid).toSorted((left, right) => left - right);
}
