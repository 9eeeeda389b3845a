import type { News, SessionId, UserId } from '@parley/contracts';

/** Tells a user's devices what happened. Never throws and never waits: news may be lost, see `newsSchema`. */
export interface Announcer {
  /** To every device of a user. */
  announce(userId: UserId, news: News): void;
  /** Tells a device that its session has ended, and closes its connections, on whatever replica they are. */
  endSession(sessionId: SessionId): void;
}
