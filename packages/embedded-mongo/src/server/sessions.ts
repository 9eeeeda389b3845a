import type { Document } from '../bson/document.ts';
import { isDocument } from '../bson/value.ts';
import type { Transaction } from './transactions.ts';

/** A retryable write and its answer. */
export interface RetryableWrite {
  readonly transactionNumber: bigint;
  readonly reply: Promise<Document>;
}

/** What the server remembers of a client's logical session. */
export interface Session {
  readonly id: string;
  write: RetryableWrite | undefined;
  transaction: Transaction | undefined;
  usedAt: number;
}

/** The logical sessions by id. */
export interface Sessions {
  /** The session a command names, made on first use; undefined when it names none. */
  of(body: Document): Session | undefined;
  /** Ends a session and returns it, if there was one. */
  end(id: string): Session | undefined;
  all(): Iterable<Session>;
  /** Forgets sessions unused for longer than their timeout and returns them. */
  expire(now: number): readonly Session[];
}

const TIMEOUT_MILLISECONDS = 30 * 60_000;

/** Creates an empty set of sessions. */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    of: (body) => {
      const id = sessionId(body.get('lsid'));
      if (id === undefined) return undefined;
      const session = sessions.get(id) ?? { id, write: undefined, transaction: undefined, usedAt: 0 };
      session.usedAt = Date.now();
      sessions.set(id, session);
      return session;
    },
    end: (id) => {
      const session = sessions.get(id);
      sessions.delete(id);
      return session;
    },
    all: () => sessions.values(),
    expire: (now) => {
      const expired = [...sessions.values()].filter((session) => now - session.usedAt > TIMEOUT_MILLISECONDS);
      for (const session of expired) sessions.delete(session.id);
      return expired;
    },
  };
}

/** The id of a session document such as `lsid`, or undefined when it is none. */
export function sessionId(value: ReturnType<Document['get']>): string | undefined {
  const id = isDocument(value) ? value.get('id') : undefined;
  if (typeof id !== 'object' || id === null || Array.isArray(id) || id.kind !== 'binData') return undefined;
  return id.bytes.toString('hex');
}
