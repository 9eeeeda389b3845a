import type { Document } from '../../bson/document.ts';
import type { Value } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { ensureCollection, findCollection } from '../../catalogue/collections.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import type { Hint } from '../../plan/hint.ts';
import { matches, type Filter } from '../../query/filter.ts';
import { findRecords } from '../../query/find-records.ts';
import type { SortField } from '../../query/sort.ts';
import { refuseExpressionInUpsert } from '../../query/special-conditions.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord, readRecord, replaceRecord, type StoredRecord } from '../../store/records.ts';
import type { Update } from '../../update/apply-update.ts';

/** One update statement, parsed. */
export interface UpdateStatement {
  readonly filter: Filter;
  readonly update: Update;
  readonly isMulti: boolean;
  readonly isUpsert: boolean;
  readonly sort: readonly SortField[];
  readonly hint?: Hint | undefined;
}

/** What an update did. */
export interface UpdateOutcome {
  readonly matched: number;
  readonly modified: number;
  /** The `_id` of the document an upsert made. */
  readonly upsertedId: Value | undefined;
  /** The last document touched, before and after; of an upsert only after. */
  readonly before: Document | undefined;
  readonly after: Document | undefined;
}

/** Runs one update statement. Many records are collected first, so that changed index entries are not met again. */
export function runUpdate(view: WriteView, namespace: string, statement: UpdateStatement): UpdateOutcome {
  const { filter, update, isMulti, isUpsert, sort, hint } = statement;
  if (isMulti && update.isReplacement) {
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  if (isUpsert) refuseExpressionInUpsert(filter);
  const collection = isUpsert ? ensureCollection(view, namespace) : findCollection(view, namespace);
  if (collection === undefined) return NOTHING;
  const found = findRecords(view, collection, { filter, sort, hint, limit: isMulti ? undefined : 1 });
  const outcome = isMulti
    ? updateAll(view, namespace, found, statement)
    : updateFirst(view, collection, found, statement);
  return outcome.matched === 0 && isUpsert ? upsert(view, namespace, statement) : outcome;
}

const NOTHING: UpdateOutcome = { matched: 0, modified: 0, upsertedId: undefined, before: undefined, after: undefined };

function updateFirst(
  view: WriteView,
  collection: CollectionEntry,
  found: Iterable<StoredRecord>,
  statement: UpdateStatement,
): UpdateOutcome {
  for (const record of found) return updateRecord(view, collection, record, statement, NOTHING);
  return NOTHING;
}

function updateAll(
  view: WriteView,
  namespace: string,
  found: Iterable<StoredRecord>,
  statement: UpdateStatement,
): UpdateOutcome {
  let outcome = NOTHING;
  for (const rid of [...found].map((record) => record.rid)) {
    const collection = ensureCollection(view, namespace);
    const document = readRecord(view, collection, rid);
    if (document === undefined || !matches(statement.filter, document)) continue;
    outcome = updateRecord(view, collection, { rid, document }, statement, outcome);
  }
  return outcome;
}

function updateRecord(
  view: WriteView,
  collection: CollectionEntry,
  record: StoredRecord,
  { filter, update }: UpdateStatement,
  outcome: UpdateOutcome,
): UpdateOutcome {
  const before = record.document;
  const after = update.apply(before, filter);
  if (after !== undefined) replaceRecord(view, collection, record, after, update.form);
  return {
    ...outcome,
    matched: outcome.matched + 1,
    modified: outcome.modified + (after === undefined ? 0 : 1),
    before,
    after: after ?? before,
  };
}

function upsert(view: WriteView, namespace: string, { filter, update }: UpdateStatement): UpdateOutcome {
  const document = update.seed(filter);
  insertRecord(view, ensureCollection(view, namespace), document);
  return { ...NOTHING, upsertedId: document.get('_id') ?? null, after: document };
}
