import type { View } from '../catalogue/catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry } from '../catalogue/entries.ts';
import type { Plan } from '../plan/choose-plan.ts';
import { countUses } from '../plan/index-usage.ts';
import { isAlways, planQuery, type QueryPlan } from '../plan/plan-query.ts';
import { successor } from '../plan/scan.ts';
import { integerOf } from '../store/connection.ts';
import { findRecords, type RecordQuery } from './find-records.ts';
import { countOf } from './take.ts';

/** How many records match; counted in the index, or in the table, without reading documents wherever that is exact. */
export function countRecords(view: View, collection: CollectionEntry, query: RecordQuery): number {
  const { skip = 0, limit } = query;
  const plan = countablePlan(planQuery(view, collection, query));
  if (plan === undefined) return countOf(findRecords(view, collection, query));
  countUses(view, [plan]);
  const total = plan.index === undefined ? countTable(view, collection) : countKeys(view, plan);
  return Math.min(Math.max(0, total - skip), limit ?? Number.POSITIVE_INFINITY);
}

/** The one plan whose candidates are just the matches and can be counted without reading them; else undefined. */
export function countablePlan({ plans, residual }: QueryPlan): Plan | undefined {
  const [only, second] = plans;
  if (only === undefined || second !== undefined || !isAlways(residual)) return undefined;
  // A record with an array may be in several ranges.
  return only.index?.isMultikey === true && only.ranges.length > 1 ? undefined : only;
}

function countTable(view: View, collection: CollectionEntry): number {
  return integerOf(view.connection.get(`SELECT count(*) FROM ${recordTable(collection)}`)?.[0]);
}

function countKeys(view: View, { index, ranges }: Plan): number {
  if (index === undefined) return 0;
  const what = index.isMultikey ? 'count(DISTINCT rid)' : 'count(*)';
  let count = 0;
  for (const { low, high, isOpen } of ranges) {
    const end = isOpen === true ? high : successor(high);
    const row = view.connection.get(`SELECT ${what} FROM ${indexTable(index)} WHERE k >= ? AND k < ?`, low, end);
    count += integerOf(row?.[0]);
  }
  if (view.tally !== undefined) view.tally.keys += count;
  return count;
}
