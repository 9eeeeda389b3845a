import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/**
 * Makes a copy of a store one of its own: what happens to it from here on is not what happens to the original. Resume
 * tokens of the original are refused by it, and so are repetitions of writes the original answered.
 */
export function beginNewHistory(database: DatabaseSync): void {
  const hasServed = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'facts'`).get() !== undefined;
  if (!hasServed) return;
  database.exec('BEGIN IMMEDIATE; DELETE FROM retries');
  const isWatched = database.prepare(`SELECT 1 FROM facts WHERE name = 'log-tag'`).get() !== undefined;
  if (isWatched) {
    const write = database.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)');
    write.run('log-tag', newLogTag());
    database.exec(`
      INSERT OR REPLACE INTO facts (name, value)
        SELECT 'forgotten-id', CAST(max(id) AS TEXT) FROM changes HAVING count(*) > 0;
      INSERT OR REPLACE INTO facts (name, value)
        SELECT 'forgotten-time', CAST(max(time) AS TEXT) FROM changes HAVING count(*) > 0;
      DELETE FROM changes`);
  }
  database.exec('COMMIT');
}

/** A name for the log of changes that no other log has. */
export function newLogTag(): string {
  return randomBytes(4).toString('hex');
}
