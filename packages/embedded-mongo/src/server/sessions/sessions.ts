import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { OpenTransaction } from './transactions.ts';

/** A retryable write; its reply is undefined after a failure, which a repetition may put right. */
export interface RetryableWrite {
  readonly kind: 'write';
  readonly number: bigint;
  readonly reply: Promise<Document> | undefined;
}

/** A transaction that is over. */
export interface EndedTransaction {
  readonly kind: 'committed' | 'aborted';
  readonly number: bigint;
}

/** What the server remembers of a client's logical session. */
export interface Session {
  readonly id: string;
  /** `lsid` as change events show it. */
  readonly document: Document;
  /** The newest numbered thing of the session; `unread` until the store was asked what it remembers. */
  latest: RetryableWrite | OpenTransaction | EndedTransaction | 'unread' | undefined;
  /** Settles when the transaction statements received so far are done. */
  turn: Promise<unknown>;
  isEnded: boolean;
  usedAt: number;
}

/** The logical sessions by id. */
export interface Sessions {
  /** The session a command names, made on first use; undefined when it names none. */
  of(body: Document): Session | undefined;
  /** The session of an id, made on first use. */
  use(id: string): Session;
  /** The session of an id, if it is known. */
  find(id: string): Session | undefined;
  /** Ends a session and returns it, if there was one. */
  end(id: string): Session | undefined;
  all(): Iterable<Session>;
  /** Forgets sessions unused for longer than their timeout and returns them. */
  expire(now: number): readonly Session[];
}

/** How long a session lives without being used, in milliseconds; `hello` announces it. */
export const SESSION_MILLISECONDS = 30 * 60_000;
/** The SHA-256 of nothing. */
const NO_USER = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex');

/** Creates an empty set of sessions. */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  const remove = (session: Session): void => {
    session.isEnded = true;
    sessions.delete(session.id);
  };
  const use = (id: string): Session => {
    const session = sessions.get(id) ?? createSession(id);
    session.usedAt = Date.now();
    sessions.set(id, session);
    return session;
  };
  return {
    of: (body) => {
      const id = sessionId(body.get('lsid'));
      return id === undefined ? undefined : use(id);
    },
    use,
    find: (id) => sessions.get(id),
    end: (id) => {
      const session = sessions.get(id);
      if (session !== undefined) remove(session);
      return session;
    },
    all: () => sessions.values(),
    expire: (now) => {
      const expired = [...sessions.values()].filter((session) => now - session.usedAt > SESSION_MILLISECONDS);
      for (const session of expired) remove(session);
      return expired;
    },
  };
}

function createSession(id: string): Session {
  return {
    id,
    document: sessionDocument(id),
    latest: 'unread',
    turn: Promise.resolve(),
    isEnded: false,
    usedAt: 0,
  };
}

function sessionDocument(id: string): Document {
  return new Document(
    new Map<string, Value>([
      ['id', { kind: 'binData', subtype: 4, bytes: Buffer.from(id, 'hex') }],
      ['uid', { kind: 'binData', subtype: 0, bytes: NO_USER }],
    ]),
  );
}

/** The id of a session document such as `lsid`, or undefined when it is none. */
export function sessionId(value: ReturnType<Document['get']>): string | undefined {
  const id = isDocument(value) ? value.get('id') : undefined;
  if (typeof id !== 'object' || id === null || Array.isArray(id) || id.kind !== 'binData') return undefined;
  return id.bytes.toString('hex');
}
