import { Document } from '../bson/document.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { isStillRight } from '../catalogue/compare-definitions.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import type { RecordChange } from './record-changes.ts';
import { putRecord, removeRecord } from './records.ts';
import { writeConflict } from './write-conflict.ts';
import type { TrackedTransaction } from './write-tracker.ts';

/**
 * Makes the store what a transaction sees that had stepped aside: what others have committed since its snapshot is
 * undone, what it has written itself is there again. Throws WriteConflict when too much has happened for that.
 */
export function showSnapshot(view: WriteView, transaction: TrackedTransaction): void {
  const { own, foreign } = transaction;
  if (foreign.isTooMuch()) throw writeConflict();
  checkDefinitions(view, transaction);
  for (const change of foreign) {
    // A collection that was made and dropped meanwhile is as it was.
    const collection = collectionOf(view, change);
    if (collection !== undefined) replace(view, collection, inverseOf(change), change.rid);
  }
  for (const change of own) replace(view, ownCollection(view, change), change, change.rid);
}

/**
 * Writes what a transaction has written into the store as it is now, and returns it with the record ids it got. Nobody
 * else can have written the same records or keys (see WriteTracker), so that nothing is checked but what is defined.
 */
export function landTransaction(view: WriteView, transaction: TrackedTransaction): readonly RecordChange[] {
  checkDefinitions(view, transaction);
  return [...transaction.own].map((change) => {
    // The id of a new record may have been given to another one meanwhile.
    const wanted = change.before === undefined ? undefined : change.rid;
    return { ...change, rid: replace(view, ownCollection(view, change), change, wanted) };
  });
}

function checkDefinitions(view: WriteView, { catalogue, own }: TrackedTransaction): void {
  const written = new Set([...own].map(({ collection }) => collection.id));
  if (!isStillRight(catalogue, view.catalogue(), written)) throw writeConflict();
}

/** The collection of a change as it is now, or undefined when it is gone. */
function collectionOf(view: WriteView, { collection }: RecordChange): CollectionEntry | undefined {
  const current = view.catalogue().get(collection.namespace);
  return current?.id === collection.id ? current : undefined;
}

function ownCollection(view: WriteView, change: RecordChange): CollectionEntry {
  const collection = collectionOf(view, change);
  if (collection === undefined) throw writeConflict();
  return collection;
}

function inverseOf(change: RecordChange): RecordChange {
  return { ...change, before: change.after, after: change.before };
}

/** Makes a record what it is after a change, with a new id unless one is given, and returns its id. */
function replace(
  view: WriteView,
  collection: CollectionEntry,
  { rid, before, after }: RecordChange,
  newRid: number | undefined,
): number {
  if (before !== undefined) removeRecord(view, collection, { rid, document: new Document(before) });
  return after === undefined ? rid : putRecord(view, collection, new Document(after), { rid: newRid }).rid;
}
