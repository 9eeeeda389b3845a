import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import { addIndexKey, markMultikey, replaceCollection } from '../catalogue/collections.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from '../catalogue/entries.ts';
import { indexKeysOf, type IndexKeys } from '../catalogue/index-keys.ts';
import { checkUnique } from '../catalogue/unique.ts';
import { blobOf } from './connection.ts';

/** A stored document with its record id. */
export interface StoredRecord {
  readonly rid: number;
  readonly document: Document;
}

/** Adds a document. Uniqueness is checked in every index before anything is written. */
export function insertRecord(view: WriteView, collection: CollectionEntry, document: Document): CollectionEntry {
  const plans = collection.indexes.map((index) => ({ index, keys: indexKeysOf(index, document) }));
  for (const { index, keys } of plans) checkUnique(view, collection, index, keys.keys, undefined);
  const rid = view.connection.run(`INSERT INTO ${recordTable(collection)} (doc) VALUES (?)`, encodeDocument(document));
  for (const { index, keys } of plans) for (const key of keys.keys) addIndexKey(view, index, key.bytes, rid);
  return noteMultikey(view, collection, plans);
}

/** Replaces a document by a changed one; both have the same `_id`. */
export function replaceRecord(
  view: WriteView,
  collection: CollectionEntry,
  record: StoredRecord,
  document: Document,
): CollectionEntry {
  const plans = collection.indexes
    .filter((index) => index.name !== '_id_')
    .map((index) => ({ index, keys: indexKeysOf(index, document), before: indexKeysOf(index, record.document) }));
  for (const { index, keys } of plans) checkUnique(view, collection, index, keys.keys, record.rid);
  view.connection.run(
    `UPDATE ${recordTable(collection)} SET doc = ? WHERE rid = ?`,
    encodeDocument(document),
    record.rid,
  );
  for (const { index, keys, before } of plans) {
    for (const key of before.keys) {
      if (!keys.keys.some((other) => other.bytes.equals(key.bytes))) removeIndexKey(view, index, key.bytes, record.rid);
    }
    for (const key of keys.keys) {
      if (!before.keys.some((other) => other.bytes.equals(key.bytes))) addIndexKey(view, index, key.bytes, record.rid);
    }
  }
  return noteMultikey(view, collection, plans);
}

/** Removes a document and its index entries. */
export function deleteRecord(view: WriteView, collection: CollectionEntry, record: StoredRecord): void {
  for (const index of collection.indexes) {
    for (const key of indexKeysOf(index, record.document).keys) removeIndexKey(view, index, key.bytes, record.rid);
  }
  view.connection.run(`DELETE FROM ${recordTable(collection)} WHERE rid = ?`, record.rid);
}

/** The current document of a record, or undefined when it is gone. */
export function readRecord(view: View, collection: CollectionEntry, rid: number): Document | undefined {
  const row = view.connection.get(`SELECT doc FROM ${recordTable(collection)} WHERE rid = ?`, rid);
  return row === undefined ? undefined : new Document(blobOf(row[0]));
}

function removeIndexKey(view: WriteView, index: IndexEntry, key: Buffer, rid: number): void {
  view.connection.run(`DELETE FROM ${indexTable(index)} WHERE k = ? AND rid = ?`, key, rid);
}

function noteMultikey(
  view: WriteView,
  collection: CollectionEntry,
  plans: readonly { index: IndexEntry; keys: IndexKeys }[],
): CollectionEntry {
  const fresh = new Set(
    plans.filter(({ index, keys }) => keys.isMultikey && !index.isMultikey).map(({ index }) => index.id),
  );
  if (fresh.size === 0) return collection;
  const indexes = collection.indexes.map((index) => (fresh.has(index.id) ? markMultikey(view, index) : index));
  return replaceCollection(view, { ...collection, indexes });
}
