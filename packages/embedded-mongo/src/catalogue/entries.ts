import type { Collation } from '../bson/collation.ts';
import type { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import type { TextOptions } from '../text/text-index.ts';
import type { Validator } from './validator.ts';

/** The collection of a database that its profiler writes to, and nobody else. */
export const PROFILE = 'system.profile';

/** One field of an index key. */
export interface IndexField {
  readonly path: string;
  readonly segments: readonly string[];
  readonly isDescending: boolean;
  /** What texts are ordered by; all fields of an index or a sort have the same. */
  readonly collation: Collation | undefined;
}

/** An index as parsed from its specification. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly isUnique: boolean;
  /** Whether new duplicates are refused although the index may still hold old ones (`prepareUnique`). */
  readonly refusesDuplicates: boolean;
  readonly isSparse: boolean;
  /** Whether the planner leaves it alone; it is kept up all the same. */
  readonly isHidden: boolean;
  readonly partialFilter: Filter | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** Set for a text index, whose keys are the terms of the texts it covers. */
  readonly text?: TextOptions | undefined;
  /** The specification as listIndexes returns it. */
  readonly document: Document;
}

/** An index of a collection. Entries are immutable, so that a rolled-back catalogue is the old object. */
export interface IndexEntry extends IndexSpec {
  readonly id: number;
  /** Whether any document ever had an array on an indexed path. */
  readonly isMultikey: boolean;
}

/** Whether an index refuses a key that another document has already. */
export function refusesSame({ isUnique, refusesDuplicates }: IndexSpec): boolean {
  return isUnique || refusesDuplicates;
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
  /** What operations and indexes that name no collation use. */
  readonly collation: Collation | undefined;
  /** What documents must satisfy to be written; undefined when nothing is checked. */
  readonly validator: Validator | undefined;
  /** The most a capped collection holds: bytes, and documents when limited. */
  readonly capped: CappedLimits | undefined;
}

/** How large a capped collection may get; the oldest documents go when it would grow beyond. */
export interface CappedLimits {
  readonly bytes: number;
  readonly documents: number | undefined;
}

/** A view: a stored pipeline over a collection or another view of its database. It has neither records nor indexes. */
export interface ViewEntry {
  readonly database: string;
  readonly name: string;
  readonly namespace: string;
  readonly viewOn: string;
  readonly pipeline: readonly Value[];
  readonly options: Document;
}

/** All collections by namespace, and apart from them the views, so that no code can take a view for a collection. */
export interface Catalogue extends ReadonlyMap<string, CollectionEntry> {
  readonly views: ReadonlyMap<string, ViewEntry>;
}

/** A catalogue of collections and views. */
export function catalogueOf(
  collections: Iterable<readonly [string, CollectionEntry]>,
  views: ReadonlyMap<string, ViewEntry>,
): Catalogue {
  return Object.assign(new Map(collections), { views });
}

/** The SQLite table holding a collection's records. */
export function recordTable(collection: CollectionEntry): string {
  return `r_${String(collection.id)}`;
}

/** The SQLite table with the one row that counts the documents and bytes of a capped collection. */
export function cappedTable(collection: CollectionEntry): string {
  return `c_${String(collection.id)}`;
}

/** The SQLite table holding an index's entries. */
export function indexTable(index: IndexEntry): string {
  return `i_${String(index.id)}`;
}
