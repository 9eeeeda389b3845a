import { setImmediate as nextTurn } from 'node:timers/promises';
import { admitAppend } from '../admit-append.ts';
import { expiryOf, matchesRequest } from '../admit-create.ts';
import { mediaTypeOf } from '../content-type.ts';
import { createFanOut } from '../fan-out.ts';
import { followLog } from '../follow-log.ts';
import { formatOffset, positionOf } from '../offset.ts';
import { refusals } from '../refusals.ts';
import type { Batch, Offset, Producer } from '../stream-log.ts';
import type { Append, Appended, Created, StreamInfo, StreamRequest, StreamStore } from '../stream-store.ts';
import { createLifetimes } from './create-lifetimes.ts';
import { incarnationOf, makeStream } from './make-stream.ts';
import { openConnection } from './open-connection.ts';
import { readTexts } from './read-segments.ts';
import { configOfRow, type LogRow, rows } from './sqlite-rows.ts';

export interface SqliteStreamStoreOptions {
  /** One file (its folder must exist), or `:memory:`. */
  readonly path: string;
  /** The clock that expiry goes by, in ms; the system's unless told. */
  readonly now?: () => number;
}

type FirstEntries = Pick<Append, 'entries' | 'closes'>;

const defaultLimit = 1_000;
/** Old streams go in transactions of this many, so that writers get their turn between. */
const removedAtOnce = 20;
/** A read slides a TTL in steps of this many ms, so that many readers are not as many writers. */
const slideMs = 100;

/**
 * Streams in one SQLite file. A returned append survives `kill -9` of the process; power loss may cost the last appends
 * of a stream that is not closed yet, while a returned seal is on disk with all that came before it. Readers are woken
 * within this process; other processes may read and write the same file, but are not told of news.
 */
export function createSqliteStreamStore({ path, now = Date.now }: SqliteStreamStoreOptions): StreamStore {
  const connection = openConnection(path);
  const { statements, attempt, transact, flush } = connection;
  const lifetimes = createLifetimes(statements, now);
  const fanOut = createFanOut<string>();

  /** The stream of this name, or a new one. Throws `conflict` for a name that is gone. */
  function findOrMake(id: string, request: StreamRequest, first: FirstEntries) {
    const { row, state } = lifetimes.find(id);
    if (state === 'gone') throw refusals.otherConfiguration(id);
    if (row !== undefined && state === 'live') return { row, outcome: 'exists' as const };
    if (row !== undefined) end(row);
    const made = makeStream(statements, lifetimes, { id, request, first, now: now() });
    return { row: made, outcome: 'created' as const };
  }

  function end(row: LogRow): void {
    lifetimes.end(row);
    fanOut.publish(row.id, 'changed');
  }

  function create(id: string, request: StreamRequest, first: FirstEntries): Created {
    return transact(() => {
      const { row, outcome } = findOrMake(id, request, first);
      const info = infoOf(row);
      if (outcome === 'exists' && !matchesRequest(info, request, first.closes)) throw refusals.otherConfiguration(id);
      return { outcome, info };
    });
  }

  function claim(id: string, contentType: string, producer: Producer): Created['outcome'] {
    return transact(() => {
      const { row, outcome } = findOrMake(id, { contentType }, { entries: [], closes: false });
      if (mediaTypeOf(row.content_type) !== mediaTypeOf(contentType)) throw refusals.otherType(id, row.content_type);
      const known = rows.producer(statements.findProducer.get(row.log, producer.id));
      if (known !== undefined && known.epoch > producer.epoch) throw refusals.fenced(id, producer, known.epoch);
      if (known?.epoch !== producer.epoch) {
        statements.saveProducer.run(row.log, producer.id, producer.epoch, 0, row.length);
      }
      return outcome;
    });
  }

  function write(id: string, append: Append): Appended {
    const { producer, entries, closes } = append;
    const { row, reached, ...result } = transact(() => {
      const found = lifetimes.mustFind(id);
      const known =
        producer === undefined ? undefined : rows.producer(statements.findProducer.get(found.log, producer.id));
      if (admitAppend({ id, ...targetOf(found) }, known, append) === 'duplicate') {
        const highestSeq = known === undefined ? undefined : known.nextSeq - 1;
        return { row: found, reached: known?.reached ?? found.length, outcome: 'duplicate' as const, highestSeq };
      }
      entries.forEach((text, index) => statements.addEntry.run(found.log, found.length + index, text));
      const grown = found.length + entries.length;
      grow(found, grown, append);
      if (producer !== undefined) {
        statements.saveProducer.run(found.log, producer.id, producer.epoch, producer.seq + 1, grown);
      }
      return { row: found, reached: grown, outcome: 'written' as const, highestSeq: producer?.seq };
    });
    const next = formatOffset(row.incarnation, reached);
    const closed = row.closed_at !== null || (result.outcome === 'written' && closes);
    if (result.outcome === 'written' && fanOut.isHeard(id)) {
      const after = formatOffset(row.incarnation, row.length);
      fanOut.publish(id, { after, entries, next, upToDate: true, closed });
    }
    return { ...result, next, closed };
  }

  function grow(row: LogRow, length: number, { closes, streamSeq }: Append): void {
    const dueAt = row.due_at === null ? null : (expiryOf(configOfRow(row), now()) ?? null);
    statements.growLog.run(length, closes ? now() : null, streamSeq ?? row.stream_seq, dueAt, row.log);
  }

  function readBatch(id: string, after: Offset, limit: number): Batch<string> {
    return attempt(() => {
      const row = lifetimes.mustFind(id);
      const start = positionOf(incarnationOf(statements, row), after);
      slide(row);
      // Without new entries, which most wake-ups of a long wait are, the query is saved.
      const entries = start < row.length ? readTexts(statements, row, start, limit) : [];
      // Another process removed the log after it was found.
      if (entries.length === 0 && start < row.length) throw refusals.missing(id);
      const reached = start + entries.length;
      const upToDate = reached >= row.length;
      return {
        entries,
        next: formatOffset(row.incarnation, reached),
        upToDate,
        closed: upToDate && row.closed_at !== null,
      };
    });
  }

  function slide(row: LogRow): void {
    if (row.ttl_seconds === null || row.due_at === null) return;
    const dueAt = now() + row.ttl_seconds * 1_000;
    if (dueAt - row.due_at >= slideMs) statements.postpone.run(dueAt, row.log);
  }

  async function endAll(next: () => unknown[]): Promise<number> {
    for (let ended = 0; ; await nextTurn()) {
      const found = transact(() => {
        const old = next().flatMap((row) => rows.log(row) ?? []);
        for (const row of old) end(row);
        return old.length;
      });
      ended += found;
      if (found < removedAtOnce) return ended;
    }
  }

  return {
    async create(id, request, first) {
      return first.closes ? flush(() => create(id, request, first)) : create(id, request, first);
    },
    async claim(id, contentType, producer) {
      return claim(id, contentType, producer);
    },
    async describe(id) {
      return attempt(() => infoOf(lifetimes.mustFind(id)));
    },
    async append(id, append) {
      return append.closes ? flush(() => write(id, append)) : write(id, append);
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
    async remove(id) {
      transact(() => end(lifetimes.mustFind(id)));
    },
    removeClosedBefore: (moment) => endAll(() => statements.closedLogs.all(moment.getTime(), removedAtOnce)),
    removeExpired: () => endAll(() => statements.dueLogs.all(now(), removedAtOnce)),
    async shutdown() {
      fanOut.stop();
      connection.close();
    },
  };
}

function infoOf(row: LogRow): StreamInfo {
  return { config: configOfRow(row), next: formatOffset(row.incarnation, row.length), closed: row.closed_at !== null };
}

function targetOf(row: LogRow) {
  return {
    contentType: row.content_type,
    next: formatOffset(row.incarnation, row.length),
    closed: row.closed_at !== null,
    streamSeq: row.stream_seq ?? undefined,
  };
}
