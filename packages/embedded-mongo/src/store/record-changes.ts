import { Document } from '../bson/document.ts';
import { refusesSame, type CollectionEntry, type IndexEntry } from '../catalogue/entries.ts';
import { indexKeysOf, type IndexKey } from '../catalogue/index-keys.ts';

/** What became of one record: its bytes before and after, undefined where it did not exist. */
export interface RecordChange {
  readonly collection: CollectionEntry;
  readonly rid: number;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

/** The keys a write adds to an index. */
export interface AddedKeys {
  readonly index: IndexEntry;
  readonly keys: readonly IndexKey[];
}

/** Changes of records since some moment: for each record how it was then, and how it is now. */
export interface RecordChanges extends Iterable<RecordChange> {
  /** Adds a later change. */
  add(change: RecordChange): void;
  /** Keeps nothing from here on, as with too many changes. */
  giveUp(): void;
  /** How many records there are. */
  size(): number;
  isEmpty(): boolean;
  /** Whether there were more changes than are kept; then none of them is. */
  isTooMuch(): boolean;
  /** Whether this record has existed from the first and was changed. */
  touches(collection: CollectionEntry, rid: number): boolean;
  /** Whether this record is new. Another one may have the same id where these changes cannot be seen. */
  made(collection: CollectionEntry, rid: number): boolean;
  /** Whether one of the records, as it is now, has one of these keys of a unique index. */
  holds(collection: CollectionEntry, added: AddedKeys): boolean;
}

/** They are kept in memory, twice as it were: as they were and as they are. */
export const MAX_CHANGED_BYTES = 16 * 1024 * 1024;
const MAX_RECORDS = 20_000;

/** Creates an empty set of changes. */
export function createRecordChanges(): RecordChanges {
  const changes = new Map<string, RecordChange>();
  /** The unique keys of the records by index, each made when it is first asked for. */
  const keys = new Map<number, ReadonlySet<string>>();
  let bytes = 0;
  let isTooMuch = false;

  const keysOf = (collection: CollectionEntry, index: IndexEntry): ReadonlySet<string> => {
    const known = keys.get(index.id);
    if (known !== undefined) return known;
    const made = new Set<string>();
    for (const change of changes.values()) {
      if (change.after === undefined || change.collection.id !== collection.id) continue;
      for (const key of indexKeysOf(index, new Document(change.after)).keys) made.add(key.bytes.toString('latin1'));
    }
    keys.set(index.id, made);
    return made;
  };

  const giveUp = (): void => {
    isTooMuch = true;
    changes.clear();
    keys.clear();
  };

  return {
    giveUp,
    add: (change) => {
      if (isTooMuch) return;
      const id = idOf(change.collection, change.rid);
      const earlier = changes.get(id);
      const before = earlier === undefined ? change.before : earlier.before;
      if (earlier === undefined) bytes += lengthOf(change.before) + lengthOf(change.after);
      else bytes += lengthOf(change.after) - lengthOf(earlier.after);
      if (before === undefined && change.after === undefined) changes.delete(id);
      else changes.set(id, { ...change, before });
      keys.clear();
      if (bytes > MAX_CHANGED_BYTES || changes.size > MAX_RECORDS) giveUp();
    },
    size: () => changes.size,
    isEmpty: () => changes.size === 0 && !isTooMuch,
    isTooMuch: () => isTooMuch,
    touches: (collection, rid) => changes.get(idOf(collection, rid))?.before !== undefined,
    made: (collection, rid) => {
      const change = changes.get(idOf(collection, rid));
      return change !== undefined && change.before === undefined;
    },
    holds: (collection, { index, keys: added }) => {
      if (changes.size === 0 || !refusesSame(index)) return false;
      const held = keysOf(collection, index);
      return added.some((key) => held.has(key.bytes.toString('latin1')));
    },
    [Symbol.iterator]: () => changes.values(),
  };
}

function idOf(collection: CollectionEntry, rid: number): string {
  return `${String(collection.id)}:${String(rid)}`;
}

function lengthOf(bytes: Buffer | undefined): number {
  return bytes?.length ?? 0;
}
