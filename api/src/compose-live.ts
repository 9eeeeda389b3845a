import type { Logger } from 'pino';
import { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
import type { AppConfig } from './config/app-config.ts';
import type { Repositories } from './database/create-repositories.ts';
import { createConversationAccess } from './participants/conversation-access.ts';
import { createOpenReadings } from './participants/open-readings.ts';
import { createSeats } from './participants/seats.ts';
import { createSharedAnnouncer } from './participants/shared-announcer.ts';
import { createRealtime } from './realtime/realtime.ts';
import type { RedisConnections } from './redis/connect-redis.ts';
import type { Shutdown } from './shutdown.ts';

interface LiveOptions {
  readonly config: AppConfig;
  readonly repositories: Repositories;
  readonly redis: RedisConnections | undefined;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The news channel, who takes part in conversations of others, and what they hear of them. */
export function startLive({ config, repositories, redis, log, now }: LiveOptions, shutdown: Shutdown) {
  const { users, participants, generations, messages, sessions, conversations } = repositories;
  const { accessTokenKey } = config.secrets;
  const verify = createAccessTokenVerifier({ users, sessions, accessTokenKey, now });
  const participation = createConversationAccess({ participants, isOffered: config.sharedChats ?? true });
  const readings = createOpenReadings({ access: participation, log });
  shutdown.add('readings of guests', () => Promise.resolve(readings.stop()));
  const behindProxy = config.http.trustProxy !== 0 && config.http.trustProxy !== false;
  const known = { sessions, conversations, access: participation };
  const realtime = createRealtime({ ...known, verify, readings, redis, behindProxy, log, now });
  shutdown.add('sockets', () => realtime.close());
  return {
    participation,
    readings,
    realtime,
    seats: createSeats({ access: participation, generations, messages }),
    announcer: createSharedAnnouncer({
      announcer: realtime.announcer,
      access: participation,
      participants,
      logger: log,
    }),
  };
}
