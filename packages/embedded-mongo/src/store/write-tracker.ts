import type { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import type { Catalogue, CollectionEntry } from '../catalogue/entries.ts';
import {
  createRecordChanges,
  MAX_CHANGED_BYTES,
  type AddedKeys,
  type RecordChange,
  type RecordChanges,
} from './record-changes.ts';

/** Stands beside the writer: told of every record that is written, and asked whether it may be. */
export interface RecordWatch {
  /**
   * To be called before a record is written, with its id if it exists already and the keys it gets; throws
   * RecordConflict when another open transaction has changed it, or has taken such a key of a unique index.
   */
  check(collection: CollectionEntry, rid: number | undefined, added: readonly AddedKeys[]): void;
  /** To be called after a record was written. */
  note(collection: CollectionEntry, rid: number, before: Document | undefined, after: Document | undefined): void;
}

/** An open transaction as those who write beside it must know it. */
export interface TrackedTransaction {
  /** The definitions of its snapshot. */
  readonly catalogue: Catalogue;
  /** What it has changed itself. */
  readonly own: RecordChanges;
  /** What others have committed since its snapshot. */
  readonly foreign: RecordChanges;
  /** Resolves when it has ended. */
  readonly over: Promise<void>;
  end(): void;
}

/** Knows what the writer has written since it began, and tells the open transactions what was committed beside them. */
export interface WriteTracker extends RecordWatch {
  /** Adds a transaction, whose snapshot is the present. */
  open(catalogue: Catalogue): TrackedTransaction;
  /** Says for whom the writer begins: a transaction, or writes outside of any. */
  begin(writer: TrackedTransaction | undefined): void;
  /** How much was noted since the writer began, to go back there. */
  mark(): number;
  backTo(mark: number): void;
  /** Gives what was noted to the transaction that writes. */
  keep(): void;
  /**
   * Tells the other open transactions what was written; to be called after the commit, with the changes as they were
   * made if those of the transaction were made anew.
   */
  committed(landed?: readonly RecordChange[]): void;
  /** Forgets what was noted; to be called when the writer was rolled back. */
  discarded(): void;
}

/** Somebody wants to write what an open transaction has written already; nothing of the work was kept. */
export class RecordConflict extends Error {
  override readonly name = 'RecordConflict';
  /** Resolves when the other transaction has ended. */
  readonly over: Promise<void>;

  constructor(over: Promise<void>) {
    super('another open transaction has written the record');
    this.over = over;
  }
}

const OVER = Promise.resolve();

/** Creates the tracker of a store. */
export function createWriteTracker(): WriteTracker {
  const open = new Set<TrackedTransaction>();
  let writer: TrackedTransaction | undefined;
  let noted: RecordChange[] = [];
  let notedBytes = 0;

  const begin = (next: TrackedTransaction | undefined): void => {
    writer = next;
    noted = [];
    notedBytes = 0;
  };
  const giveTo = (changes: RecordChanges): void => {
    if (notedBytes > MAX_CHANGED_BYTES) changes.giveUp();
    for (const change of noted) changes.add(change);
  };

  return {
    open: (catalogue) => {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const transaction: TrackedTransaction = {
        catalogue,
        own: createRecordChanges(),
        foreign: createRecordChanges(),
        over,
        end: () => {
          open.delete(transaction);
          resolve();
        },
      };
      open.add(transaction);
      return transaction;
    },
    begin,
    check: (collection, rid, added) => {
      // What a transaction has made nobody else can have written, whatever has the same id for them.
      const known = rid !== undefined && writer?.own.made(collection, rid) === true ? undefined : rid;
      if (writer !== undefined) refuse(writer.foreign, collection, known, added, OVER);
      for (const other of open) if (other !== writer) refuse(other.own, collection, known, added, other.over);
    },
    note: (collection, rid, before, after) => {
      if (open.size === 0 || notedBytes > MAX_CHANGED_BYTES || writer?.own.isTooMuch() === true) return;
      const change: RecordChange = { collection, rid, before: copyOf(before), after: copyOf(after) };
      notedBytes += (change.before?.length ?? 0) + (change.after?.length ?? 0);
      if (notedBytes > MAX_CHANGED_BYTES) noted = [];
      else noted.push(change);
    },
    mark: () => noted.length,
    backTo: (mark) => {
      noted.length = Math.min(mark, noted.length);
    },
    keep: () => {
      if (writer === undefined) return;
      giveTo(writer.own);
      begin(writer);
    },
    committed: (landed) => {
      for (const other of open) {
        if (other === writer) continue;
        if (writer === undefined) giveTo(other.foreign);
        else if (writer.own.isTooMuch()) other.foreign.giveUp();
        else for (const change of landed ?? writer.own) other.foreign.add(change);
      }
      begin(undefined);
    },
    discarded: () => begin(undefined),
  };
}

function refuse(
  changes: RecordChanges,
  collection: CollectionEntry,
  rid: number | undefined,
  added: readonly AddedKeys[],
  over: Promise<void>,
): void {
  if (changes.isEmpty()) return;
  const isTouched = rid !== undefined && changes.touches(collection, rid);
  if (isTouched || added.some((keys) => changes.holds(collection, keys))) throw new RecordConflict(over);
}

/** What is noted outlives the message or the chunk it was read from. */
function copyOf(document: Document | undefined): Buffer | undefined {
  return document === undefined ? undefined : Buffer.from(encodeDocument(document));
}
