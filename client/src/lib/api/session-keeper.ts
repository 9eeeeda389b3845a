import { authRoutes, ProblemError, sessionSchema } from '@parley/contracts';
import type { Session } from '@parley/contracts';
import * as z from 'zod/mini';
import type { TabChannel } from '../tab-channel.ts';
import { readProblem } from './read-problem.ts';
import type { RememberedUser } from './remembered-user.ts';
import { answerDeadlineMs, OfflineError, send } from './send.ts';
import type { Fetch } from './send.ts';

/**
 * What changed: this tab signed in or renewed its token, another tab did, somebody signed out here, or from another
 * device (`revoked`), the server no longer accepts the session, or it cannot be reached and whoever was here last may
 * read what was kept (`remembered`).
 */
export type SessionChange = 'started' | 'renewed' | 'adopted' | 'ended' | 'revoked' | 'expired' | 'remembered';

/** Runs `work` while no other tab holds the same name. */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface SessionKeeperOptions {
  readonly fetch: Fetch;
  readonly channel: TabChannel;
  readonly exclusive: Exclusive;
  /** Absent: nobody is remembered. */
  readonly remembered?: RememberedUser;
  /** The answer to a refresh that was asked for before there was a keeper, once. Not used after somebody signed in or out. */
  readonly takeEarly?: () => Promise<Response | undefined>;
}

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), session: sessionSchema }),
  z.object({ type: z.literal('signed-out') }),
]);

/** No server takes it: the first request that arrives trades it for a real one. */
const noToken = '';

export type SessionKeeper = ReturnType<typeof createSessionKeeper>;

/**
 * Holds the access token, in memory only, and trades the refresh cookie for a new one when asked: one request at a
 * time, across tabs, because the cookie works only once.
 */
export function createSessionKeeper({ fetch, channel, exclusive, remembered, takeEarly }: SessionKeeperOptions) {
  let session: Session | undefined;
  let restored = false;
  let refreshing: Promise<Session | undefined> | undefined;
  /** How often somebody signed in or out, here or in another tab, or a token was renewed. */
  let changes = 0;
  let isLeaving = false;
  const listeners = new Set<(change: SessionChange, session: Session | undefined) => void>();

  const become = (next: Session | undefined, change: SessionChange) => {
    session = next;
    changes += 1;
    if (next) remembered?.keep(next.user);
    else remembered?.forget();
    for (const listener of listeners) listener(change, next);
  };

  channel.addEventListener('message', (event) => {
    const message = z.safeParse(messageSchema, event.data);
    if (!message.success) return;
    if (message.data.type === 'session') become(message.data.session, 'adopted');
    else if (session) become(undefined, 'ended');
    else changes += 1;
  });

  async function trade(stale: Session | undefined): Promise<Session | undefined> {
    // While this tab waited for its turn another one may have shared a newer token.
    if (session !== stale) return session;
    // Waited for in any case, so that the cookie is not used twice at a time; after any change it is old.
    const early = await takeEarly?.();
    const before = changes;
    const response = before === 0 && early ? early : await send(fetch, authRoutes.refresh.path, { method: 'POST' });
    if (response.ok) {
      const next = await readSession(response);
      // Somebody signed out, or in, while the answer was on its way.
      if (changes !== before) return session;
      become(next, 'renewed');
      channel.postMessage({ type: 'session', session: next });
      return next;
    }
    const problem = await readProblem(response);
    if (problem instanceof OfflineError || problem.status !== 401) throw problem;
    // Without Web Locks two tabs may race for the cookie; the loser takes what the winner shared.
    if (session !== stale) return session;
    if (session && !isLeaving) become(undefined, 'expired');
    return undefined;
  }

  async function refresh(stale: Session | undefined): Promise<Session | undefined> {
    if (session !== stale) return session;
    refreshing ??= exclusive('parley-refresh', () => trade(stale)).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  /** After signing out: this tab and all others forget the token. */
  function end(): void {
    become(undefined, 'ended');
    channel.postMessage({ type: 'signed-out' });
  }

  return {
    /** The session of this tab, if somebody is signed in. */
    current: () => session,

    /**
     * The session at the start of a page, from the refresh cookie; asked for once. Without a server it is that of whoever
     * was here last, whose requests wait for the server as all others do. Throws like `refresh`.
     */
    async restore(): Promise<Session | undefined> {
      if (session || restored) return session;
      try {
        await refresh(undefined);
      } catch (error) {
        const user = error instanceof OfflineError ? remembered?.read() : undefined;
        if (user === undefined) throw error;
        become({ user, accessToken: noToken, expiresAt: user.createdAt }, 'remembered');
      }
      restored = true;
      return session;
    },

    /** Whether somebody is remembered whom the server has not been asked about yet. */
    isOffline: () => session?.accessToken === noToken,

    /** After signing in or up. */
    start(next: Session) {
      become(next, 'started');
      channel.postMessage({ type: 'session', session: next });
    },

    /**
     * Signs out by `work`, which ends the session on the server: what this tab hears of that meanwhile is no news. Then
     * it and all others forget the token. Rejects as `work` does; the session stays then.
     */
    async leave(work: () => Promise<unknown>): Promise<void> {
      isLeaving = true;
      try {
        await work();
      } finally {
        isLeaving = false;
      }
      end();
    },

    end,

    /** The server said that somebody signed this device out; every tab hears that by itself. */
    revoke() {
      if (session && !isLeaving) become(undefined, 'revoked');
    },

    /**
     * A session newer than `stale`, or `undefined` when the refresh cookie is missing or spent. Throws OfflineError or
     * ProblemError when that could not be found out.
     */
    refresh,

    /** Told of every change until the returned function is called. */
    subscribe(listener: (change: SessionChange, session: Session | undefined) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The session in an answer. A connection that breaks off in the middle of it is an OfflineError. */
async function readSession(response: Response): Promise<Session> {
  let body: unknown;
  try {
    body = await response.json();
  } catch (error) {
    throw new OfflineError('unreachable', error);
  }
  return z.parse(sessionSchema, body);
}

/** Web Locks where the page has them (secure contexts), otherwise no wait. A tab that hangs is waited for 40 s. */
export function exclusiveByWebLocks(locks: LockManager | undefined): Exclusive {
  if (!locks) return (_, work) => work();
  return async (name, work) => {
    const signal = AbortSignal.timeout(answerDeadlineMs + 10_000);
    try {
      return await locks.request(name, { signal }, work);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') throw new OfflineError('timeout', error);
      throw error;
    }
  };
}

/** The problem of a request that needs somebody signed in, when nobody is. */
export function sessionEnded(): ProblemError {
  return new ProblemError('session-ended');
}
