import type { ExclusiveWrite, WriteQueue } from '../store/write-queue.ts';
import { CommandError } from './command-error.ts';
import type { Session } from './sessions.ts';

/** One multi-document transaction of a session. */
export interface Transaction {
  readonly number: bigint;
  state: 'open' | 'committed' | 'aborted';
  readonly write: ExclusiveWrite;
  /** The connection that used it last; when that closes, the transaction ends. */
  connectionId: number;
  readonly timer: NodeJS.Timeout;
}

/** The life of transactions: at most one is open, as there is one writer. */
export interface Transactions {
  start(session: Session, number: bigint, connectionId: number): Promise<Transaction>;
  /** The open transaction of a number; throws NoSuchTransaction. */
  resume(session: Session, number: bigint, connectionId: number): Transaction;
  commit(session: Session, number: bigint): void;
  abort(session: Session, number: bigint): void;
  /** Aborts whatever is open, for a session that ends or fails. */
  abortOpen(session: Session): void;
}

const LIFETIME_MILLISECONDS = 60_000;

/** The error of a transaction that is not there, which drivers answer by running it again. */
function noSuchTransaction(number: bigint): CommandError {
  return new CommandError(
    'NoSuchTransaction',
    `Given transaction number ${String(number)} does not match any in-progress transactions.`,
    { labels: ['TransientTransactionError'] },
  );
}

/** Creates the transactions over the store's write queue. */
export function createTransactions(
  queue: WriteQueue,
  { onEnd, isConnected }: { onEnd: (session: Session) => void; isConnected: (connectionId: number) => boolean },
): Transactions {
  const abortOpen = (session: Session): void => {
    const { transaction } = session;
    if (transaction?.state !== 'open') return;
    clearTimeout(transaction.timer);
    transaction.state = 'aborted';
    transaction.write.abort();
    onEnd(session);
  };
  return {
    start: async (session, number, connectionId) => {
      const last = session.transaction;
      if (last !== undefined && number <= last.number) {
        throw new CommandError(
          'TransactionTooOld',
          `Cannot start transaction ${String(number)}: a newer one was started on this session`,
        );
      }
      abortOpen(session);
      const write = await queue.acquire();
      // Whoever left while waiting must not keep the writer.
      if (!isConnected(connectionId)) {
        write.abort();
        throw noSuchTransaction(number);
      }
      const timer = setTimeout(() => abortOpen(session), LIFETIME_MILLISECONDS);
      const transaction: Transaction = { number, state: 'open', write, connectionId, timer };
      session.transaction = transaction;
      return transaction;
    },
    resume: (session, number, connectionId) => {
      const { transaction } = session;
      if (transaction?.number !== number || transaction.state !== 'open') throw noSuchTransaction(number);
      transaction.connectionId = connectionId;
      return transaction;
    },
    commit: (session, number) => {
      const { transaction } = session;
      if (transaction?.number !== number || transaction.state === 'aborted') throw noSuchTransaction(number);
      if (transaction.state === 'committed') return;
      clearTimeout(transaction.timer);
      // Should the commit fail, nothing of it is left.
      transaction.state = 'aborted';
      transaction.write.commit();
      transaction.state = 'committed';
      onEnd(session);
    },
    abort: (session, number) => {
      const { transaction } = session;
      if (transaction?.number !== number) throw noSuchTransaction(number);
      if (transaction.state === 'committed') {
        throw new CommandError('TransactionCommitted', `Transaction ${String(number)} has been committed`);
      }
      if (transaction.state === 'aborted') throw noSuchTransaction(number);
      abortOpen(session);
    },
    abortOpen,
  };
}
