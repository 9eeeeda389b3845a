import { DatabaseSync } from 'node:sqlite';
import { StreamLogError } from '../stream-log-error.ts';

const schemaVersion = 1;

const tables = `
  CREATE TABLE logs (
    log INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    incarnation TEXT NOT NULL,
    length INTEGER NOT NULL,
    closed_at INTEGER
  ) STRICT;
  CREATE INDEX closed_logs ON logs (closed_at) WHERE closed_at IS NOT NULL;
  CREATE TABLE producers (
    log INTEGER NOT NULL,
    id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    next_seq INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    PRIMARY KEY (log, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entries (
    log INTEGER NOT NULL,
    position INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (log, position)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`;

/** Opens the file (or `:memory:`) with its tables made. Throws `unavailable` when it cannot, or a newer version wrote it. */
export function openTables(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 5_000 });
    prepareTables(database);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof StreamLogError) throw cause;
    throw new StreamLogError('unavailable', `The log file ${path} cannot be opened`, { cause });
  }
}

function prepareTables(database: DatabaseSync): void {
  // The write-ahead log makes an append one sequential write; NORMAL leaves the disk flush to `close` and checkpoints.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;');
  database.exec('BEGIN IMMEDIATE');
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found === 0) database.exec(tables);
  database.exec('COMMIT');
  if (found === 0 || found === schemaVersion) return;
  const message = `The log file has version ${String(found)}; this program knows ${schemaVersion}`;
  throw new StreamLogError('unavailable', message);
}

/** Every statement of the store, prepared once. */
export function prepareStatements(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    findLog: database.prepare('SELECT log, id, incarnation, length, closed_at FROM logs WHERE id = ?'),
    addLog: database.prepare('INSERT INTO logs (id, incarnation, length) VALUES (?, ?, 0)'),
    growLog: database.prepare('UPDATE logs SET length = ?, closed_at = ? WHERE log = ?'),
    findProducer: database.prepare('SELECT epoch, next_seq, reached FROM producers WHERE log = ? AND id = ?'),
    saveProducer: database.prepare(
      'INSERT OR REPLACE INTO producers (log, id, epoch, next_seq, reached) VALUES (?, ?, ?, ?, ?)',
    ),
    addEntry: database.prepare('INSERT INTO entries (log, position, json) VALUES (?, ?, ?)'),
    readEntries: database.prepare('SELECT json FROM entries WHERE log = ? AND position >= ? ORDER BY position LIMIT ?'),
    closedLogs: database.prepare('SELECT id, log FROM logs WHERE closed_at < ? LIMIT ?'),
    removeEntries: database.prepare('DELETE FROM entries WHERE log = ?'),
    removeProducers: database.prepare('DELETE FROM producers WHERE log = ?'),
    removeLog: database.prepare('DELETE FROM logs WHERE log = ?'),
  };
}
