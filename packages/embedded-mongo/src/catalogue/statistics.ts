import type { Literal } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import { integerOf } from '../store/connection.ts';
import type { View } from './catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from './entries.ts';

/** How many documents a collection holds and the bytes they take. */
export interface Measure {
  readonly count: number;
  readonly size: number;
}

/** The number of documents and the bytes they take. */
export function measure(view: View, collection: CollectionEntry): Measure {
  const row = view.connection.get(`SELECT count(*), coalesce(sum(length(doc)), 0) FROM ${recordTable(collection)}`);
  return { count: integerOf(row?.[0]), size: integerOf(row?.[1]) };
}

/** The bytes the keys of an index take. */
export function indexSize(view: View, index: IndexEntry): number {
  return integerOf(view.connection.get(`SELECT coalesce(sum(length(k)), 0) FROM ${indexTable(index)}`)?.[0]);
}

/** What collStats and `$collStats` tell of a collection; sizes are in units of `scale` bytes, rounded down. */
export function storageStatistics(
  view: View,
  collection: CollectionEntry,
  scale: number,
): { readonly [name: string]: Literal } {
  const { count, size } = measure(view, collection);
  const sizes = collection.indexes.map((index): [string, number] => [index.name, indexSize(view, index)]);
  const scaled = (bytes: number): number => Math.floor(bytes / scale);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  const { capped } = collection;
  return {
    size: scaled(size),
    count,
    avgObjSize: count === 0 ? 0 : Math.floor(size / count),
    numOrphanDocs: 0,
    storageSize: scaled(size),
    freeStorageSize: 0,
    capped: capped !== undefined,
    max: capped === undefined ? undefined : (capped.documents ?? 0),
    maxSize: capped === undefined ? undefined : scaled(capped.bytes),
    nindexes: collection.indexes.length,
    indexBuilds: [],
    totalIndexSize: scaled(total),
    totalSize: scaled(size + total),
    indexSizes: new Document(new Map<string, Value>(sizes.map(([name, bytes]) => [name, BigInt(scaled(bytes))]))),
    scaleFactor: scale,
  };
}
