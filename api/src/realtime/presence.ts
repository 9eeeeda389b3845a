import type { ConversationId, News, Person, PresentPerson, SessionId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import { describeDevice } from '../access/describe-device.ts';
import type { SessionRecord, SessionRepository } from '../database/repositories/session-repository.ts';
import { orAborted } from '../or-aborted.ts';
import { errorWords } from '../redis/error-words.ts';
import { conversationRoom, conversationsOf, ownRoom, sessionRoom, userRoom } from './rooms.ts';
import type { RealtimeServer, RealtimeSocket, SocketIdentity } from './socket-server.ts';

/** Milliseconds to hear from the other replicas; without them, only the devices connected here count. */
const answerDeadline = 1_000;
/** Milliseconds after which somebody who said nothing more is not writing any more. */
const typingLife = 6_000;
/** Milliseconds by which a timer may be early. */
const lateness = 100;

/** Tells a person's devices of each other. The tabs of one session are one device. */
export interface Presence {
  /** The devices of a person that are connected, on all replicas. */
  online(userId: UserId): Promise<ReadonlySet<SessionId>>;
  /** After a socket has come: its device is there if it was not before. Resolves to whether the session goes on. */
  arrive(socket: RealtimeSocket, identity: SocketIdentity): Promise<boolean>;
  /** Puts a socket into the room of a conversation; resolves to its user's other devices' sessions there. */
  enter(socket: RealtimeSocket, identity: SocketIdentity, id: ConversationId): Promise<SessionRecord[]>;
  /** Who looks at a shared conversation now; tells them all. */
  tellPeople(id: ConversationId): Promise<PresentPerson[]>;
  /** Notes whether somebody is writing a prompt there, and tells the others. */
  setTyping(socket: RealtimeSocket, id: ConversationId, isTyping: boolean): Promise<void>;
  leave(socket: RealtimeSocket, identity: SocketIdentity, id: ConversationId): Promise<void>;
  /** After a socket has gone; `rooms` are those it was in. A reload is no leaving: it comes back within the grace. */
  depart(rooms: ReadonlySet<string>, identity: SocketIdentity): void;
  /** Forgets who has just gone, and who writes. */
  close(): void;
}

interface PresenceOptions {
  readonly io: RealtimeServer;
  readonly sessions: Pick<SessionRepository, 'find' | 'list' | 'touch'>;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds that a device has to come back. */
  readonly grace: number;
  /** Everybody who takes part in a conversation, its owner among them; nobody where it is not shared. */
  readonly peopleOf: (id: ConversationId) => Promise<readonly Person[]>;
}

interface PresentSocket extends Partial<SocketIdentity> {
  readonly id: string;
}

interface Departure {
  readonly timer: NodeJS.Timeout;
  readonly conversations: ReadonlySet<ConversationId>;
}

/** Presence as the rooms of sockets have it; nothing of it is stored but when a device was last seen. */
export function createPresence({ io, sessions, log, now, grace, peopleOf }: PresenceOptions): Presence {
  const departures = new Map<SessionId, Departure>();
  /** Of sockets that said that somebody writes: when that is over without another word. */
  const pauses = new Map<string, NodeJS.Timeout>();

  async function socketsIn(room: string): Promise<readonly PresentSocket[]> {
    const signal = AbortSignal.timeout(2 * answerDeadline);
    const everywhere = orAborted(io.timeout(answerDeadline).in(room).fetchSockets(), signal);
    const sockets = await everywhere.catch((error: unknown) => {
      log.warn(errorWords(error), 'Not every replica says who is connected');
      return io.local.in(room).fetchSockets();
    });
    return sockets.map(({ id, data }) => ({ id, ...data }));
  }

  async function sessionsIn(room: string): Promise<Set<SessionId>> {
    return new Set((await socketsIn(room)).flatMap(({ sessionId }) => sessionId ?? []));
  }

  async function tellPeople(id: ConversationId): Promise<PresentPerson[]> {
    const [sockets, all] = await Promise.all([socketsIn(conversationRoom(id)), peopleOf(id)]);
    const people = all.flatMap((person): PresentPerson[] => {
      const tabs = sockets.filter(({ userId }) => userId === person.id);
      const isTyping = tabs.some(({ typing }) => typing?.in === id && typing.since > now() - typingLife);
      return tabs.length === 0 ? [] : [{ id: person.id, name: person.name, ...(isTyping ? { typing: true } : {}) }];
    });
    // To each of them, for whoever was removed may be in the room still, where a replica did not hear of that.
    const rooms = all.map((person) => ownRoom(id, person.id));
    if (rooms.length > 0) io.to(rooms).emit('news', { type: 'presence-changed', conversationId: id, people });
    return people;
  }

  /** Tells those who stay, where they are other people. */
  async function tellRest(id: ConversationId, userId: UserId): Promise<void> {
    const rest = await socketsIn(conversationRoom(id));
    if (rest.some((other) => other.userId !== userId)) await tellPeople(id);
  }

  function pauseSoon(socketId: string, id: ConversationId, userId: UserId): void {
    const timer = setTimeout(() => {
      pauses.delete(socketId);
      tellRest(id, userId).catch((error: unknown) => {
        log.warn({ err: error }, 'That somebody has stopped writing could not be told');
      });
    }, typingLife + lateness);
    timer.unref();
    pauses.set(socketId, timer);
  }

  /** News of a device are for the others. */
  function tellOthers(room: string, sessionId: SessionId, news: News): void {
    io.to(room).except(sessionRoom(sessionId)).emit('news', news);
  }

  async function tellJoined(room: string, sessionId: SessionId, conversationId: ConversationId | null): Promise<void> {
    const session = await sessions.find(sessionId);
    if (session === undefined) return;
    tellOthers(room, sessionId, { type: 'device-joined', device: describeDevice(session, true), conversationId });
  }

  async function tellLeft(
    { userId, sessionId }: SocketIdentity,
    conversations: ReadonlySet<ConversationId>,
  ): Promise<void> {
    for (const id of conversations) {
      await tellRest(id, userId);
      if ((await sessionsIn(ownRoom(id, userId))).has(sessionId)) continue;
      const news = { type: 'device-left', deviceId: sessionId, conversationId: id } as const;
      tellOthers(ownRoom(id, userId), sessionId, news);
    }
    if ((await sessionsIn(sessionRoom(sessionId))).size > 0) return;
    await sessions.touch(sessionId, new Date(now()));
    tellOthers(userRoom(userId), sessionId, { type: 'device-left', deviceId: sessionId, conversationId: null });
  }

  return {
    online: (userId) => sessionsIn(userRoom(userId)),

    async arrive(socket, { userId, sessionId }) {
      // First of all, so that no news is missed from the handshake on.
      await socket.join([userRoom(userId), sessionRoom(sessionId)]);
      if (!(await sessions.touch(sessionId, new Date(now())))) return false;
      // A device that has just left and is back was never gone.
      if (departures.has(sessionId)) return true;
      const present = await socketsIn(sessionRoom(sessionId));
      // It may be gone again by now.
      if (present.length !== 1 || present[0]?.id !== socket.id) return true;
      await tellJoined(userRoom(userId), sessionId, null);
      // One that was recovered has its conversations already.
      for (const id of conversationsOf(socket.rooms)) await tellJoined(ownRoom(id, userId), sessionId, id);
      return true;
    },

    async enter(socket, { userId, sessionId }, id) {
      const room = ownRoom(id, userId);
      await socket.join([conversationRoom(id), room]);
      const present = (await socketsIn(room)).filter((other) => other.id !== socket.id);
      if (present.every((other) => other.sessionId !== sessionId)) await tellJoined(room, sessionId, id);
      const others = new Set(present.map((other) => other.sessionId).filter((other) => other !== sessionId));
      if (others.size === 0) return [];
      return (await sessions.list(userId, new Date(now()))).filter((session) => others.has(session.id));
    },

    tellPeople,

    async setTyping(socket, id, isTyping) {
      if (!socket.rooms.has(conversationRoom(id))) return;
      socket.data.typing = isTyping ? { in: id, since: now() } : undefined;
      clearTimeout(pauses.get(socket.id));
      pauses.delete(socket.id);
      const { userId } = socket.data;
      if (userId === undefined) return;
      if (isTyping) pauseSoon(socket.id, id, userId);
      await tellRest(id, userId);
    },

    async leave(socket, { userId, sessionId }, id) {
      const room = ownRoom(id, userId);
      if (!socket.rooms.has(room)) return;
      await socket.leave(conversationRoom(id));
      await socket.leave(room);
      await tellRest(id, userId);
      if ((await sessionsIn(room)).has(sessionId)) return;
      tellOthers(room, sessionId, { type: 'device-left', deviceId: sessionId, conversationId: id });
    },

    depart(rooms, identity) {
      const { sessionId } = identity;
      const before = departures.get(sessionId);
      clearTimeout(before?.timer);
      const conversations = new Set([...(before?.conversations ?? []), ...conversationsOf(rooms)]);
      const timer = setTimeout(() => {
        departures.delete(sessionId);
        tellLeft(identity, conversations).catch((error: unknown) => {
          log.warn({ err: error }, 'The leaving of a device could not be told');
        });
      }, grace);
      departures.set(sessionId, { timer, conversations });
    },

    close() {
      for (const { timer } of departures.values()) clearTimeout(timer);
      departures.clear();
      for (const timer of pauses.values()) clearTimeout(timer);
      pauses.clear();
    },
  };
}
