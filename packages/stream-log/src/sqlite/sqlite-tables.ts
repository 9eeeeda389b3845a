import { DatabaseSync } from 'node:sqlite';
import { StreamLogError } from '../stream-log-error.ts';

const schemaVersion = 2;

/** What each version added to the one before; a new file goes through all of them. */
const migrations: readonly string[] = [
  `
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
  `,
  // Any content type, expiry, Stream-Seq and forks; times are in ms. A fork has its first `shared` entries from its source.
  `
  ALTER TABLE logs ADD COLUMN content_type TEXT NOT NULL DEFAULT 'application/json';
  ALTER TABLE logs ADD COLUMN ttl_seconds INTEGER;
  ALTER TABLE logs ADD COLUMN expires_at INTEGER;
  ALTER TABLE logs ADD COLUMN due_at INTEGER;
  ALTER TABLE logs ADD COLUMN removed_at INTEGER;
  ALTER TABLE logs ADD COLUMN stream_seq TEXT;
  ALTER TABLE logs ADD COLUMN source INTEGER;
  ALTER TABLE logs ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE logs ADD COLUMN fork_position INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE logs ADD COLUMN fork_sub_offset INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE entries RENAME COLUMN json TO text;
  CREATE INDEX due_logs ON logs (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX forks ON logs (source) WHERE source IS NOT NULL;
  `,
];

/**
 * Opens the file (or `:memory:`) with its tables made, or brought up from an older version. Throws `unavailable` when
 * it cannot, or a newer version wrote it.
 */
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
  // The write-ahead log makes an append one sequential write; NORMAL leaves the disk flush to seals and checkpoints.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;');
  database.exec('BEGIN IMMEDIATE');
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (found > schemaVersion) {
    const message = `The log file has version ${found}; this program knows ${schemaVersion}`;
    throw new StreamLogError('unavailable', message);
  }
  for (const migration of migrations.slice(found)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec('COMMIT');
}
