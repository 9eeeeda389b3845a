import type { CatalogueState, WriteView } from '../catalogue/catalogue-state.ts';
import { definesSame } from '../catalogue/compare-definitions.ts';
import { landTransaction, showSnapshot } from './apply-changes.ts';
import { atomically } from './atomically.ts';
import type { RecordChange } from './record-changes.ts';
import { colliding, writeConflict } from './write-conflict.ts';
import type { TrackedTransaction, WriteTracker } from './write-tracker.ts';

/** The sole use of the writer by one multi-document transaction, until `commit` or `abort`. */
export interface ExclusiveWrite {
  readonly transaction: TrackedTransaction;
  /** What the transaction sees: its snapshot and what it has written. Throws as `run` does when that cannot be made. */
  readonly view: WriteView;
  /**
   * Runs work inside the transaction; if it throws, what it wrote is undone and the transaction goes on. Throws
   * WriteConflict when the work collides with what others have written since the snapshot.
   */
  run<T>(work: (view: WriteView) => T): T;
  /** Commits what the transaction has written, whatever others have written meanwhile, and some last work with it. */
  commit(last?: (view: WriteView) => void): void;
  /** Lets the writer go. The transaction may come back by `acquire`, if `mayStepAside` said so. */
  abort(): void;
  /** Whether what it has written is kept, so that it can let the writer go for a while. */
  mayStepAside(): boolean;
  /** Calls back when others have waited for the writer for a moment. */
  whenWanted(giveWay: () => void): void;
}

/** The store's writer, in whose SQLite transaction an exclusive write begins. */
interface Writer {
  readonly state: CatalogueState;
  readonly tracker: WriteTracker;
  /** Begins a SQLite transaction. */
  begin(transaction: TrackedTransaction): void;
  /** Commits it; with the changes as they were made, if those of the transaction were made anew. */
  commit(landed: readonly RecordChange[] | undefined): void;
  rollback(): void;
  /** To be called when the writer is free. */
  release(): void;
  /** Takes the callback for when others wait. */
  whenWanted(giveWay: () => void): void;
  /** Told when the transaction has written too much to step aside. */
  onSettled(): void;
}

/** Gives the writer, which has just begun, to a new transaction or to one that comes back. */
export function createExclusiveWrite(writer: Writer, known: TrackedTransaction | undefined): ExclusiveWrite {
  const { state, tracker } = writer;
  const transaction = known ?? tracker.open(state.reading.catalogue());
  tracker.begin(transaction);
  let isOpen = true;
  /** The definitions it found; undefined while the store is not yet as the transaction sees it. */
  let found = known === undefined ? state.writing.catalogue() : undefined;

  const finish = (end: () => void): void => {
    if (!isOpen) return;
    isOpen = false;
    try {
      end();
    } finally {
      writer.release();
    }
  };
  const view = (): WriteView => {
    if (found !== undefined) return state.writing;
    showSnapshot(state.writing, transaction);
    found = state.writing.catalogue();
    return state.writing;
  };
  const isMovable = (): boolean =>
    !transaction.own.isTooMuch() && (found === undefined || definesSame(found, state.writing.catalogue()));
  /** Brings what was written on the snapshot to the present, unless that is the same. */
  const land = (): readonly RecordChange[] | undefined => {
    if (found !== undefined && transaction.foreign.isEmpty()) return undefined;
    if (found !== undefined) {
      writer.rollback();
      writer.begin(transaction);
    }
    return landTransaction(state.writing, transaction);
  };

  return {
    transaction,
    get view() {
      return view();
    },
    run: (work) => {
      const result = colliding(() => atomically(view(), tracker, work));
      tracker.keep();
      if (transaction.own.isTooMuch()) writer.onSettled();
      // Written on a past state of the store, it could not be taken to the present one.
      if (!transaction.foreign.isEmpty() && !isMovable()) throw writeConflict();
      return result;
    },
    commit: (last) =>
      finish(() => {
        let landed: readonly RecordChange[] | undefined;
        try {
          landed = land();
          last?.(state.writing);
        } catch (error) {
          writer.rollback();
          throw error;
        }
        writer.commit(landed);
      }),
    abort: () => finish(() => writer.rollback()),
    mayStepAside: () => isOpen && isMovable(),
    whenWanted: (giveWay) => {
      if (isOpen) writer.whenWanted(giveWay);
    },
  };
}
