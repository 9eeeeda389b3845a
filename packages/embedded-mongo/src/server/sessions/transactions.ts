import type { View } from '../../catalogue/catalogue-state.ts';
import type { ChangeLog, TransactionEvents } from '../../changes/change-log.ts';
import type { ExclusiveWrite } from '../../store/exclusive-write.ts';
import type { WriteQueue } from '../../store/write-queue.ts';
import type { TrackedTransaction, WriteTracker } from '../../store/write-tracker.ts';
import { CommandError, ERROR_CODES } from '../command-error.ts';
import type { Retries } from './retries.ts';
import type { Session } from './sessions.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';
import type { TransactionTerms } from './transaction-terms.ts';

/** A multi-document transaction in progress. */
export interface OpenTransaction {
  readonly kind: 'open';
  readonly number: bigint;
  readonly terms: TransactionTerms;
  readonly tracked: TrackedTransaction;
  readonly events: TransactionEvents;
  /** The writer; undefined while the transaction has stepped aside for others. */
  write: ExclusiveWrite | undefined;
  /**
   * A still picture of its snapshot to read from without the writer, for as long as it has written nothing. It is held
   * until the transaction ends, as cursors read from it even afterwards.
   */
  picture: Snapshot | undefined;
  /** The connection that used it last; when that closes, the transaction ends unless another one goes on with it. */
  connectionId: number;
  /** Whether any statement was to write, so that the commit must be remembered. */
  hasWritten: boolean;
  /** When its last statement ended, in milliseconds of `performance.now()`. */
  usedAt: number;
  readonly timer: NodeJS.Timeout;
}

/** How a transaction begins. */
interface Beginning {
  readonly connectionId: number;
  /** Whether its first statement writes nothing. */
  readonly isReading: boolean;
  readonly terms: TransactionTerms;
}

/**
 * The life of transactions. One at a time has the writer; when others wait for it while its client is busy with other
 * things, it steps aside: what it has written is kept in memory, and is there again with its next statement.
 */
export interface Transactions {
  /** Starts one, in place of an open one of the session. */
  start(session: Session, number: bigint, beginning: Beginning): Promise<OpenTransaction>;
  /** What the statements of a transaction read from. */
  viewOf(session: Session, transaction: OpenTransaction): Promise<View>;
  /** The writer for a statement of a transaction. */
  writerOf(session: Session, transaction: OpenTransaction): Promise<ExclusiveWrite>;
  /** The open transaction of a number; throws as MongoDB does for one that is not there any more. */
  resume(session: Session, number: bigint, connectionId: number): OpenTransaction;
  /** Commits; a repetition succeeds, even after a restart. */
  commit(session: Session, number: bigint): Promise<void>;
  abort(session: Session, number: bigint): void;
  /** Aborts whatever is open, for a session that ends or fails. */
  abortOpen(session: Session): void;
  /** Aborts the transaction of a session whose connection was lost, unless another connection soon takes it up. */
  orphan(session: Session): void;
  /** Lets an open transaction live with another connection, which has named it. */
  adopt(session: Session, number: bigint, connectionId: number): void;
}

/** What transactions ask of their surroundings. */
interface Surroundings {
  readonly queue: WriteQueue;
  readonly tracker: WriteTracker;
  readonly log: Pick<ChangeLog, 'enter' | 'leave' | 'settle'>;
  readonly retries: Retries;
  readonly snapshots: Snapshots;
  /** Told when a transaction has ended. */
  readonly onEnd: (session: Session, number: bigint) => void;
  /** Whether cursors of a transaction are open. */
  readonly isRead: (session: Session, number: bigint) => boolean;
  readonly isConnected: (connectionId: number) => boolean;
}

/** MongoDB's `transactionLifetimeLimitSeconds`. */
const LIFETIME_MILLISECONDS = 60_000;
/** How long the driver of a lost connection has to go on by another: shorter than other writers wait for the writer. */
const ORPHAN_MILLISECONDS = 2_000;

/** How long a transaction that begins with a read waits for the writer before it reads without. */
const READER_MILLISECONDS = 50;
/** How long its client must have let a transaction rest before it steps aside: most send the next statement sooner. */
const REST_MILLISECONDS = 5;
/** And how much longer for each record that would have to be written again when it comes back, which takes about as long. */
const REST_MILLISECONDS_PER_RECORD = 0.01;

function noSuchTransaction(number: bigint, reason: string): CommandError {
  return new CommandError(
    'NoSuchTransaction',
    `Given transaction number ${String(number)} does not match any in-progress transactions. ${reason}`,
  );
}

/** Creates the transactions over the store's write queue. */
export function createTransactions(around: Surroundings): Transactions {
  const { queue, tracker, log, retries, snapshots } = around;

  const end = (session: Session, transaction: OpenTransaction, kind: 'committed' | 'aborted'): void => {
    clearTimeout(transaction.timer);
    session.latest = { kind, number: transaction.number };
    if (transaction.write !== undefined) log.leave();
    around.onEnd(session, transaction.number);
    snapshots.release(transaction.tracked);
    // First, as whoever waits for the writer begins as soon as that is free.
    transaction.tracked.end();
    transaction.write?.abort();
  };
  const abortOpen = (session: Session): void => {
    const transaction = openTransactionOf(session);
    if (transaction !== undefined) end(session, transaction, 'aborted');
  };

  /** Lets others write, if nothing comes from its client for a moment. */
  const giveWay = (session: Session, transaction: OpenTransaction, write: ExclusiveWrite): void => {
    if (session.latest !== transaction || transaction.write !== write || !write.mayStepAside()) return;
    const { own, foreign } = transaction.tracked;
    const rest = REST_MILLISECONDS + REST_MILLISECONDS_PER_RECORD * (own.size() + foreign.size());
    const left = rest - (performance.now() - transaction.usedAt);
    if (left > 0) {
      setTimeout(() => giveWay(session, transaction, write), Math.ceil(left)).unref();
      return;
    }
    // Open cursors read from the writer, where others write now, so that it comes back for them.
    if (around.isRead(session, transaction.number)) transaction.picture = undefined;
    else if (own.isEmpty() && foreign.isEmpty() && transaction.picture === undefined) {
      transaction.picture = snapshots.take(undefined);
      transaction.picture.holdFor(transaction.tracked);
    }
    transaction.write = undefined;
    log.leave();
    write.abort();
  };

  const receive = (session: Session, transaction: OpenTransaction, write: ExclusiveWrite): void => {
    transaction.write = write;
    transaction.usedAt = performance.now();
    log.enter(transaction.events);
    write.whenWanted(() => giveWay(session, transaction, write));
  };

  const comeBack = async (
    session: Session,
    transaction: OpenTransaction,
    milliseconds?: number,
  ): Promise<ExclusiveWrite> => {
    const write = await queue.acquire(milliseconds, transaction.tracked);
    if (session.latest !== transaction) {
      write.abort();
      throw aborted(transaction.number);
    }
    receive(session, transaction, write);
    return write;
  };

  const begin = async (isReading: boolean): Promise<Pick<OpenTransaction, 'write' | 'picture' | 'tracked'>> => {
    try {
      const write = await queue.acquire(isReading ? READER_MILLISECONDS : undefined);
      return { write, picture: undefined, tracked: write.transaction };
    } catch (error) {
      if (!isReading || !isConflict(error)) throw error;
      // What is about to be committed belongs to the picture, not to what happens after it.
      queue.flush();
      const picture = snapshots.take(undefined);
      const tracked = tracker.open(picture.view.catalogue());
      picture.holdFor(tracked);
      return { write: undefined, picture, tracked };
    }
  };

  return {
    start: async (session, number, { connectionId, isReading, terms }) => {
      checkStart(session, number);
      abortOpen(session);
      const hold = await begin(isReading);
      // Whoever left while waiting must not keep the writer.
      if (session.isEnded || !around.isConnected(connectionId)) {
        hold.tracked.end();
        snapshots.release(hold.tracked);
        hold.write?.abort();
        throw noSuchTransaction(number, 'Its client has left.');
      }
      const transaction: OpenTransaction = {
        ...hold,
        kind: 'open',
        number,
        terms,
        events: { session: session.document, number, pending: [] },
        connectionId,
        hasWritten: false,
        usedAt: performance.now(),
        timer: setTimeout(() => abortOpen(session), LIFETIME_MILLISECONDS),
      };
      session.latest = transaction;
      if (hold.write !== undefined) receive(session, transaction, hold.write);
      return transaction;
    },
    viewOf: async (session, transaction) => {
      const { write, picture, tracked } = transaction;
      if (write !== undefined) return write.view;
      if (picture?.isKept() === true && tracked.own.isEmpty()) return picture.view;
      return (await comeBack(session, transaction)).view;
    },
    writerOf: async (session, transaction) => {
      const write = transaction.write ?? (await comeBack(session, transaction));
      transaction.hasWritten = true;
      return write;
    },
    resume: (session, number, connectionId) => {
      const transaction = find(session, number);
      if (transaction === 'committed') throw committed(number);
      transaction.connectionId = connectionId;
      return transaction;
    },
    commit: async (session, number) => {
      const transaction = find(session, number);
      if (transaction === 'committed') return;
      if (transaction.hasWritten) {
        try {
          // It lives no longer than it may wait; its client has nothing else to do.
          const write = transaction.write ?? (await comeBack(session, transaction, LIFETIME_MILLISECONDS));
          write.commit((view) => {
            log.settle();
            retries.remember(view, session, number, undefined);
            // Now, as whoever waits for the writer begins as soon as that is free.
            log.leave();
            transaction.tracked.end();
          });
        } catch (error) {
          if (session.latest === transaction) end(session, transaction, 'aborted');
          throw error;
        }
      }
      end(session, transaction, 'committed');
    },
    abort: (session, number) => {
      if (find(session, number) === 'committed') throw committed(number);
      abortOpen(session);
    },
    abortOpen,
    adopt: (session, number, connectionId) => {
      const transaction = openTransactionOf(session);
      if (transaction?.number === number) transaction.connectionId = connectionId;
    },
    orphan: (session) => {
      const transaction = openTransactionOf(session);
      if (transaction === undefined) return;
      const { connectionId } = transaction;
      const timer = setTimeout(() => {
        if (session.latest === transaction && transaction.connectionId === connectionId) abortOpen(session);
      }, ORPHAN_MILLISECONDS);
      timer.unref();
    },
  };
}

/** The open transaction of a session, if there is one. */
export function openTransactionOf({ latest }: Session): OpenTransaction | undefined {
  return typeof latest === 'object' && latest.kind === 'open' ? latest : undefined;
}

function isConflict(error: unknown): boolean {
  return error instanceof CommandError && error.code === ERROR_CODES.WriteConflict;
}

/** The transaction of a number, open or over. */
function find(session: Session, number: bigint): OpenTransaction | 'committed' {
  const { latest } = session;
  if (latest === undefined || latest === 'unread') {
    throw noSuchTransaction(number, 'The active transaction number is -1');
  }
  if (number < latest.number) {
    throw new CommandError(
      'TransactionTooOld',
      `Cannot continue transaction ${String(number)} because a newer operation ${String(latest.number)} has already started on the session.`,
    );
  }
  if (number > latest.number || latest.kind === 'write') {
    throw noSuchTransaction(number, `The active transaction number is ${String(latest.number)}`);
  }
  if (latest.kind === 'aborted') throw aborted(number);
  return latest.kind === 'open' ? latest : 'committed';
}

function checkStart({ latest }: Session, number: bigint): void {
  if (latest === undefined || latest === 'unread' || number > latest.number) return;
  if (number === latest.number) {
    throw new CommandError(
      'ConflictingOperationInProgress',
      'Only servers in a sharded cluster can start a new transaction at the active transaction number',
    );
  }
  throw new CommandError(
    'TransactionTooOld',
    `Cannot start transaction ${String(number)} on session because a newer operation ${String(latest.number)} has already started.`,
  );
}

function aborted(number: bigint): CommandError {
  return new CommandError('NoSuchTransaction', `Transaction with { txnNumber: ${String(number)} } has been aborted.`);
}

function committed(number: bigint): CommandError {
  return new CommandError(
    'TransactionCommitted',
    `Transaction with { txnNumber: ${String(number)} } has been committed.`,
  );
}
