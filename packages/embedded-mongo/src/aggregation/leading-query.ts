import type { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import { readHint } from '../plan/hint.ts';
import { countRecords } from '../query/count-records.ts';
import type { Filter } from '../query/filter.ts';
import { findRecords, type RecordQuery } from '../query/find-records.ts';
import { conjunction, parseFilter } from '../query/parse-filter.ts';
import { withoutTextScore } from '../text/text-score.ts';
import type { Stage, StageContext } from './stage.ts';

/** The part of a pipeline that the planner answers, and the stages left after it. */
export interface LeadingQuery {
  readonly query: RecordQuery;
  readonly rest: readonly Stage[];
}

/** Splits a pipeline: its leading match, sort and limit go through the planner. */
export function leadingQuery(stages: readonly Stage[], context: StageContext, hint: LeadingHint): LeadingQuery {
  const filters: Filter[] = [];
  let used = 0;
  for (const stage of stages) {
    if (stage.match === undefined) break;
    filters.push(parseFilter(stage.match, context.variables));
    used += 1;
  }
  const sort = stages[used]?.sort;
  if (sort !== undefined) used += 1;
  const limit = stages[used]?.limit;
  return {
    query: {
      filter: conjunction(filters),
      sort: sort ?? [],
      limit,
      hint: readHint(context.view, hint.namespace, hint.value),
    },
    rest: stages.slice(used),
  };
}

/** The hint of an aggregation, as sent, and the collection it is about. */
export interface LeadingHint {
  readonly namespace: string;
  readonly value: Value | undefined;
}

/** What the rest of a pipeline starts from, and that rest. */
export interface Started {
  readonly documents: Iterable<Document>;
  readonly rest: readonly Stage[];
}

/** Starts a pipeline from its leading query; a stage that only counts is answered without reading documents. */
export function startLeading({ query, rest }: LeadingQuery, collection: CollectionEntry, view: View): Started {
  const [first, ...others] = rest;
  if (first?.ofCount === undefined || query.limit !== undefined) {
    return { documents: documentsOf(findRecords(view, collection, query)), rest };
  }
  return {
    documents: counted(first.ofCount, () => countRecords(view, collection, { ...query, sort: [] })),
    rest: others,
  };
}

function* counted(answer: (count: number) => readonly Document[], count: () => number): Generator<Document> {
  for (const document of answer(count())) yield withoutTextScore(document);
}

/** The documents of records. */
export function* documentsOf(records: Iterable<{ readonly document: Document }>): Generator<Document> {
  for (const { document } of records) yield document;
}
