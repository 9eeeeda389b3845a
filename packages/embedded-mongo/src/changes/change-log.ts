import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import type { ClusterClock } from '../server/sessions/cluster-clock.ts';
import { CommandError } from '../server/command-error.ts';
import { blobOf, integerOf, LIMIT, textOf, type Connection, type Row } from '../store/connection.ts';
import { readFact, writeFact } from '../store/server-tables.ts';
import type { WriteQueue } from '../store/write-queue.ts';
import { newLogTag } from './begin-new-history.ts';
import type { ChangeRecorder } from './record-change.ts';

/** An event of the log as it was stored. */
export interface LoggedChange {
  readonly id: number;
  readonly time: bigint;
  /** Milliseconds since the epoch. */
  readonly wall: number;
  readonly event: Document;
}

/** The events of a transaction, which get into the log with its commit. */
export interface TransactionEvents {
  readonly session: Document;
  readonly number: bigint;
  /** What waits for the commit; undefined once it is written as it comes, as the transaction has become large. */
  pending: { readonly wall: number; readonly bytes: Buffer }[] | undefined;
}

/** The log of changes: written with each change, read by change streams, kept for a day or up to a size. */
export interface ChangeLog extends ChangeRecorder {
  /** Starts keeping changes, for good; resolves when that is committed. */
  enable(queue: WriteQueue): Promise<void>;
  /** Gives the events appended from now on to a transaction, until `leave`. */
  enter(transaction: TransactionEvents): void;
  leave(): void;
  /** Writes the events of the transaction, those to come as they come; to be called within its SQLite transaction. */
  settle(): void;
  /** What was committed after an id, oldest first; throws ChangeStreamHistoryLost when some of it is gone. */
  after(id: number, limit: number): readonly LoggedChange[];
  /** One event, or undefined when there is none of that id. */
  at(id: number): LoggedChange | undefined;
  /** The id of the newest committed event. */
  lastId(): number;
  /** The id of the event before a time; throws ChangeStreamHistoryLost when later events may be gone. */
  idBefore(time: bigint): number;
  /** Tells the logs of different stores apart. */
  tag(): string;
  /** Forgets what is too old or too much. */
  prune(queue: WriteQueue, now: number): Promise<void>;
}

/** How much of the log is kept. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly maxAgeMilliseconds: number;
}

const LIMITS: LogLimits = { maxBytes: 256 * 1024 * 1024, maxAgeMilliseconds: 24 * 3_600_000 };
const PRUNED_AT_ONCE = 5_000;
/** SQLite's integers are signed; timestamps from the year 2038 on are not. */
const MAX_STORED_TIME = 2n ** 63n - 1n;

/** Opens the log of a store. */
export function createChangeLog(
  { writer, reader }: { writer: Connection; reader: Connection },
  clock: ClusterClock,
  limits: LogLimits = LIMITS,
): ChangeLog {
  let isOn = readFact(writer, 'watched-since') !== undefined;
  let tag = readFact(writer, 'log-tag') ?? '';
  let forgottenId = Number(readFact(writer, 'forgotten-id') ?? '0');
  let forgottenTime = BigInt(readFact(writer, 'forgotten-time') ?? '0');
  let transaction: TransactionEvents | undefined;
  /** All events of a transaction have one time. */
  let transactionTime: bigint | undefined;

  const timeOfEvent = (): bigint => {
    if (transaction === undefined) return clock.tick();
    transactionTime ??= clock.tick();
    return transactionTime;
  };
  const write = (time: bigint, wall: number, bytes: Buffer): void => {
    writer.run('INSERT INTO changes (time, wall, size, event) VALUES (?, ?, ?, ?)', time, wall, bytes.length, bytes);
  };
  const forget = async (queue: WriteQueue, id: number): Promise<void> => {
    const time = reader.get('SELECT CAST(time AS TEXT) FROM changes WHERE id = ?', id);
    if (time === undefined) return;
    const upTo = BigInt(textOf(time[0]));
    await queue.run(({ connection }) => {
      connection.run('DELETE FROM changes WHERE id <= ?', id);
      writeFact(connection, 'forgotten-id', String(id));
      writeFact(connection, 'forgotten-time', String(upTo));
    });
    forgottenId = id;
    forgottenTime = upTo;
  };

  return {
    isOn: () => isOn,
    tag: () => tag,
    append: (event) => {
      if (transaction !== undefined) {
        event.set('lsid', transaction.session);
        event.set('txn', transaction.number);
      }
      const bytes = encodeDocument(new Document(event));
      if (transaction?.pending !== undefined) transaction.pending.push({ wall: Date.now(), bytes });
      else write(timeOfEvent(), Date.now(), bytes);
    },
    enable: async (queue) => {
      if (isOn) return;
      try {
        await queue.run(({ connection }) => {
          if (isOn) return;
          tag = newLogTag();
          forgottenTime = clock.tick();
          // The commit is later than what is forgotten, so that a stream may start at the time its opener is told.
          clock.tick();
          writeFact(connection, 'log-tag', tag);
          writeFact(connection, 'watched-since', String(Date.now()));
          writeFact(connection, 'forgotten-time', String(forgottenTime));
          // From here on, so that the neighbours in this very commit are kept.
          isOn = true;
        });
      } catch (error) {
        isOn = false;
        throw error;
      }
    },
    enter: (entering) => {
      transaction = entering;
    },
    leave: () => {
      transaction = undefined;
      transactionTime = undefined;
    },
    settle: () => {
      if (transaction === undefined) return;
      const { pending = [] } = transaction;
      transaction.pending = undefined;
      for (const { wall, bytes } of pending) write(timeOfEvent(), wall, bytes);
    },
    after: (id, limit) => {
      if (id < forgottenId) throw lost();
      return reader.all(`${SELECT} WHERE id > ? ORDER BY id ${LIMIT}`, id, limit).map(changeOf);
    },
    at: (id) => {
      const row = reader.get(`${SELECT} WHERE id = ?`, id);
      return row === undefined ? undefined : changeOf(row);
    },
    lastId: () => {
      const row = reader.get('SELECT coalesce(max(id), ?) FROM changes', forgottenId);
      return integerOf(row?.[0]);
    },
    idBefore: (time) => {
      if (time <= forgottenTime) throw lost();
      const bound = time > MAX_STORED_TIME ? MAX_STORED_TIME : time;
      const row = reader.get('SELECT id FROM changes WHERE time < ? ORDER BY id DESC LIMIT 1', bound);
      return row === undefined ? forgottenId : integerOf(row[0]);
    },
    prune: async (queue, now) => {
      if (!isOn) return;
      const before = now - limits.maxAgeMilliseconds;
      for (;;) {
        const bytes = integerOf(reader.get('SELECT coalesce(sum(size), 0) FROM changes')?.[0]);
        const rows = reader.all(`SELECT id, wall, size FROM changes ORDER BY id ${LIMIT}`, PRUNED_AT_ONCE);
        let excess = bytes - limits.maxBytes;
        let last = 0;
        for (const [id, wall, size] of rows) {
          if (integerOf(wall) >= before && excess <= 0) break;
          last = integerOf(id);
          excess -= integerOf(size);
        }
        if (last === 0) return;
        await forget(queue, last);
        if (rows.length < PRUNED_AT_ONCE) return;
      }
    },
  };
}

function lost(): CommandError {
  return new CommandError(
    'ChangeStreamHistoryLost',
    'Resume of change stream was not possible, as the resume point may no longer be in the log of changes.',
  );
}

const SELECT = 'SELECT id, CAST(time AS TEXT), wall, event FROM changes';

function changeOf([id, time, wall, event]: Row): LoggedChange {
  return {
    id: integerOf(id),
    time: BigInt(textOf(time)),
    wall: integerOf(wall),
    event: new Document(blobOf(event)),
  };
}
