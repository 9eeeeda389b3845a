import type { Collation } from '../bson/collation.ts';
import { TYPE_RANKS } from '../bson/encode-key.ts';
import type { CollectionEntry, IndexEntry, IndexField } from '../catalogue/entries.ts';
import { arrayPosition, type Filter, type Predicate } from '../query/filter.ts';
import { requiredBytes } from '../query/required-bytes.ts';
import type { SortField } from '../query/sort.ts';
import { intersect, invertSpan, isExact, mergeSpans, spansOf, type Span } from './bounds.ts';
import { isImpliedBy } from './implies.ts';

/** How to find the candidates of a query: through one index within ranges of whole keys, or by reading everything. */
export interface Plan {
  /** Undefined for a scan of the whole collection in insertion order. */
  readonly index: IndexEntry | undefined;
  readonly ranges: readonly Span[];
  readonly isReverse: boolean;
  /** Whether candidates come in the order asked for. */
  readonly isSorted: boolean;
  /** Set when each range is in the order asked for, but one has to be merged with the other by this order. */
  readonly mergedBy?: readonly SortField[] | undefined;
  /** Conditions that every candidate is known to meet, because its entry of the index does. */
  readonly met: ReadonlySet<Predicate>;
  /** Without an index: bytes that are in every document that matches. */
  readonly needle?: Buffer | undefined;
  /** Which conditions narrow the fields of the index, from its first field on, for explain. */
  readonly narrowedBy?: readonly (readonly Predicate[])[];
}

const MAX_RANGES = 2_000;
const FULL_RANGE: Span = { low: Buffer.alloc(0), high: Buffer.alloc(0) };
const NOTHING_MET: ReadonlySet<Predicate> = new Set();

/** Picks the index that narrows a query best, or serves its sort. The candidates are a superset of the answer. */
export function choosePlan(
  collection: CollectionEntry,
  filter: Filter,
  sort: readonly SortField[],
  onlyIndex?: string,
): Plan {
  const [best] = bestPlans(
    collection.indexes.filter((index) => onlyIndex === undefined || index.name === onlyIndex),
    filter,
    sort,
  );
  return best ?? scanPlan(filter, sort);
}

/** The plan that reads the whole collection. */
export function scanPlan(filter: Filter, sort: readonly SortField[], isReverse = false): Plan {
  return {
    index: undefined,
    ranges: [FULL_RANGE],
    isReverse,
    isSorted: sort.length === 0,
    met: NOTHING_MET,
    needle: requiredBytes(filter),
  };
}

/** The plans that seem equally best by the look of the query; none when no index helps. */
export function bestPlans(indexes: readonly IndexEntry[], filter: Filter, sort: readonly SortField[]): readonly Plan[] {
  const candidates = candidatesOf(indexes, filter, sort);
  const bestScore = candidates.reduce((best, { score }) => Math.max(best, score), 0);
  return candidates.filter(({ score }) => score === bestScore).map(({ plan }) => plan);
}

/** Every plan through an index that helps, for explain. */
export function helpfulPlans(
  indexes: readonly IndexEntry[],
  filter: Filter,
  sort: readonly SortField[],
): readonly Plan[] {
  return candidatesOf(indexes, filter, sort).map(({ plan }) => plan);
}

function candidatesOf(
  indexes: readonly IndexEntry[],
  filter: Filter,
  sort: readonly SortField[],
): readonly Candidate[] {
  const conditions = collectConditions(filter);
  const candidates: Candidate[] = [];
  for (const index of indexes) {
    if (index.isHidden || index.text !== undefined) continue;
    const candidate = planWith(index, filter, conditions, sort);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates;
}

/** The plan through one index whatever it costs; of a sparse or partial index that is only what the index holds. */
export function planThrough(index: IndexEntry, filter: Filter, sort: readonly SortField[]): Plan {
  return assemble(index, boundFields(index, collectConditions(filter)), sort).plan;
}

type Conditions = ReadonlyMap<string, readonly Predicate[]>;

/** The conditions every match must meet, by path. */
function collectConditions(filter: Filter): Conditions {
  const conditions = new Map<string, Predicate[]>();
  const visit = (part: Filter, prefix: string): void => {
    if (part.op === 'and') for (const inner of part.filters) visit(inner, prefix);
    if (part.op !== 'field') return;
    // Inside $elemMatch a number names a position of the element, not of the array an index would read it from.
    if (prefix !== '' && arrayPosition(part.segments[0] ?? '') !== undefined) return;
    const path = prefix + part.path;
    conditions.set(path, [...(conditions.get(path) ?? []), part.predicate]);
    if (part.predicate.element !== undefined) visit(part.predicate.element, `${path}.`);
  };
  visit(filter, '');
  return conditions;
}

interface Candidate {
  readonly plan: Plan;
  readonly score: number;
}

function planWith(
  index: IndexEntry,
  filter: Filter,
  conditions: Conditions,
  sort: readonly SortField[],
): Candidate | undefined {
  if (index.partialFilter !== undefined && !isImpliedBy(index.partialFilter, filter)) return undefined;
  const fields = boundFields(index, conditions);
  if (fields.length === 0 && sort.length === 0) return undefined;
  if (index.isSparse && !fields.some((field) => excludesMissing(field.spans))) return undefined;
  const candidate = assemble(index, fields, sort);
  const isServingSort = sort.length > 0 && candidate.plan.isSorted;
  return fields.length === 0 && !isServingSort ? undefined : candidate;
}

function assemble(index: IndexEntry, fields: readonly BoundField[], sort: readonly SortField[]): Candidate {
  const order = index.isMultikey ? undefined : sortOrder(index, fields, sort);
  const isServingSort = sort.length > 0 && order !== undefined;
  const points = fields.filter((field) => field.isPoint).length;
  const isWholeUnique = index.isUnique && points === index.fields.length;
  const score = points * 10 + (fields.length - points) * 6 + (isServingSort ? 5 : 0) + (isWholeUnique ? 100 : 0);
  return {
    score,
    plan: {
      index,
      ranges: combine(index.fields, fields),
      isReverse: order?.isReverse === true,
      isSorted: sort.length === 0 || isServingSort,
      mergedBy: order?.isMerged === true ? sort : undefined,
      met: new Set(fields.map(({ met }) => met).filter((met) => met !== undefined)),
      narrowedBy: fields.map(({ predicates }) => predicates),
    },
  };
}

interface BoundField {
  readonly spans: readonly Span[];
  /** Whether the field is fixed to single values, so that the next field can be narrowed too. */
  readonly isPoint: boolean;
  /** The condition that says exactly what the spans say. */
  readonly met: Predicate | undefined;
  readonly predicates: readonly Predicate[];
}

function boundFields(index: IndexEntry, conditions: Conditions): readonly BoundField[] {
  const fields: BoundField[] = [];
  const roots = new Set<string>();
  let ranges = 1;
  for (const field of index.fields) {
    const predicates = conditions.get(field.path);
    if (predicates === undefined) break;
    const root = field.segments[0] ?? '';
    // An entry shows the items of an array at a position, into which a condition on that position does not look.
    const isPositioned = field.segments.some((segment) => arrayPosition(segment) !== undefined);
    // Conditions on two fields of one array may be met by different elements, which no single entry shows.
    if (index.isMultikey && roots.has(root)) break;
    roots.add(root);
    // The elements that are documents lack a field named by the position, of which the entries say nothing.
    if (isPositioned && predicates.some(({ test }) => test(undefined))) break;
    const spans = spansOfField(predicates, index.isMultikey, field.collation);
    if (spans === undefined || ranges * spans.length > MAX_RANGES) break;
    ranges *= spans.length;
    const isPoint = spans.every((span) => span.low.equals(span.high) && isWholeKey(span));
    const [only] = field.segments.length === 1 && predicates.length === 1 ? predicates : [];
    fields.push({
      predicates,
      spans,
      isPoint,
      met: only !== undefined && isExact(only) && !isPositioned ? only : undefined,
    });
    if (!isPoint) break;
  }
  return fields;
}

function isWholeKey(span: Span): boolean {
  // A text prefix is a span without its terminator; every other shared end is one complete key.
  return span.low[0] !== TYPE_RANKS.string || span.low.subarray(-2).equals(TEXT_END);
}

const TEXT_END = Buffer.from([0, 0]);

function spansOfField(
  predicates: readonly Predicate[],
  isMultikey: boolean,
  collation: Collation | undefined,
): readonly Span[] | undefined {
  const all = predicates.map((predicate) => spansOf(predicate, collation)).filter((spans) => spans !== undefined);
  // One entry of an array need not meet all conditions, so only one of them may narrow the index.
  if (isMultikey) return all.toSorted((left, right) => weight(left) - weight(right))[0];
  return all.reduce<readonly Span[] | undefined>(
    (known, spans) => (known === undefined ? spans : crossIntersect(known, spans)),
    undefined,
  );
}

function weight(spans: readonly Span[]): number {
  return spans.every((span) => span.low.equals(span.high)) ? spans.length : MAX_RANGES;
}

function crossIntersect(left: readonly Span[], right: readonly Span[]): readonly Span[] {
  return mergeSpans(left.flatMap((first) => right.flatMap((second) => intersect(first, second) ?? [])));
}

function excludesMissing(spans: readonly Span[]): boolean {
  return spans.every((span) => (span.low[0] ?? 0) > TYPE_RANKS.null || (span.high[0] ?? 0xff) < TYPE_RANKS.null);
}

/** Each range merged with others is read in chunks of its own, so there may not be too many. */
const MAX_MERGED = 64;

interface SortOrder {
  readonly isReverse: boolean;
  readonly isMerged: boolean;
}

/**
 * How reading the index in one direction yields the order asked for, given fields fixed to one value, or to a few
 * whose ranges can be merged ("equality, sort, range"); undefined when it does not.
 */
function sortOrder(index: IndexEntry, bound: readonly BoundField[], sort: readonly SortField[]): SortOrder | undefined {
  const ranges = bound.reduce((product, { spans }) => product * spans.length, 1);
  let isReverse: boolean | undefined;
  let isMerged = false;
  let next = 0;
  for (const [position, field] of index.fields.entries()) {
    const wanted = sort[next];
    if (wanted === undefined) break;
    // Texts of another collation are in another order, and any field may hold texts.
    if (wanted.collation !== field.collation) return undefined;
    const fixed = bound[position];
    const isFixed = fixed?.isPoint === true && fixed.spans.length === 1;
    if (wanted.path !== field.path) {
      if (fixed?.isPoint !== true) return undefined;
      // The ranges of a field that is not sorted by would interleave the order of the next one.
      if (!isFixed) isMerged = true;
      continue;
    }
    next += 1;
    if (isFixed) continue;
    const needsReverse = wanted.isDescending !== field.isDescending;
    if (isReverse !== undefined && isReverse !== needsReverse) return undefined;
    isReverse = needsReverse;
  }
  if (next < sort.length || (isMerged && ranges > MAX_MERGED)) return undefined;
  return { isReverse: isReverse === true, isMerged };
}

function combine(indexFields: readonly IndexField[], bound: readonly BoundField[]): readonly Span[] {
  let ranges: readonly Span[] = [FULL_RANGE];
  for (const [position, { spans }] of bound.entries()) {
    const isDescending = indexFields[position]?.isDescending === true;
    const oriented = isDescending ? spans.map(invertSpan) : spans;
    const narrower: Span[] = [];
    for (const { low, high } of ranges) {
      for (const span of oriented) narrower.push({ low: joined(low, span.low), high: joined(high, span.high) });
    }
    ranges = narrower;
  }
  return mergeSpans(ranges);
}

function joined(left: Buffer, right: Buffer): Buffer {
  return left.length === 0 ? right : Buffer.concat([left, right]);
}
