import type { Document } from '../bson/document.ts';
import type { Filter } from '../query/filter.ts';

/** One field of an index key. */
export interface IndexField {
  readonly path: string;
  readonly segments: readonly string[];
  readonly isDescending: boolean;
}

/** An index as parsed from its specification. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly isUnique: boolean;
  readonly isSparse: boolean;
  readonly partialFilter: Filter | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** The specification as listIndexes returns it. */
  readonly document: Document;
}

/** An index of a collection. Entries are immutable, so that a rolled-back catalogue is the old object. */
export interface IndexEntry extends IndexSpec {
  readonly id: number;
  /** Whether any document ever had an array on an indexed path. */
  readonly isMultikey: boolean;
}

/** A collection with its indexes, `_id_` first. */
export interface CollectionEntry {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly namespace: string;
  readonly uuid: Buffer;
  readonly options: Document;
  readonly indexes: readonly IndexEntry[];
}

/** All collections by namespace. */
export type Catalogue = ReadonlyMap<string, CollectionEntry>;

/** The SQLite table holding a collection's records. */
export function recordTable(collection: CollectionEntry): string {
  return `r_${String(collection.id)}`;
}

/** The SQLite table holding an index's entries. */
export function indexTable(index: IndexEntry): string {
  return `i_${String(index.id)}`;
}
