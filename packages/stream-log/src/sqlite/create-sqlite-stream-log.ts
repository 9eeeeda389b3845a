import { randomBytes } from 'node:crypto';
import { admitAppend, type Arrival } from '../admit-append.ts';
import { createFanOut } from '../fan-out.ts';
import { followLog } from '../follow-log.ts';
import { formatOffset, positionOf } from '../offset.ts';
import { parseEntry } from '../parse-entry.ts';
import { refusals } from '../refusals.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { Batch, Offset, Producer, StreamLogStore } from '../stream-log.ts';
import { type LogRow, rows } from './sqlite-rows.ts';
import { openTables, prepareStatements } from './sqlite-tables.ts';

export interface SqliteStreamLogOptions<E> {
  /** One file (its folder must exist), or `:memory:`. */
  readonly path: string;
  /** Makes an entry of its JSON value. A throw becomes `corrupt`, also when an entry is appended. */
  readonly parse: (value: unknown) => E;
}

const defaultLimit = 1_000;
const longestBatch = 1_048_576;
/** Old logs go in transactions of this many, so that writers get their turn between. */
const removedAtOnce = 20;

/**
 * A `StreamLog` in one SQLite file. A returned append survives `kill -9` of the process; power loss may cost the last
 * appends of a log that is not closed yet, while a returned `close` is on disk with all that came before it. Readers
 * are woken within this process; other processes may read and write the same file, but are not told of news.
 */
export function createSqliteStreamLog<E>({ path, parse }: SqliteStreamLogOptions<E>): StreamLogStore<E> {
  const database = openTables(path);
  const statements = prepareStatements(database);
  const fanOut = createFanOut<E>();

  function attempt<T>(work: () => T): T {
    if (!database.isOpen) throw refusals.shutDown();
    try {
      return work();
    } catch (cause) {
      if (cause instanceof StreamLogError) throw cause;
      throw new StreamLogError('unavailable', 'The log file could not be read or written', { cause });
    }
  }

  function transact<T>(work: () => T): T {
    return attempt(() => {
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
  }

  function findLog(id: string): LogRow {
    const log = rows.log(statements.findLog.get(id));
    if (log === undefined) throw refusals.missing(id);
    return log;
  }

  function claim(id: string, producer: Producer): 'opened' | 'exists' {
    return transact(() => {
      const isNew = statements.findLog.get(id) === undefined;
      if (isNew) statements.addLog.run(id, randomBytes(4).toString('hex'));
      const { log, length } = findLog(id);
      const known = rows.producer(statements.findProducer.get(log, producer.id));
      if (known !== undefined && known.epoch > producer.epoch) throw refusals.fenced(id, producer, known.epoch);
      if (known?.epoch !== producer.epoch) statements.saveProducer.run(log, producer.id, producer.epoch, 0, length);
      return isNew ? 'opened' : 'exists';
    });
  }

  function write(arrival: Arrival, entries: readonly E[]): Offset {
    const { id, producer, seq, seals } = arrival;
    const jsons = entries.map((entry) => JSON.stringify(entry));
    // Readers are given what they would read; and what could not be read back is refused here.
    const readable = jsons.map((json) => parseEntry(parse, json, id));
    const { log, length, isNew } = transact(() => {
      const found = findLog(id);
      const known = rows.producer(statements.findProducer.get(found.log, producer.id));
      if (admitAppend(arrival, known, found.closed_at !== null) === 'duplicate') {
        return { log: found, length: known?.reached ?? found.length, isNew: false };
      }
      jsons.forEach((json, index) => statements.addEntry.run(found.log, found.length + index, json));
      const grown = found.length + jsons.length;
      statements.growLog.run(grown, seals ? Date.now() : null, found.log);
      statements.saveProducer.run(found.log, producer.id, producer.epoch, seq + 1, grown);
      return { log: found, length: grown, isNew: true };
    });
    const next = formatOffset(log.incarnation, length);
    if (isNew && fanOut.isHeard(id)) {
      const after = formatOffset(log.incarnation, log.length);
      fanOut.publish(id, { after, entries: readable, next, upToDate: true, closed: seals });
    }
    return next;
  }

  function readBatch(id: string, after: Offset, limit: number): Batch<E> {
    return attempt(() => {
      const log = findLog(id);
      const start = positionOf(log, after);
      const entries: E[] = [];
      let size = 0;
      // Without new entries, which most wake-ups of a long wait are, the query is saved.
      const found = start < log.length ? statements.readEntries.iterate(log.log, start, limit) : [];
      for (const row of found) {
        const json = rows.entry(row);
        entries.push(parseEntry(parse, json, id));
        size += json.length;
        if (size >= longestBatch) break;
      }
      // Another process removed the log after it was found.
      if (entries.length === 0 && start < log.length) throw refusals.missing(id);
      const reached = start + entries.length;
      const upToDate = reached >= log.length;
      return {
        entries,
        next: formatOffset(log.incarnation, reached),
        upToDate,
        closed: upToDate && log.closed_at !== null,
      };
    });
  }

  function removeRows(log: number): void {
    statements.removeEntries.run(log);
    statements.removeProducers.run(log);
    statements.removeLog.run(log);
  }

  return {
    async open(id, producer) {
      return claim(id, producer);
    },
    async append(id, producer, seq, entries) {
      return write({ id, producer, seq, seals: false }, entries);
    },
    async close(id, producer, seq, entries) {
      return attempt(() => {
        // FULL flushes the write-ahead log at commit, and with it all appends before.
        database.exec('PRAGMA synchronous = FULL');
        try {
          return write({ id, producer, seq, seals: true }, entries);
        } finally {
          database.exec('PRAGMA synchronous = NORMAL');
        }
      });
    },
    async read(id, after, limit = defaultLimit) {
      return readBatch(id, after, limit);
    },
    follow(id, after, signal) {
      return followLog({
        read: async (offset) => readBatch(id, offset, defaultLimit),
        join: () => fanOut.join(id),
        after,
        signal,
      });
    },
    async state(id) {
      const log = attempt(() => rows.log(statements.findLog.get(id)));
      if (log === undefined) return 'missing';
      return log.closed_at === null ? 'open' : 'closed';
    },
    async remove(id) {
      transact(() => {
        const log = rows.log(statements.findLog.get(id));
        if (log !== undefined) removeRows(log.log);
      });
      fanOut.publish(id, 'changed');
    },
    async removeClosedBefore(moment) {
      let removed = 0;
      for (;;) {
        const found = transact(() => {
          const old = statements.closedLogs.all(moment.getTime(), removedAtOnce).map((row) => rows.removed(row));
          for (const { log } of old) removeRows(log);
          return old;
        });
        for (const { id } of found) fanOut.publish(id, 'changed');
        removed += found.length;
        if (found.length < removedAtOnce) return removed;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async shutdown() {
      fanOut.stop();
      if (database.isOpen) database.close();
    },
  };
}
