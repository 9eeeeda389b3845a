import { CommandError } from '../server/command-error.ts';
import { RecordConflict } from './write-tracker.ts';

/** MongoDB's refusal of a write of a transaction that collides with another; the transaction may be tried again. */
export function writeConflict(
  message = 'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
): CommandError {
  return new CommandError('WriteConflict', message, { labels: ['TransientTransactionError'] });
}

/** Runs the work of a transaction, which does not wait for others it collides with. */
export function colliding<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RecordConflict ? writeConflict() : error;
  }
}
