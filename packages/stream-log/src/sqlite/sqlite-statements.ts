import type { DatabaseSync } from 'node:sqlite';

const columns = `log, id, incarnation, length, shared, closed_at, content_type, ttl_seconds, expires_at, due_at,
  removed_at, stream_seq, source, fork_position, fork_sub_offset,
  (SELECT source.id FROM logs AS source WHERE source.log = logs.source) AS source_id`;

/** Every statement of the store, prepared once. */
export function prepareStatements(database: DatabaseSync) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),

    findLog: database.prepare(`SELECT ${columns} FROM logs WHERE id = ?`),
    findByNumber: database.prepare(`SELECT ${columns} FROM logs WHERE log = ?`),
    findFork: database.prepare('SELECT log FROM logs WHERE source = ? LIMIT 1'),
    addLog: database.prepare(`
      INSERT INTO logs (id, incarnation, length, shared, closed_at, content_type, ttl_seconds, expires_at, due_at,
        source, fork_position, fork_sub_offset)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    growLog: database.prepare('UPDATE logs SET length = ?, closed_at = ?, stream_seq = ?, due_at = ? WHERE log = ?'),
    postpone: database.prepare('UPDATE logs SET due_at = ? WHERE log = ?'),
    markRemoved: database.prepare('UPDATE logs SET removed_at = ?, closed_at = NULL, due_at = NULL WHERE log = ?'),
    removeLog: database.prepare('DELETE FROM logs WHERE log = ?'),
    closedLogs: database.prepare(`SELECT ${columns} FROM logs WHERE closed_at < ? LIMIT ?`),
    dueLogs: database.prepare(`SELECT ${columns} FROM logs WHERE due_at <= ? LIMIT ?`),

    findProducer: database.prepare('SELECT epoch, next_seq, reached FROM producers WHERE log = ? AND id = ?'),
    saveProducer: database.prepare(
      'INSERT OR REPLACE INTO producers (log, id, epoch, next_seq, reached) VALUES (?, ?, ?, ?, ?)',
    ),
    removeProducers: database.prepare('DELETE FROM producers WHERE log = ?'),

    addEntry: database.prepare('INSERT INTO entries (log, position, text) VALUES (?, ?, ?)'),
    readEntries: database.prepare(
      'SELECT text FROM entries WHERE log = ? AND position >= ? AND position < ? ORDER BY position LIMIT ?',
    ),
    removeEntries: database.prepare('DELETE FROM entries WHERE log = ?'),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
