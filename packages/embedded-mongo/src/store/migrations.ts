import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** One step from a format of the store to the next. */
export interface Migration {
  /** Whether the step changes what is already stored; a copy of the file is then made before it. */
  readonly isRewriting: boolean;
  /** Changes the tables inside a transaction of its own; if it throws, the store keeps its former format. */
  readonly apply: (database: DatabaseSync) => void;
}

/** Format 1: the catalogue. Every store begins with it, so new and migrated stores cannot differ. */
function createFormat1(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT NOT NULL UNIQUE, uuid BLOB NOT NULL,
      options BLOB NOT NULL);
    CREATE TABLE indexes (id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, spec BLOB NOT NULL,
      multikey INTEGER NOT NULL DEFAULT 0);`);
}

/**
 * Format 2: the catalogue may say more of collections and indexes than programs of format 1 heed, such as collations
 * and views, so those must refuse the store. What is stored stays as it is; new tables are added here by
 * `CREATE TABLE IF NOT EXISTS`.
 */
function createFormat2(_database: DatabaseSync): void {}

/** The steps in order: the first makes format 1 of an empty file. A released step never changes again. */
export const MIGRATIONS: readonly Migration[] = [
  { isRewriting: false, apply: createFormat1 },
  { isRewriting: false, apply: createFormat2 },
];

/**
 * Brings a store from its format to the newest, one transaction a step. Before a step that rewrites what is stored, a
 * copy of the store is made beside it as `<file>.format-<n>`, which stays.
 */
export function migrate(database: DatabaseSync, file: string, from: number, steps: readonly Migration[]): void {
  for (const [offset, step] of steps.slice(from).entries()) {
    const format = from + offset;
    if (step.isRewriting && format > 0) copyStore(database, `${file}.format-${String(format)}`);
    database.exec('BEGIN IMMEDIATE');
    try {
      step.apply(database);
      database.exec(`PRAGMA user_version = ${String(format + 1)}; COMMIT`);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

function copyStore(database: DatabaseSync, target: string): void {
  // Left by a start that was cut short: VACUUM INTO wants a file that is not there.
  rmSync(target, { force: true });
  database.prepare('VACUUM INTO ?').run(target);
}
