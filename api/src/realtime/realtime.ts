import type { Server as HttpServer } from 'node:http';
import type { ConversationId, Person, SessionId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { ConversationRepository } from '../database/repositories/conversation-repository.ts';
import type { SessionRepository } from '../database/repositories/session-repository.ts';
import type { ConversationAccess } from '../participants/conversation-access.ts';
import type { OpenReadings } from '../participants/open-readings.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';
import type { Announcer } from './announcer.ts';
import { createConversationEvents } from './conversation-events.ts';
import { guardRecovery } from './guard-recovery.ts';
import { createHandshake } from './handshake.ts';
import type { VerifyToken } from './handshake.ts';
import { createPresence } from './presence.ts';
import { createRedisSocketAdapter } from './redis-socket-adapter.ts';
import { conversationRoom, ownRoom, sessionRoom, userRoom } from './rooms.ts';
import { createSocketServer } from './socket-server.ts';
import type { RealtimeSocket, SocketIdentity } from './socket-server.ts';
import { watchSessions } from './watch-sessions.ts';

/** The news channel of all devices. */
export interface Realtime {
  readonly announcer: Announcer;
  /** Takes the sockets of somebody who takes part no more out of a conversation, and ends what they read of it, everywhere. */
  readonly shut: (id: ConversationId, userId: UserId) => void;
  /** Which devices of a person are connected, on all replicas. */
  readonly onlineSessions: (userId: UserId) => Promise<ReadonlySet<SessionId>>;
  /** Serves sockets on a server, beside what it serves already. */
  attach(server: HttpServer): void;
  /** Sends every socket away so that it connects again at once, elsewhere. The server's port must be closed already. */
  close(): Promise<void>;
}

interface RealtimeOptions {
  readonly verify: VerifyToken;
  readonly sessions: SessionRepository;
  readonly conversations: Pick<ConversationRepository, 'find'>;
  readonly access: Pick<ConversationAccess, 'find' | 'list'>;
  readonly readings: Pick<OpenReadings, 'end'>;
  /** Tells the other replicas; absent: this process is alone. */
  readonly redis: Pick<RedisConnections, 'commands' | 'openWaiting'> | undefined;
  /** Whether a proxy stands in front. */
  readonly behindProxy: boolean;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Milliseconds that a device has to come back before the others are told that it left. */
const leaveGrace = 2_000;

/** Rooms, presence and announcements over socket.io; over Redis, one channel for all replicas. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const { verify, sessions, conversations, access, readings, redis, behindProxy, log, now } = options;
  const shared = redis === undefined ? undefined : createRedisSocketAdapter(redis, log);
  const io = createSocketServer({ behindProxy, adapter: shared?.adapter });
  const presence = createPresence({ io, sessions, log, now, grace: leaveGrace, peopleOf });
  const serveEvents = createConversationEvents({ presence, conversations, access, log });
  let isClosing = false;

  async function peopleOf(id: ConversationId): Promise<Person[]> {
    const others = await access.list(id);
    const [first] = others;
    if (first === undefined) return [];
    return [{ id: first.ownerId, name: first.ownerName }, ...others.map(({ userId, name }) => ({ id: userId, name }))];
  }

  const announcer: Announcer = {
    announce(userId, news) {
      io.to(userRoom(userId)).emit('news', news);
    },
    endSession(sessionId) {
      io.to(sessionRoom(sessionId)).emit('news', { type: 'session-ended' });
      io.in(sessionRoom(sessionId)).disconnectSockets(true);
    },
  };

  function welcome(socket: RealtimeSocket): void {
    const { userId, sessionId } = socket.data;
    if (userId === undefined || sessionId === undefined) throw new Error('A socket was let in without a handshake');
    const identity = { userId, sessionId };
    serveEvents(socket, identity);
    socket.on('disconnecting', (reason) => {
      // The device comes back at another replica, which tells of it.
      if (reason !== 'server shutting down') presence.depart(new Set(socket.rooms), identity);
    });
    void receive(socket, identity);
  }

  async function receive(socket: RealtimeSocket, identity: SocketIdentity): Promise<void> {
    try {
      if (!(await presence.arrive(socket, identity))) announcer.endSession(identity.sessionId);
    } catch (error) {
      log.warn({ err: error }, 'A socket could not be welcomed');
      socket.disconnect(true);
    }
  }

  guardRecovery(io, { sessions, conversations, access, now });
  io.on('participant-left', (id: ConversationId, userId: UserId) => readings.end(id, userId));
  io.use(createHandshake({ verify, isClosing: () => isClosing, log }));
  io.on('connection', welcome);
  const watch = watchSessions({ io, sessions, announcer, log, now });

  let closed: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    isClosing = true;
    watch.stop();
    presence.close();
    await io.close();
    await shared?.close();
  }

  return {
    announcer,
    shut(id, userId) {
      readings.end(id, userId);
      if (redis !== undefined) io.serverSideEmit('participant-left', id, userId);
      io.in(ownRoom(id, userId)).socketsLeave([conversationRoom(id), ownRoom(id, userId)]);
      presence.tellPeople(id).catch((error: unknown) => log.warn({ err: error }, 'Who is there could not be told'));
    },
    onlineSessions: (userId) => presence.online(userId),
    attach(server) {
      io.attach(server);
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
