import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beginNewHistory } from '../changes/begin-new-history.ts';
import { OperationError } from './operation-error.ts';

const STORE_FILE = 'store.sqlite';

/**
 * Copies the store in a directory while it may be served, and returns the path of the copy. The copy is what was
 * committed at one moment; it has passed SQLite's integrity check and can be served. A target ending in `.sqlite` is
 * the file; any other becomes a directory with the file in it. Existing files are never overwritten.
 */
export function backUp(directory: string, to: string): string {
  const source = join(directory, STORE_FILE);
  if (!existsSync(source)) throw new OperationError(`There is no store in ${directory}.`);
  const target = to.endsWith('.sqlite') ? resolve(to) : join(resolve(to), STORE_FILE);
  if (existsSync(target)) throw new OperationError(`${target} exists already; choose another place.`);
  const partial = `${target}.partial`;
  try {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    rmSync(partial, { force: true });
    copy(source, partial);
    separate(partial);
    checkCopy(partial);
    sync(partial);
    renameSync(partial, target);
    sync(dirname(target));
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof OperationError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(`The store cannot be backed up: ${reason}`, 1, { cause: error });
  }
  return target;
}

/** VACUUM INTO reads one snapshot, so that writers neither wait for it nor make it start again. */
function copy(source: string, target: string): void {
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    closeSync(openSync(target, 'wx', 0o600));
    database.exec('PRAGMA busy_timeout = 5000');
    database.prepare('VACUUM INTO ?').run(target);
    chmodSync(target, 0o600);
  } finally {
    database.close();
  }
}

function separate(file: string): void {
  const database = new DatabaseSync(file);
  try {
    beginNewHistory(database);
  } finally {
    database.close();
  }
}

function checkCopy(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (verdict !== 'ok') throw new OperationError(`The copy is damaged: ${String(verdict)}`);
  } finally {
    database.close();
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
