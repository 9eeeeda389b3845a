import type { ExclusiveWrite, WriteQueue } from '../../store/write-queue.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { CommandError, ERROR_CODES } from '../command-error.ts';
import type { Retries } from './retries.ts';
import type { Session } from './sessions.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';
import type { TransactionTerms } from './transaction-terms.ts';

/**
 * What a transaction works on: the writer or, while another transaction has that, a still picture of the store to read
 * from.
 */
type Hold =
  | { readonly kind: 'writer'; readonly write: ExclusiveWrite }
  | { readonly kind: 'picture'; readonly picture: Snapshot };

/** A multi-document transaction in progress. */
export interface OpenTransaction {
  readonly kind: 'open';
  readonly number: bigint;
  readonly terms: TransactionTerms;
  hold: Hold;
  /** The connection that used it last; when that closes, the transaction ends unless another one goes on with it. */
  connectionId: number;
  /** Whether any statement was to write, so that the commit must be remembered and the writer be kept. */
  hasWritten: boolean;
  readonly timer: NodeJS.Timeout;
}

/** How a transaction begins. */
interface Beginning {
  readonly connectionId: number;
  /** Whether its first statement writes nothing. */
  readonly isReading: boolean;
  readonly terms: TransactionTerms;
}

/** The life of transactions: at most one of them has the only writer, others read beside it. */
export interface Transactions {
  /** Starts one, in place of an open one of the session. */
  start(session: Session, number: bigint, beginning: Beginning): Promise<OpenTransaction>;
  /** What the statements of a transaction read from. */
  viewOf(transaction: OpenTransaction): View;
  /** The writer for a statement of a transaction; throws WriteConflict when what it has read may have changed. */
  writerOf(session: Session, transaction: OpenTransaction): Promise<ExclusiveWrite>;
  /** The open transaction of a number; throws as MongoDB does for one that is not there any more. */
  resume(session: Session, number: bigint, connectionId: number): OpenTransaction;
  /** Commits; a repetition succeeds, even after a restart. */
  commit(session: Session, number: bigint): void;
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
  readonly retries: Retries;
  /** Told when a transaction gets the writer and when it ends, so that changes carry its session and number. */
  readonly onStart: (session: Session, number: bigint) => void;
  readonly onEnd: (session: Session, number: bigint, hadWriter: boolean) => void;
  /** Whether cursors of a transaction are open. */
  readonly isRead: (session: Session, number: bigint) => boolean;
  /** Told when a transaction goes on without the writer. */
  readonly onGiveWay: () => void;
  readonly snapshots: Snapshots;
  readonly isConnected: (connectionId: number) => boolean;
}

/** MongoDB's `transactionLifetimeLimitSeconds`. */
const LIFETIME_MILLISECONDS = 60_000;
/** How long the driver of a lost connection has to go on by another: shorter than other writers wait for the writer. */
const ORPHAN_MILLISECONDS = 2_000;

/** How long a transaction that begins with a read waits for the writer before it reads without. */
const READER_MILLISECONDS = 1_000;

function noSuchTransaction(number: bigint, reason: string): CommandError {
  return new CommandError(
    'NoSuchTransaction',
    `Given transaction number ${String(number)} does not match any in-progress transactions. ${reason}`,
  );
}

/** Creates the transactions over the store's write queue. */
export function createTransactions(queue: WriteQueue, around: Surroundings): Transactions {
  const end = (session: Session, transaction: OpenTransaction, kind: 'committed' | 'aborted'): void => {
    clearTimeout(transaction.timer);
    session.latest = { kind, number: transaction.number };
    around.onEnd(session, transaction.number, transaction.hold.kind === 'writer');
  };
  const abortOpen = (session: Session): void => {
    const transaction = session.latest;
    if (transaction === undefined || transaction === 'unread' || transaction.kind !== 'open') return;
    end(session, transaction, 'aborted');
    letGo(transaction.hold);
  };
  const take = async (isReading: boolean): Promise<Hold> => {
    try {
      return { kind: 'writer', write: await queue.acquire(isReading ? READER_MILLISECONDS : undefined) };
    } catch (error) {
      if (!isReading || !isConflict(error)) throw error;
      return { kind: 'picture', picture: around.snapshots.take(undefined) };
    }
  };
  /** Reads on from a still picture, which shows the same: while it had the writer, nobody else could write. */
  const giveWay = (session: Session, transaction: OpenTransaction): void => {
    const { hold, hasWritten, number } = transaction;
    if (session.latest !== transaction || hold.kind !== 'writer' || hasWritten || around.isRead(session, number))
      return;
    transaction.hold = { kind: 'picture', picture: around.snapshots.take(undefined) };
    around.onGiveWay();
    hold.write.abort();
  };
  return {
    start: async (session, number, { connectionId, isReading, terms }) => {
      checkStart(session, number);
      abortOpen(session);
      const hold = await take(isReading);
      // Whoever left while waiting must not keep the writer.
      if (session.isEnded || !around.isConnected(connectionId)) {
        letGo(hold);
        throw noSuchTransaction(number, 'Its client has left.');
      }
      const timer = setTimeout(() => abortOpen(session), LIFETIME_MILLISECONDS);
      const transaction: OpenTransaction = {
        kind: 'open',
        number,
        terms,
        hold,
        connectionId,
        hasWritten: false,
        timer,
      };
      session.latest = transaction;
      if (hold.kind === 'writer') {
        around.onStart(session, number);
        hold.write.whenWanted(() => giveWay(session, transaction));
      }
      return transaction;
    },
    viewOf: ({ hold }) => (hold.kind === 'writer' ? hold.write.view : hold.picture.view),
    writerOf: async (session, transaction) => {
      const { hold, number } = transaction;
      if (hold.kind === 'writer') {
        transaction.hasWritten = true;
        return hold.write;
      }
      const write = await queue.acquire();
      const isOpen = session.latest === transaction;
      if (isOpen && around.snapshots.isCurrent(hold.picture)) {
        transaction.hold = { kind: 'writer', write };
        transaction.hasWritten = true;
        around.onStart(session, number);
        return write;
      }
      write.abort();
      if (!isOpen) throw aborted(number);
      throw new CommandError('WriteConflict', 'The store was written to since this transaction began to read');
    },
    resume: (session, number, connectionId) => {
      const transaction = find(session, number);
      if (transaction === 'committed') throw committed(number);
      transaction.connectionId = connectionId;
      return transaction;
    },
    commit: (session, number) => {
      const transaction = find(session, number);
      if (transaction === 'committed') return;
      const { hold } = transaction;
      try {
        if (hold.kind === 'writer') {
          if (transaction.hasWritten) {
            hold.write.run((view) => around.retries.remember(view, session, number, undefined));
          }
          hold.write.commit();
        }
      } catch (error) {
        // Should the commit fail, nothing of it is left; a second abort of the writer does nothing.
        end(session, transaction, 'aborted');
        letGo(hold);
        throw error;
      }
      end(session, transaction, 'committed');
    },
    abort: (session, number) => {
      if (find(session, number) === 'committed') throw committed(number);
      abortOpen(session);
    },
    abortOpen,
    adopt: ({ latest }, number, connectionId) => {
      if (latest === undefined || latest === 'unread' || latest.kind !== 'open') return;
      if (latest.number === number) latest.connectionId = connectionId;
    },
    orphan: (session) => {
      const transaction = session.latest;
      if (transaction === undefined || transaction === 'unread' || transaction.kind !== 'open') return;
      const { connectionId } = transaction;
      const timer = setTimeout(() => {
        if (session.latest === transaction && transaction.connectionId === connectionId) abortOpen(session);
      }, ORPHAN_MILLISECONDS);
      timer.unref();
    },
  };
}

function letGo(hold: Hold): void {
  if (hold.kind === 'writer') hold.write.abort();
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
