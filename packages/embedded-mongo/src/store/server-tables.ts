import { textOf, type Connection } from './connection.ts';

/**
 * Makes the tables the server keeps beside the data: single facts by name, the last answer of each session's retryable
 * writes, and the log of changes. They are only ever added to a store, so they need no format of their own.
 */
export function prepareServerTables(connection: Connection): void {
  connection.run('CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  connection.run(`CREATE TABLE IF NOT EXISTS retries (session TEXT PRIMARY KEY, number INTEGER NOT NULL, reply BLOB,
    used INTEGER NOT NULL)`);
  connection.run(`CREATE TABLE IF NOT EXISTS changes (id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL,
    wall INTEGER NOT NULL, size INTEGER NOT NULL, event BLOB NOT NULL)`);
}

/** A fact the server remembers across restarts. */
export type FactName = 'clock-seconds' | 'watched-since' | 'forgotten-id' | 'forgotten-time' | 'log-tag';

/** The value of a fact, or undefined when it was never written. */
export function readFact(connection: Connection, name: FactName): string | undefined {
  const row = connection.get('SELECT value FROM facts WHERE name = ?', name);
  return row === undefined ? undefined : textOf(row[0]);
}

/** Writes a fact within the current transaction. */
export function writeFact(connection: Connection, name: FactName, value: string): void {
  connection.run('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)', name, value);
}
