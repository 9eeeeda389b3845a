import { refusals } from '../refusals.ts';
import { StreamLogError } from '../stream-log-error.ts';
import { prepareStatements } from './sqlite-statements.ts';
import { openTables } from './sqlite-tables.ts';

/** The file with its statements; each function throws `unavailable` when the file fails, or was closed. */
export function openConnection(path: string) {
  const database = openTables(path);
  const statements = prepareStatements(database);

  function attempt<T>(work: () => T): T {
    if (!database.isOpen) throw refusals.shutDown();
    try {
      return work();
    } catch (cause) {
      if (cause instanceof StreamLogError) throw cause;
      throw new StreamLogError('unavailable', 'The log file could not be read or written', { cause });
    }
  }

  /** Does all of `work` or nothing of it. */
  const transact = <T>(work: () => T): T =>
    attempt(() => {
      statements.begin.run();
      try {
        const result = work();
        statements.commit.run();
        return result;
      } catch (error) {
        if (database.isTransaction) statements.rollback.run();
        throw error;
      }
    });

  /** What `work` commits is on disk when it returns, and with it all that was committed before. */
  const flush = <T>(work: () => T): T =>
    attempt(() => {
      database.exec('PRAGMA synchronous = FULL');
      try {
        return work();
      } finally {
        database.exec('PRAGMA synchronous = NORMAL');
      }
    });

  return {
    statements,
    attempt,
    transact,
    flush,
    close(): void {
      if (database.isOpen) database.close();
    },
  };
}
