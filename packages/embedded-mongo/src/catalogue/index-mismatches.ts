import { Document } from '../bson/document.ts';
import { blobOf, integerOf, LIMIT } from '../store/connection.ts';
import type { View } from './catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from './entries.ts';
import { indexKeysOf } from './index-keys.ts';

/** What comparing an index with the records found. */
export interface IndexCheck {
  /** How many entries the index has. */
  readonly entries: number;
  /** The entries it should have but has not, and those it has but should not have, as text. */
  readonly mismatches: readonly string[];
}

const CHUNK = 500;

/** Compares an index with the records of its collection, reading both once and keeping neither in memory. */
export function checkIndex(view: View, collection: CollectionEntry, index: IndexEntry): IndexCheck {
  const mismatches: string[] = [];
  const table = indexTable(index);
  const entries = integerOf(view.connection.get(`SELECT count(*) FROM ${table}`)?.[0]);
  let last = -1;
  for (;;) {
    const sql = `SELECT rid, doc FROM ${recordTable(collection)} WHERE rid > ? ORDER BY rid ${LIMIT}`;
    const rows = view.connection.all(sql, last, CHUNK);
    for (const [rid, bytes] of rows) {
      last = integerOf(rid);
      mismatches.push(...compare(view, index, last, new Document(blobOf(bytes))));
    }
    if (rows.length < CHUNK) break;
  }
  for (const [key, rid] of orphans(view, collection, index)) mismatches.push(name(index, key, rid));
  return { entries, mismatches };
}

function name(index: IndexEntry, key: Buffer, rid: number): string {
  return `${index.name} ${key.toString('hex')} ${String(rid)}`;
}

/** The difference between the entries of one record and its keys. The index is ordered by key, so keys are looked up. */
function compare(view: View, index: IndexEntry, rid: number, document: Document): readonly string[] {
  const table = indexTable(index);
  return indexKeysOf(index, document)
    .keys.filter((key) => {
      const row = view.connection.get(`SELECT 1 FROM ${table} WHERE k = ? AND rid = ?`, key.bytes, rid);
      return row === undefined;
    })
    .map((key) => name(index, key.bytes, rid));
}

/** The entries whose record is gone or has no such key. */
function* orphans(
  view: View,
  collection: CollectionEntry,
  index: IndexEntry,
): Generator<readonly [key: Buffer, rid: number]> {
  const from = `FROM ${indexTable(index)} i LEFT JOIN ${recordTable(collection)} r ON r.rid = i.rid`;
  let position: readonly [key: Buffer, rid: number] = [Buffer.alloc(0), -1];
  for (;;) {
    const sql = `SELECT i.k, i.rid, r.doc ${from} WHERE (i.k, i.rid) > (?, ?) ORDER BY i.k, i.rid ${LIMIT}`;
    const rows = view.connection.all(sql, position[0], position[1], CHUNK);
    for (const [k, rid, bytes] of rows) {
      position = [blobOf(k), integerOf(rid)];
      const [key] = position;
      const document = bytes === null || bytes === undefined ? undefined : new Document(blobOf(bytes));
      const keys = document === undefined ? [] : indexKeysOf(index, document).keys;
      if (!keys.some((other) => other.bytes.equals(key))) yield position;
    }
    if (rows.length < CHUNK) return;
  }
}
