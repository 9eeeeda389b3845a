import { problem } from '@parley/contracts';
import type { Device, SessionId, UserId } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import { describeDevice } from '../access/describe-device.ts';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** Where a person is signed in. */
export interface DeviceService {
  /** The most recently seen first. */
  list(userId: UserId): Promise<Device[]>;
  /** What to call a device; `null` when it is not signed in any more. */
  deviceOf(id: SessionId): Promise<Pick<Device, 'id' | 'name'> | null>;
  /** Ends a session and closes its connections. Throws `session-not-found`, also for somebody else's. */
  signOut(userId: UserId, id: SessionId): Promise<void>;
  /** Ends all sessions of a person but the one that asks. */
  signOutOthers(actor: Actor): Promise<void>;
}

interface DeviceServiceOptions {
  readonly sessions: SessionRepository;
  /** Which devices of a person are connected. */
  readonly onlineSessions: (userId: UserId) => Promise<ReadonlySet<SessionId>>;
  readonly announcer: Pick<Announcer, 'endSession'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A device is a session: ending one ends its refresh token and closes its connections. */
export function createDeviceService({ sessions, onlineSessions, announcer, now }: DeviceServiceOptions): DeviceService {
  async function signOut(userId: UserId, id: SessionId): Promise<boolean> {
    const wasThere = await sessions.removeOwn(userId, id);
    if (wasThere) announcer.endSession(id);
    return wasThere;
  }

  return {
    async list(userId) {
      const [found, online] = await Promise.all([sessions.list(userId, new Date(now())), onlineSessions(userId)]);
      return found.map((session) => describeDevice(session, online.has(session.id)));
    },

    async deviceOf(id) {
      const session = await sessions.find(id);
      return session === undefined ? null : { id, name: session.name };
    },

    async signOut(userId, id) {
      if (!(await signOut(userId, id))) throw problem('session-not-found');
    },

    async signOutOthers({ userId, sessionId }) {
      const found = await sessions.list(userId, new Date(now()));
      await Promise.all(found.filter(({ id }) => id !== sessionId).map(({ id }) => signOut(userId, id)));
    },
  };
}
