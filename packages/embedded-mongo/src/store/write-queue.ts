import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogueState, WriteView } from '../catalogue/catalogue-state.ts';
import { CommandError } from '../server/command-error.ts';
import { timeExpired } from '../server/time-expired.ts';
import { atomically } from './atomically.ts';
import { createExclusiveWrite, type ExclusiveWrite } from './exclusive-write.ts';
import type { RecordChange } from './record-changes.ts';
import { writeConflict } from './write-conflict.ts';
import { createWriteTracker, RecordConflict, type TrackedTransaction, type WriteTracker } from './write-tracker.ts';

/** All writes of the store, one after another. */
export interface WriteQueue {
  /**
   * Runs work in the group of this event-loop turn. Resolves only after the group is committed; rejects with the
   * work's own error, which undoes that work alone, or with the commit's, which undoes the group. Work that collides
   * with what an open transaction has written is run again when that has ended. It begins within so many milliseconds,
   * if a limit is given, or fails with MaxTimeMSExpired.
   */
  run<T>(work: (view: WriteView) => T, milliseconds?: number): Promise<T>;
  /**
   * Waits for the writer, at most so long, and holds it across event-loop turns: for a new transaction, or for one that
   * had stepped aside.
   */
  acquire(milliseconds?: number, transaction?: TrackedTransaction): Promise<ExclusiveWrite>;
  /** Commits whatever is pending. */
  flush(): void;
}

/** How long a write waits for a transaction that holds the writer. */
const PARK_MILLISECONDS = 3_000;
/** How long it waits before it asks for the writer: a transaction that will write mostly does so by then. */
const ASK_MILLISECONDS = 5;
/** How long a write waits for transactions that have written the same: none lives longer. */
const CONFLICT_MILLISECONDS = 60_000;

interface Waiting {
  readonly start: () => void;
  readonly timers: readonly NodeJS.Timeout[];
}

/** What else belongs to every commit. */
export interface CommitHooks {
  /** Runs as the last part of a transaction; if it throws, nothing is committed. */
  readonly beforeCommit?: () => void;
  readonly afterCommit?: () => void;
  /** Told when a transaction has written too much to step aside. */
  readonly onSettled?: () => void;
}

/** Creates the queue in front of the store's only writing connection. */
export function createWriteQueue(
  state: CatalogueState,
  tracker: WriteTracker = createWriteTracker(),
  hooks: CommitHooks = {},
): WriteQueue {
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

  const begin = (transaction: TrackedTransaction | undefined): void => {
    connection.run('BEGIN IMMEDIATE');
    tracker.begin(transaction);
  };

  const rollback = (): void => {
    state.rollback();
    tracker.discarded();
    if (connection.isInTransaction()) connection.run('ROLLBACK');
  };

  const commit = (landed?: readonly RecordChange[]): void => {
    try {
      if (!connection.isInTransaction())
        throw lost ?? new CommandError('InternalError', 'the store rolled the transaction back');
      hooks.beforeCommit?.();
      connection.run('COMMIT');
    } catch (error) {
      rollback();
      throw error;
    }
    state.commit();
    tracker.committed(landed);
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

  /** The first of a group needs no savepoint: when it fails, there is nothing else to keep. */
  const beginGroup = <T>(
    work: (view: WriteView) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void => {
    try {
      begin(undefined);
      lost = undefined;
      const result = work(state.writing);
      group = [{ succeed: () => resolve(result), fail: reject }];
      setImmediate(flush);
    } catch (error) {
      rollback();
      reject(error);
    }
  };

  const joinGroup = <T>(
    work: (view: WriteView) => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void => {
    if (group === undefined) {
      beginGroup(work, resolve, reject);
      return;
    }
    try {
      // A savepoint outside a transaction would commit by itself what the rest of the group fails with.
      if (!connection.isInTransaction()) throw lost;
      const result = atomically(state.writing, tracker, work);
      group.push({ succeed: () => resolve(result), fail: reject });
    } catch (error) {
      if (!connection.isInTransaction()) lost = error;
      group.push({ succeed: () => reject(error), fail: () => reject(error) });
    }
  };

  const hold = (known: TrackedTransaction | undefined): ExclusiveWrite => {
    flush();
    connection.run('BEGIN IMMEDIATE');
    isHeld = true;
    return createExclusiveWrite(
      {
        state,
        tracker,
        begin,
        commit,
        rollback,
        release,
        whenWanted: (giveWay) => {
          askHolder = giveWay;
          // Those who wait already have asked the holder before.
          if (waiting.length > 0) setTimeout(() => askHolder === giveWay && giveWay(), ASK_MILLISECONDS);
        },
        onSettled: () => hooks.onSettled?.(),
      },
      known,
    );
  };

  return {
    run: (work, milliseconds) =>
      new Promise((resolve, reject) => {
        const end = performance.now() + (milliseconds ?? CONFLICT_MILLISECONDS);
        const tooLate = milliseconds === undefined ? lockTimeout : timeExpired;
        const attempt = (): void => {
          const left = Math.ceil(end - performance.now());
          const onTimeout = (): void => reject(left < PARK_MILLISECONDS ? tooLate() : lockTimeout());
          whenFree(() => joinGroup(work, resolve, refused), onTimeout, Math.min(PARK_MILLISECONDS, left));
        };
        const refused = (reason: unknown): void => {
          if (!(reason instanceof RecordConflict)) reject(reason);
          else attemptAfter(reason.over).catch(reject);
        };
        const attemptAfter = async (over: Promise<void>): Promise<void> => {
          const left = Math.ceil(end - performance.now());
          if (left <= 0) throw tooLate();
          await soonest(over, left);
          attempt();
        };
        attempt();
      }),
    acquire: (milliseconds, transaction) =>
      new Promise((resolve, reject) => {
        const start = (): void => {
          try {
            resolve(hold(transaction));
          } catch (error) {
            reject(error);
          }
        };
        const onTimeout = (): void => reject(writeConflict('Another transaction holds the write lock'));
        whenFree(start, onTimeout, milliseconds);
      }),
    flush,
  };
}

/** Resolves with a promise, or after so many milliseconds. */
async function soonest(promise: Promise<void>, milliseconds: number): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  await Promise.race([promise, delay(milliseconds, undefined, { signal }).catch(() => undefined)]);
  ending.abort();
}

function lockTimeout(): CommandError {
  return new CommandError('LockTimeout', 'Unable to acquire the write lock: a transaction holds it');
}
