import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import { addIndexKey, markMultikey, replaceCollection } from '../catalogue/collections.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from '../catalogue/entries.ts';
import { indexKeysOf, type IndexKey, type IndexKeys } from '../catalogue/index-keys.ts';
import { checkUnique } from '../catalogue/unique.ts';
import { checkValid } from '../catalogue/validator.ts';
import { countCapped, isOverCap } from '../catalogue/capped.ts';
import { recordChange } from '../changes/record-change.ts';
import { blobOf, integerOf, statementOn } from './connection.ts';

/** A stored document with its record id. */
export interface StoredRecord {
  readonly rid: number;
  readonly document: Document;
}

/** Adds a document. The validator and uniqueness in every index are checked before anything is written. */
export function insertRecord(view: WriteView, collection: CollectionEntry, document: Document): CollectionEntry {
  checkValid(view, collection, document);
  const plans = keysOfAll(collection, document);
  for (const { index, keys } of plans) checkUnique(view, collection, index, keys, undefined);
  view.watch?.check(collection, undefined, plans);
  const { rid, written } = putRecord(view, collection, document, { plans });
  view.watch?.note(collection, rid, undefined, document);
  recordChange(view, { kind: 'insert', collection, after: document });
  trimCapped(view, collection);
  return written;
}

interface PutOptions {
  /** Its index entries, when they are known already. */
  readonly plans?: readonly IndexPlan[];
  /** Its record id, when it had one before. */
  readonly rid?: number | undefined;
}

/** An index with the entries a document has in it. */
type IndexPlan = IndexKeys & { readonly index: IndexEntry };

function keysOfAll(collection: CollectionEntry, document: Document): readonly IndexPlan[] {
  return collection.indexes.map((index) => ({ index, ...indexKeysOf(index, document) }));
}

const INSERT = statementOn((collection: CollectionEntry) => `INSERT INTO ${recordTable(collection)} (doc) VALUES (?)`);
const INSERT_AS = statementOn(
  (collection: CollectionEntry) => `INSERT INTO ${recordTable(collection)} (rid, doc) VALUES (?, ?)`,
);

/** Writes a new record with its index entries, and nothing else: no check, no log of changes. */
export function putRecord(
  view: WriteView,
  collection: CollectionEntry,
  document: Document,
  { plans = keysOfAll(collection, document), rid: given }: PutOptions = {},
): { readonly rid: number; readonly written: CollectionEntry } {
  const bytes = encodeDocument(document);
  const rid =
    given === undefined
      ? view.connection.run(INSERT(collection), bytes)
      : view.connection.run(INSERT_AS(collection), given, bytes);
  for (const { index, keys } of plans) for (const key of keys) addIndexKey(view, index, key.bytes, rid);
  countCapped(view, collection, 1, bytes.length);
  return { rid, written: noteMultikey(view, collection, plans) };
}

/** Removes the oldest documents of a capped collection until it keeps its limits; the newest always stays. */
export function trimCapped(view: WriteView, collection: CollectionEntry): void {
  while (isOverCap(view, collection)) {
    const rows = view.connection.all(`SELECT rid, doc FROM ${recordTable(collection)} ORDER BY rid LIMIT 2`);
    const [oldest] = rows;
    if (rows.length < 2 || oldest === undefined) return;
    deleteRecord(view, collection, { rid: integerOf(oldest[0]), document: new Document(blobOf(oldest[1])) });
  }
}

/** What changed a document: a replacement, an update that set these paths as a whole, or a pipeline. */
export type Replacement =
  | { readonly kind: 'replace' }
  | { readonly kind: 'pipeline' }
  | { readonly kind: 'update'; readonly wholePaths: ReadonlySet<string> };

const BY_UPDATE: Replacement = { kind: 'update', wholePaths: new Set() };

const REPLACE = statementOn(
  (collection: CollectionEntry) => `UPDATE ${recordTable(collection)} SET doc = ? WHERE rid = ?`,
);

/** Replaces a document by a changed one; both have the same `_id`. */
export function replaceRecord(
  view: WriteView,
  collection: CollectionEntry,
  record: StoredRecord,
  document: Document,
  replacement: Replacement = BY_UPDATE,
): CollectionEntry {
  checkValid(view, collection, document, record.document);
  const bytes = encodeDocument(document);
  const after = new Document(bytes);
  const plans = collection.indexes
    .filter((index) => mayChange(index, record.document, after))
    .map((index) => planKeys(index, record.document, after));
  for (const { index, keys } of plans) checkUnique(view, collection, index, keys, record.rid);
  view.watch?.check(collection, record.rid, plans);
  view.connection.run(REPLACE(collection), bytes, record.rid);
  if (collection.capped !== undefined)
    countCapped(view, collection, 0, bytes.length - encodeDocument(record.document).length);
  view.watch?.note(collection, record.rid, record.document, after);
  recordChange(view, { ...replacement, collection, before: record.document, after: document });
  for (const { index, keys, removed } of plans) {
    for (const key of removed) removeIndexKey(view, index, key.bytes, record.rid);
    for (const key of keys) addIndexKey(view, index, key.bytes, record.rid);
  }
  return noteMultikey(view, collection, plans);
}

/** Whether an index may have other entries for a document than before; most updates touch no field of most indexes. */
function mayChange(index: IndexEntry, before: Document, after: Document): boolean {
  if (index.name === '_id_') return false;
  if (index.text !== undefined || index.partialFilter !== undefined) return true;
  return !index.fields.every(({ segments: [name = ''] }) => after.hasSame(name, before));
}

/** The keys an index gets and loses when a document changes; those that both have stay as they are. */
function planKeys(index: IndexEntry, before: Document, after: Document) {
  const { keys, isMultikey } = indexKeysOf(index, after);
  const had = indexKeysOf(index, before).keys;
  return { index, isMultikey, keys: keysBeyond(keys, had), removed: keysBeyond(had, keys) };
}

function keysBeyond(keys: readonly IndexKey[], others: readonly IndexKey[]): readonly IndexKey[] {
  const known = new Set(others.map(({ bytes }) => bytes.toString('latin1')));
  return keys.filter(({ bytes }) => !known.has(bytes.toString('latin1')));
}

/** Removes a document and its index entries. */
export function deleteRecord(view: WriteView, collection: CollectionEntry, record: StoredRecord): void {
  view.watch?.check(collection, record.rid, []);
  removeRecord(view, collection, record);
  view.watch?.note(collection, record.rid, record.document, undefined);
  recordChange(view, { kind: 'delete', collection, before: record.document });
}

const DELETE = statementOn((collection: CollectionEntry) => `DELETE FROM ${recordTable(collection)} WHERE rid = ?`);

/** Removes a record with its index entries, and nothing else: no check, no log of changes. */
export function removeRecord(view: WriteView, collection: CollectionEntry, record: StoredRecord): void {
  for (const { index, keys } of keysOfAll(collection, record.document)) {
    for (const key of keys) removeIndexKey(view, index, key.bytes, record.rid);
  }
  view.connection.run(DELETE(collection), record.rid);
  if (collection.capped !== undefined) countCapped(view, collection, -1, -encodeDocument(record.document).length);
}

const READ = statementOn((collection: CollectionEntry) => `SELECT doc FROM ${recordTable(collection)} WHERE rid = ?`);

/** The current document of a record, or undefined when it is gone. */
export function readRecord(view: View, collection: CollectionEntry, rid: number): Document | undefined {
  const row = view.connection.get(READ(collection), rid);
  return row === undefined ? undefined : new Document(blobOf(row[0]));
}

const DELETE_KEY = statementOn((index: IndexEntry) => `DELETE FROM ${indexTable(index)} WHERE k = ? AND rid = ?`);

function removeIndexKey(view: WriteView, index: IndexEntry, key: Buffer, rid: number): void {
  view.connection.run(DELETE_KEY(index), key, rid);
}

function noteMultikey(
  view: WriteView,
  collection: CollectionEntry,
  plans: readonly { readonly index: IndexEntry; readonly isMultikey: boolean }[],
): CollectionEntry {
  const fresh = new Set(
    plans.filter(({ index, isMultikey }) => isMultikey && !index.isMultikey).map(({ index }) => index.id),
  );
  if (fresh.size === 0) return collection;
  const indexes = collection.indexes.map((index) => (fresh.has(index.id) ? markMultikey(view, index) : index));
  return replaceCollection(view, { ...collection, indexes });
}
