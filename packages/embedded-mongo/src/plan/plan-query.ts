import type { View } from '../catalogue/catalogue-state.ts';
import { indexTable, type CollectionEntry } from '../catalogue/entries.ts';
import type { Filter, Predicate } from '../query/filter.ts';
import type { SortField } from '../query/sort.ts';
import { CommandError } from '../server/command-error.ts';
import { integerOf, LIMIT } from '../store/connection.ts';
import { noTextScore } from '../text/text-score.ts';
import { chooseAlternatives } from './choose-alternatives.ts';
import { bestPlans, helpfulPlans, planThrough, scanPlan, type Plan } from './choose-plan.ts';
import type { Hint } from './hint.ts';
import { spanBetween, type KeyBounds } from './key-bounds.ts';
import { successor } from './scan.ts';
import { planText, textSearchOf } from './text-plan.ts';

/** What the planner needs to know of a query. */
export interface PlannedQuery {
  readonly filter: Filter;
  readonly sort?: readonly SortField[];
  /** The index or direction the client insists on. */
  readonly hint?: Hint | undefined;
  readonly bounds?: KeyBounds | undefined;
}

/** How a query will be answered. */
export interface QueryPlan {
  /** One plan, or several whose candidates together cover an `$or`. */
  readonly plans: readonly Plan[];
  /** What remains to be checked on each candidate. */
  readonly residual: Filter;
  /** Whether candidates come in the order asked for. */
  readonly isSorted: boolean;
}

/** Plans a query: as its hint says, else by the index that narrows it best, else by reading the whole collection. */
export function planQuery(view: View, collection: CollectionEntry, query: PlannedQuery): QueryPlan {
  const { filter, sort = [], hint, bounds } = query;
  const search = textSearchOf(filter);
  if (search !== undefined) {
    refuseWithText(query);
    return single(planText(collection, search, filter, sort.length > 0), filter);
  }
  if (sort.some(({ isTextScore }) => isTextScore === true)) {
    throw noTextScore();
  }
  if (bounds?.min !== undefined || bounds?.max !== undefined) return single(boundPlan(query, bounds), filter);
  if (hint?.kind === 'natural') return single(scanPlan(filter, sort, hint.isReverse), filter);
  if (hint?.kind === 'index') return single(planThrough(hint.index, filter, sort), filter);
  // No index has an order of chance.
  if (sort.some(({ isRandom }) => isRandom === true)) return single(scanPlan(filter, sort), filter);
  const plan = narrowest(view, bestPlans(collection.indexes, filter, sort));
  if (plan !== undefined) return single(plan, filter);
  const alternatives = chooseAlternatives(collection, filter);
  if (alternatives === undefined) return single(scanPlan(filter, sort), filter);
  return { plans: alternatives, residual: filter, isSorted: sort.length === 0 };
}

/** The plans through other indexes that were weighed against the chosen one, for explain. */
export function rejectedPlans(
  { indexes }: CollectionEntry,
  { filter, sort = [], hint, bounds }: PlannedQuery,
  { plans: [chosen, second] }: QueryPlan,
): readonly QueryPlan[] {
  const isChoice = hint === undefined && bounds?.min === undefined && bounds?.max === undefined;
  if (!isChoice || chosen?.index === undefined || chosen.index.text !== undefined || second !== undefined) return [];
  const others = helpfulPlans(indexes, filter, sort).filter(({ index }) => index !== chosen.index);
  return others.map((plan) => single(plan, filter));
}

function refuseWithText({ hint, bounds }: PlannedQuery): void {
  if (hint?.kind === 'natural') {
    throw new CommandError('BadValue', 'text expression not allowed with $natural sort order or hint');
  }
  if (hint !== undefined || bounds?.min !== undefined || bounds?.max !== undefined) {
    throw new CommandError('BadValue', 'text and hint not allowed in same query');
  }
}

function single(plan: Plan, filter: Filter): QueryPlan {
  return { plans: [plan], residual: without(filter, plan.met), isSorted: plan.isSorted };
}

function boundPlan({ filter, sort = [], hint }: PlannedQuery, bounds: KeyBounds): Plan {
  if (hint === undefined) {
    throw new CommandError(51_173, 'When using min()/max() a hint of which index to use must be provided');
  }
  if (hint.kind === 'natural') throw new CommandError('BadValue', 'min and max are incompatible with $natural');
  const plan = planThrough(hint.index, filter, sort);
  // The bounds take the place of what the filter says about the index, so it is checked on every candidate.
  const isSorted = plan.isSorted && plan.ranges.length === 1 && plan.ranges[0]?.low.length === 0;
  return {
    ...plan,
    ranges: [spanBetween(hint.index, bounds)],
    isSorted: sort.length === 0 || isSorted,
    isReverse: isSorted && plan.isReverse,
    mergedBy: undefined,
    met: new Set(),
  };
}

/** How many entries of each index are counted, at most, to tell which of several is the narrower one. */
const ESTIMATE_LIMIT = 300;

function narrowest(view: View, plans: readonly Plan[]): Plan | undefined {
  const [first] = plans;
  if (first === undefined || plans.length === 1) return first;
  let best = first;
  let least = Number.POSITIVE_INFINITY;
  for (const plan of plans) {
    const count = estimate(view, plan, Math.min(least, ESTIMATE_LIMIT));
    if (count < least) [best, least] = [plan, count];
  }
  return best;
}

/** The number of index entries in a plan's ranges, counted no further than a limit. */
function estimate(view: View, { index, ranges }: Plan, limit: number): number {
  if (index === undefined) return limit;
  let count = 0;
  for (const { low, high } of ranges) {
    const row = view.connection.get(
      `SELECT count(*) FROM (SELECT 1 FROM ${indexTable(index)} WHERE k >= ? AND k < ? ${LIMIT})`,
      low,
      successor(high),
      limit - count,
    );
    count += integerOf(row?.[0]);
    if (count >= limit) break;
  }
  return count;
}

/** What of a filter is left to be checked when some of its conditions are known to be met. */
function without(filter: Filter, met: ReadonlySet<Predicate>): Filter {
  if (filter.op === 'field') return met.has(filter.predicate) ? ALWAYS : filter;
  if (filter.op !== 'and' || met.size === 0) return filter;
  const filters = filter.filters.map((part) => without(part, met)).filter((part) => !isAlways(part));
  return { op: 'and', filters };
}

const ALWAYS: Filter = { op: 'and', filters: [] };

/** Whether a filter holds for every document. */
export function isAlways(filter: Filter): boolean {
  return filter.op === 'and' && filter.filters.every(isAlways);
}
