import { Document } from '../bson/document.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { recordTable, type CollectionEntry } from '../catalogue/entries.ts';
import { checkIndex } from '../catalogue/index-mismatches.ts';
import { blobOf, integerOf } from '../store/connection.ts';
import type { StoredRecord } from '../store/records.ts';

/** All records of a collection, read without any index. */
export function allRecords(view: View, collection: CollectionEntry): StoredRecord[] {
  const rows = view.connection.all(`SELECT rid, doc FROM ${recordTable(collection)} ORDER BY rid`);
  return rows.map(([rid, bytes]) => ({ rid: integerOf(rid), document: new Document(blobOf(bytes)) }));
}

/** The index entries a collection should have but has not, and those it has but should not have. */
export function indexMismatches(view: View, collection: CollectionEntry): string[] {
  return collection.indexes.flatMap((index) => [...checkIndex(view, collection, index).mismatches]);
}
