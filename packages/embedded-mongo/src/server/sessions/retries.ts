import { Document } from '../../bson/document.ts';
import type { View, WriteView } from '../../catalogue/catalogue-state.ts';
import { blobOf, textOf } from '../../store/connection.ts';
import type { WriteQueue } from '../../store/write-queue.ts';
import { CommandError } from '../command-error.ts';
import { SESSION_MILLISECONDS, type Session } from './sessions.ts';

/**
 * The answers of retryable writes, stored in the transaction of the write itself: a write repeated after a crash gets
 * its first answer. One row per session; the driver specification "Retryable Writes" never repeats an older number.
 */
export interface Retries {
  /** Recalls what the store knows of a session that is new to this process. */
  recall(session: Session): void;
  /** Stores the answer of a write, or that a transaction was committed when there is none. */
  remember(view: WriteView, session: Session, number: bigint, reply: Buffer | undefined): void;
  /** Forgets sessions that are over. */
  forget(sessions: readonly Session[]): Promise<void>;
  /** Forgets what nobody used for the life of a session. */
  sweep(now: number): Promise<void>;
}

/** Creates the store of answers. */
export function createRetries(reading: View, queue: WriteQueue): Retries {
  return {
    recall: (session) => {
      if (session.latest !== 'unread') return;
      const row = reading.connection.get(
        'SELECT CAST(number AS TEXT), reply FROM retries WHERE session = ?',
        session.id,
      );
      if (row === undefined) session.latest = undefined;
      else {
        const number = BigInt(textOf(row[0]));
        const reply = row[1] === null ? undefined : new Document(blobOf(row[1]));
        session.latest =
          reply === undefined
            ? { kind: 'committed', number }
            : { kind: 'write', number, reply: Promise.resolve(reply) };
      }
    },
    remember: ({ connection }, session, number, reply) => {
      connection.run(REMEMBER, session.id, number, reply ?? null, Date.now());
    },
    forget: async (sessions) => {
      const stored = sessions.filter((session) => session.latest !== undefined && session.latest !== 'unread');
      if (stored.length === 0) return;
      await queue.run(({ connection }) => {
        for (const session of stored) connection.run('DELETE FROM retries WHERE session = ?', session.id);
      });
    },
    sweep: async (now) => {
      const before = now - SESSION_MILLISECONDS;
      if (reading.connection.get('SELECT 1 FROM retries WHERE used < ? LIMIT 1', before) === undefined) return;
      await queue.run(({ connection }) => connection.run('DELETE FROM retries WHERE used < ?', before));
    },
  };
}

const REMEMBER = `INSERT INTO retries (session, number, reply, used) VALUES (?, ?, ?, ?)
  ON CONFLICT (session) DO UPDATE SET number = excluded.number, reply = excluded.reply, used = excluded.used`;

/** Runs a retryable write at most once: a repetition waits for the first attempt and gets its answer. */
export function runOnce(session: Session, number: bigint, run: () => Promise<Document>): Promise<Document> {
  const { latest } = session;
  if (latest !== undefined && latest !== 'unread') {
    if (number < latest.number) {
      throw new CommandError(
        'TransactionTooOld',
        `Retryable write with txnNumber ${String(number)} is prohibited on session because a newer retryable write with txnNumber ${String(latest.number)} has already started on this session.`,
      );
    }
    if (number === latest.number) {
      if (latest.kind !== 'write') {
        throw new CommandError(
          'InvalidOptions',
          'Must specify autocommit=false on all operations of a multi-statement transaction.',
        );
      }
      if (latest.reply !== undefined) return latest.reply;
    }
  }
  const reply = run();
  const write = { kind: 'write', number, reply } as const;
  session.latest = write;
  reply.catch(() => {
    if (session.latest === write) session.latest = { kind: 'write', number, reply: undefined };
  });
  return reply;
}
