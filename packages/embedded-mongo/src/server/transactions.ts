import type { ExclusiveWrite, WriteQueue } from '../store/write-queue.ts';
import { CommandError } from './command-error.ts';
import type { Retries } from './retries.ts';
import type { Session } from './sessions.ts';

/** A multi-document transaction in progress. */
export interface OpenTransaction {
  readonly kind: 'open';
  readonly number: bigint;
  readonly write: ExclusiveWrite;
  /** The connection that used it last; when that closes, the transaction ends. */
  connectionId: number;
  /** Whether any statement wrote, so that the commit must be remembered. */
  hasWritten: boolean;
  readonly timer: NodeJS.Timeout;
}

/** The life of transactions: at most one is open, as there is one writer. */
export interface Transactions {
  start(session: Session, number: bigint, connectionId: number): Promise<OpenTransaction>;
  /** The open transaction of a number; throws as MongoDB does for one that is not there any more. */
  resume(session: Session, number: bigint, connectionId: number): OpenTransaction;
  /** Commits; a repetition succeeds, even after a restart. */
  commit(session: Session, number: bigint): void;
  abort(session: Session, number: bigint): void;
  /** Aborts whatever is open, for a session that ends or fails. */
  abortOpen(session: Session): void;
}

/** What transactions ask of their surroundings. */
interface Surroundings {
  readonly retries: Retries;
  /** Told when a transaction is entered and left, so that changes carry its session and number. */
  readonly onStart: (session: Session, number: bigint) => void;
  readonly onEnd: (session: Session, number: bigint) => void;
  readonly isConnected: (connectionId: number) => boolean;
}

/** MongoDB's `transactionLifetimeLimitSeconds`. */
const LIFETIME_MILLISECONDS = 60_000;

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
    around.onEnd(session, transaction.number);
  };
  const abortOpen = (session: Session): void => {
    const transaction = session.latest;
    if (transaction === undefined || transaction === 'unread' || transaction.kind !== 'open') return;
    end(session, transaction, 'aborted');
    transaction.write.abort();
  };
  return {
    start: async (session, number, connectionId) => {
      checkStart(session, number);
      abortOpen(session);
      const write = await queue.acquire();
      // Whoever left while waiting must not keep the writer.
      if (session.isEnded || !around.isConnected(connectionId)) {
        write.abort();
        throw noSuchTransaction(number, 'Its client has left.');
      }
      const timer = setTimeout(() => abortOpen(session), LIFETIME_MILLISECONDS);
      const transaction: OpenTransaction = { kind: 'open', number, write, connectionId, hasWritten: false, timer };
      session.latest = transaction;
      around.onStart(session, number);
      return transaction;
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
      try {
        if (transaction.hasWritten) {
          transaction.write.run((view) => around.retries.remember(view, session, number, undefined));
        }
        transaction.write.commit();
      } catch (error) {
        // Should the commit fail, nothing of it is left; a second abort of the writer does nothing.
        end(session, transaction, 'aborted');
        transaction.write.abort();
        throw error;
      }
      end(session, transaction, 'committed');
    },
    abort: (session, number) => {
      if (find(session, number) === 'committed') throw committed(number);
      abortOpen(session);
    },
    abortOpen,
  };
}

/** The transaction of a number, open or over. */
function find(session: Session, number: bigint): OpenTransaction | 'committed' {
  const { latest } = session;
  if (latest === undefined || latest === 'unread') {
    throw noSuchTransaction(number, 'The session has none.');
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
  if (latest.kind === 'aborted') throw noSuchTransaction(number, 'It has been aborted.');
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

function committed(number: bigint): CommandError {
  return new CommandError('TransactionCommitted', `Transaction ${String(number)} has been committed.`);
}
