import type { Logger } from 'pino';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { Announcer } from './announcer.ts';
import type { RealtimeServer } from './socket-server.ts';

/** Milliseconds between two looks. */
const interval = 60_000;

interface WatchOptions {
  readonly io: RealtimeServer;
  readonly sessions: Pick<SessionRepository, 'filterLive'>;
  readonly announcer: Pick<Announcer, 'endSession'>;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface Watch {
  stop(): void;
}

/**
 * Cuts off, once a minute, the sockets of sessions that have expired, or whose end was announced while this replica
 * could not hear it: a socket outlives the access token it came with.
 */
export function watchSessions({ io, sessions, announcer, log, now }: WatchOptions): Watch {
  async function look(): Promise<void> {
    const here = [...io.of('/').sockets.values()];
    const ids = [...new Set(here.flatMap(({ data }) => data.sessionId ?? []))];
    if (ids.length === 0) return;
    const live = new Set(await sessions.filterLive(ids, new Date(now())));
    for (const id of ids) if (!live.has(id)) announcer.endSession(id);
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn({ err: error }, 'Sessions of sockets could not be checked'));
  }, interval);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
