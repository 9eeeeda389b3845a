import type { View } from '../catalogue/catalogue-state.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import { countUses } from '../plan/index-usage.ts';
import { isAlways, planQuery, type PlannedQuery, type QueryPlan } from '../plan/plan-query.ts';
import { checkReadable, scan, scanAll } from '../plan/scan.ts';
import type { StoredRecord } from '../store/records.ts';
import { matches, type Filter } from './filter.ts';
import { createMemoryMeter } from './memory-meter.ts';
import { sortItems } from './sort.ts';

/** Which records a command wants, in which order. */
export interface RecordQuery extends PlannedQuery {
  readonly skip?: number;
  /** At most this many; undefined for all. */
  readonly limit?: number | undefined;
}

/**
 * The records that match, lazily; a sort no index serves reads everything first. What is wrong with the query, a hint
 * that names no index for instance, is thrown at once.
 */
export function findRecords(view: View, collection: CollectionEntry, query: RecordQuery): Generator<StoredRecord> {
  const { skip = 0, limit } = query;
  const planned = planQuery(view, collection, query);
  const end = limit === undefined ? Number.POSITIVE_INFINITY : skip + limit;
  if (end > 0) countUses(view, planned.plans);
  return readRecords(view, collection, query, { ...planned, end });
}

/** How to read the records of a query, and before which position of its result to stop. */
interface Reading extends QueryPlan {
  readonly end: number;
}

function* readRecords(
  view: View,
  collection: CollectionEntry,
  { sort = [], skip = 0 }: RecordQuery,
  { plans, residual, isSorted, end }: Reading,
): Generator<StoredRecord> {
  if (end === 0) return;
  const [only, ...others] = plans;
  const expected = isSorted && isAlways(residual) && Number.isFinite(end) ? end : undefined;
  const candidates =
    only !== undefined && others.length === 0
      ? scan(view, collection, only, expected)
      : scanAll(view, collection, plans);
  const found = matching(candidates, residual);
  const ordered = isSorted
    ? found
    : sortItems(found, sort, (record) => record.document, end, createMemoryMeter(view.memoryLimit));
  const catalogue = view.catalogue();
  let position = 0;
  for (const record of ordered) {
    if (position >= skip) yield record;
    position += 1;
    if (position >= end) return;
    // A cursor ends with its collection even when all of it was read before.
    if (view.catalogue() !== catalogue) for (const { index } of plans) checkReadable(view, collection, index);
  }
}

/** What matches, each with bytes of its own: those of a scan are parts of a chunk, whose memory the scan gives back. */
function* matching(records: Iterable<StoredRecord>, filter: Filter): Generator<StoredRecord> {
  for (const record of records) {
    if (!matches(filter, record.document)) continue;
    record.document.detach();
    yield record;
  }
}
