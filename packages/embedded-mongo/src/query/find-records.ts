import type { View } from '../catalogue/catalogue-state.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import { chooseAlternatives } from '../plan/choose-alternatives.ts';
import { choosePlan } from '../plan/choose-plan.ts';
import { scan, scanAll } from '../plan/scan.ts';
import type { StoredRecord } from '../store/records.ts';
import { matches, type Filter, type Predicate } from './filter.ts';
import { sortItems, type SortField } from './sort.ts';

/** Which records a command wants, in which order. */
export interface RecordQuery {
  readonly filter: Filter;
  readonly sort?: readonly SortField[];
  readonly skip?: number;
  /** At most this many; undefined for all. */
  readonly limit?: number | undefined;
}

/** The records that match, lazily; a sort no index serves reads everything first. */
export function* findRecords(view: View, collection: CollectionEntry, query: RecordQuery): Generator<StoredRecord> {
  const { filter, sort = [], skip = 0, limit } = query;
  const plan = choosePlan(collection, filter, sort);
  const alternatives = plan.index === undefined ? chooseAlternatives(collection, filter) : undefined;
  const end = limit === undefined ? Number.POSITIVE_INFINITY : skip + limit;
  if (end === 0) return;
  const candidates =
    alternatives === undefined ? scan(view, collection, plan) : scanAll(view, collection, alternatives);
  const found = matching(candidates, alternatives === undefined ? without(filter, plan.met) : filter);
  const isSorted = alternatives === undefined ? plan.isSorted : sort.length === 0;
  const ordered = isSorted ? found : sortItems(found, sort, (record) => record.document, end);
  let position = 0;
  for (const record of ordered) {
    if (position >= skip) yield record;
    position += 1;
    if (position >= end) return;
  }
}

/** What of a filter is left to be checked when some of its conditions are known to be met. */
function without(filter: Filter, met: ReadonlySet<Predicate>): Filter {
  if (filter.op === 'field') return met.has(filter.predicate) ? ALWAYS : filter;
  if (filter.op !== 'and' || met.size === 0) return filter;
  const filters = filter.filters.map((part) => without(part, met)).filter((part) => part !== ALWAYS);
  return { op: 'and', filters };
}

const ALWAYS: Filter = { op: 'and', filters: [] };

function* matching(records: Iterable<StoredRecord>, filter: Filter): Generator<StoredRecord> {
  for (const record of records) if (matches(filter, record.document)) yield record;
}
