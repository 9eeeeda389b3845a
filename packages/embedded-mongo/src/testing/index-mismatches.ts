import { Document } from '../bson/document.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry } from '../catalogue/entries.ts';
import { indexKeysOf } from '../catalogue/index-keys.ts';
import { blobOf, integerOf } from '../store/connection.ts';
import type { StoredRecord } from '../store/records.ts';

/** All records of a collection, read without any index. */
export function allRecords(view: View, collection: CollectionEntry): StoredRecord[] {
  const rows = view.connection.all(`SELECT rid, doc FROM ${recordTable(collection)} ORDER BY rid`);
  return rows.map(([rid, bytes]) => ({ rid: integerOf(rid), document: new Document(blobOf(bytes)) }));
}

/** The index entries a collection should have but has not, and those it has but should not have. */
export function indexMismatches(view: View, collection: CollectionEntry): string[] {
  const records = allRecords(view, collection);
  return collection.indexes.flatMap((index) => {
    const name = (key: Buffer, rid: number) => `${index.name} ${key.toString('hex')} ${String(rid)}`;
    const expected = new Set(
      records.flatMap(({ rid, document }) => indexKeysOf(index, document).keys.map((key) => name(key.bytes, rid))),
    );
    const rows = view.connection.all(`SELECT k, rid FROM ${indexTable(index)}`);
    const actual = new Set(rows.map(([key, rid]) => name(blobOf(key), integerOf(rid))));
    return [
      ...[...expected].filter((entry) => !actual.has(entry)),
      ...[...actual].filter((entry) => !expected.has(entry)),
    ];
  });
}
