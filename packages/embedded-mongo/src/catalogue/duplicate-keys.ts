import type { Value } from '../bson/value.ts';
import { blobOf, integerOf, LIMIT } from '../store/connection.ts';
import { Document } from '../bson/document.ts';
import type { View } from './catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from './entries.ts';

/** How many groups of duplicates are told; MongoDB bounds its answer by size. */
const MAX_GROUPS = 100;

/** The `_id`s of documents that share a key of an index, one list per key. */
export function duplicateIds(
  view: View,
  collection: CollectionEntry,
  index: IndexEntry,
): readonly (readonly Value[])[] {
  const table = indexTable(index);
  const keys = view.connection.all(`SELECT k FROM ${table} GROUP BY k HAVING count(*) > 1 ${LIMIT}`, MAX_GROUPS);
  return keys.map(([key]) =>
    view.connection
      .all(`SELECT rid FROM ${table} WHERE k = ? ORDER BY rid ${LIMIT}`, blobOf(key), MAX_GROUPS)
      .map(([rid]) => idOf(view, collection, integerOf(rid))),
  );
}

function idOf(view: View, collection: CollectionEntry, rid: number): Value {
  const row = view.connection.get(`SELECT doc FROM ${recordTable(collection)} WHERE rid = ?`, rid);
  return row === undefined ? null : (new Document(blobOf(row[0])).get('_id') ?? null);
}
