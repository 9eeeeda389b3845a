import type { CatalogueState, WriteView } from '../catalogue/catalogue-state.ts';
import { CommandError } from '../server/command-error.ts';

/** The sole use of the writer by one multi-document transaction, until `commit` or `abort`. */
export interface ExclusiveWrite {
  readonly view: WriteView;
  /** Runs work inside the transaction; if it throws, what it wrote is undone and the transaction goes on. */
  run<T>(work: (view: WriteView) => T): T;
  commit(): void;
  abort(): void;
  /** Calls back when others have waited for the writer for a moment; whoever has written nothing may then let it go. */
  whenWanted(giveWay: () => void): void;
}

/** All writes of the store, one after another. */
export interface WriteQueue {
  /**
   * Runs work in the group of this event-loop turn. Resolves only after the group is committed; rejects with the
   * work's own error, which undoes that work alone, or with the commit's, which undoes the group.
   */
  run<T>(work: (view: WriteView) => T): Promise<T>;
  /** Waits for the writer, at most so long, and holds it across event-loop turns. */
  acquire(milliseconds?: number): Promise<ExclusiveWrite>;
  /** Commits whatever is pending. */
  flush(): void;
}

/** How long a write waits for a transaction that holds the writer. */
const PARK_MILLISECONDS = 3_000;
/** How long it waits before it asks for the writer: a transaction that will write mostly does so by then. */
const ASK_MILLISECONDS = 50;

interface Waiting {
  readonly start: () => void;
  readonly timers: readonly NodeJS.Timeout[];
}

/** What else belongs to every commit. */
export interface CommitHooks {
  /** Runs as the last part of a transaction; if it throws, nothing is committed. */
  readonly beforeCommit?: () => void;
  readonly afterCommit?: () => void;
}

/** Creates the queue in front of the store's only writing connection. */
export function createWriteQueue(state: CatalogueState, hooks: CommitHooks = {}): WriteQueue {
  const { connection } = state.writing;
  const waiting: Waiting[] = [];
  let group: { succeed: () => void; fail: (error: unknown) => void }[] | undefined;
  let isHeld = false;
  let askHolder: (() => void) | undefined;
  /** Why SQLite rolled the open transaction back by itself, as it does when the disk is full. */
  let lost: unknown;

  const whenFree = (start: () => void, onTimeout: () => void, milliseconds = PARK_MILLISECONDS): void => {
    if (!isHeld && waiting.length === 0) {
      start();
      return;
    }
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(entry), 1);
      onTimeout();
    }, milliseconds);
    const asking = setTimeout(() => askHolder?.(), ASK_MILLISECONDS);
    const entry: Waiting = { start, timers: [timer, asking] };
    waiting.push(entry);
  };

  const release = (): void => {
    isHeld = false;
    askHolder = undefined;
    for (let next = waiting.shift(); next !== undefined; next = isHeld ? undefined : waiting.shift()) {
      for (const timer of next.timers) clearTimeout(timer);
      next.start();
    }
  };

  const rollback = (): void => {
    state.rollback();
    if (connection.isInTransaction()) connection.run('ROLLBACK');
  };

  const commit = (): void => {
    try {
      if (!connection.isInTransaction())
        throw lost ?? new CommandError('InternalError', 'the store rolled the transaction back');
      hooks.beforeCommit?.();
      connection.run('COMMIT');
      state.commit();
    } catch (error) {
      rollback();
      throw error;
    }
    hooks.afterCommit?.();
  };

  const flush = (): void => {
    const members = group;
    if (members === undefined) return;
    group = undefined;
    try {
      commit();
    } catch (error) {
      for (const member of members) member.fail(error);
      return;
    }
    for (const member of members) member.succeed();
  };

  const joinGroup = <T>(
    work: (view: WriteView) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void => {
    try {
      if (group === undefined) {
        connection.run('BEGIN IMMEDIATE');
        lost = undefined;
        group = [];
        setImmediate(flush);
      }
      // A savepoint outside a transaction would commit by itself what the rest of the group fails with.
      if (!connection.isInTransaction()) throw lost;
      const result = atomically(state.writing, work);
      group.push({ succeed: () => resolve(result), fail: reject });
    } catch (error) {
      if (!connection.isInTransaction()) lost = error;
      if (group === undefined) reject(error);
      else group.push({ succeed: () => reject(error), fail: () => reject(error) });
    }
  };

  const hold = (): ExclusiveWrite => {
    flush();
    connection.run('BEGIN IMMEDIATE');
    isHeld = true;
    let isOpen = true;
    const finish = (end: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      try {
        end();
      } finally {
        release();
      }
    };
    return {
      view: state.writing,
      run: (work) => atomically(state.writing, work),
      commit: () => finish(commit),
      abort: () => finish(rollback),
      whenWanted: (giveWay) => {
        if (isOpen) askHolder = giveWay;
      },
    };
  };

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        whenFree(
          () => joinGroup(work, resolve, reject),
          () => reject(new CommandError('LockTimeout', 'Unable to acquire the write lock: a transaction holds it')),
        );
      }),
    acquire: (milliseconds) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          try {
            resolve(hold());
          } catch (error) {
            reject(error);
          }
        };
        const onTimeout = (): void => {
          const labels = ['TransientTransactionError'];
          reject(new CommandError('WriteConflict', 'Another transaction holds the write lock', { labels }));
        };
        whenFree(start, onTimeout, milliseconds);
      }),
    flush,
  };
}

/** Runs work under a savepoint: if it throws, its writes and catalogue changes are undone. */
function atomically<T>(view: WriteView, work: (view: WriteView) => T): T {
  const before = view.catalogue();
  view.connection.run('SAVEPOINT work');
  try {
    const result = work(view);
    view.connection.run('RELEASE work');
    return result;
  } catch (error) {
    view.setCatalogue(before);
    // Some failures, such as a full disk, make SQLite roll the whole transaction back by itself.
    if (view.connection.isInTransaction()) {
      view.connection.run('ROLLBACK TO work');
      view.connection.run('RELEASE work');
    }
    throw error;
  }
}
