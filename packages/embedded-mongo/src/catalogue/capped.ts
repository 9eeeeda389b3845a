import { integerOf } from '../store/connection.ts';
import type { View, WriteView } from './catalogue-state.ts';
import { cappedTable, recordTable, type CollectionEntry } from './entries.ts';

/** Creates the counters of a capped collection from its records. */
export function createCappedTable(view: WriteView, collection: CollectionEntry): void {
  const table = cappedTable(collection);
  view.connection.run(`CREATE TABLE ${table} (documents INTEGER NOT NULL, bytes INTEGER NOT NULL)`);
  view.connection.run(
    `INSERT INTO ${table} SELECT count(*), coalesce(sum(length(doc)), 0) FROM ${recordTable(collection)}`,
  );
}

/** Drops the counters of a capped collection. */
export function dropCappedTable(view: WriteView, collection: CollectionEntry): void {
  view.connection.forget(cappedTable(collection));
  view.connection.run(`DROP TABLE ${cappedTable(collection)}`);
}

/** Notes in the same transaction what a write added to a capped collection or took from it. */
export function countCapped(view: WriteView, collection: CollectionEntry, documents: number, bytes: number): void {
  if (collection.capped === undefined || (documents === 0 && bytes === 0)) return;
  view.connection.run(
    `UPDATE ${cappedTable(collection)} SET documents = documents + ?, bytes = bytes + ?`,
    documents,
    bytes,
  );
}

/** Whether a capped collection holds more than it may. */
export function isOverCap(view: View, collection: CollectionEntry): boolean {
  if (collection.capped === undefined) return false;
  const row = view.connection.get(`SELECT documents, bytes FROM ${cappedTable(collection)}`);
  const { bytes, documents = Number.POSITIVE_INFINITY } = collection.capped;
  return integerOf(row?.[0]) > documents || integerOf(row?.[1]) > bytes;
}
