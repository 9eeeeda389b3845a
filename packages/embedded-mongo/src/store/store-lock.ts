import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedMongoError } from '../embedded-mongo-error.ts';

/** The right to use a store's directory. */
export interface StoreLock {
  release(): void;
}

/**
 * Takes the lock of a store's directory or throws `store-locked`. It is a lock of the operating system on a file, so
 * it ends with its process however that ends, and no stale lock can remain.
 */
export function takeStoreLock(directory: string): StoreLock {
  const database = openLockFile(join(directory, 'store.lock'));
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw lockError(directory, error);
  }
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

function openLockFile(file: string): DatabaseSync {
  try {
    closeSync(openSync(file, 'a', 0o600));
    return new DatabaseSync(file);
  } catch (error) {
    throw lockError(file, error);
  }
}

const SQLITE_BUSY = 5;

function lockError(path: string, error: unknown): EmbeddedMongoError {
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
    return new EmbeddedMongoError('store-locked', `Another process uses the store in ${path}.`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new EmbeddedMongoError('store-unreadable', `The store's lock cannot be taken: ${reason}`, { cause: error });
}
