import type { CollectionEntry } from '../catalogue/entries.ts';
import type { Filter } from '../query/filter.ts';
import { choosePlan, type Plan } from './choose-plan.ts';

/** Plans whose candidates together cover an `$or` of the query, when an index serves every branch; else undefined. */
export function chooseAlternatives(collection: CollectionEntry, filter: Filter): readonly Plan[] | undefined {
  const parts = filter.op === 'and' ? filter.filters : [filter];
  for (const part of parts) {
    if (part.op !== 'or') continue;
    const plans = part.filters.map((branch) => choosePlan(collection, { op: 'and', filters: [branch, filter] }, []));
    if (plans.every((plan) => plan.index !== undefined)) return plans;
  }
  return undefined;
}
