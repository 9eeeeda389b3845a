import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conversationIdSchema, generationIdSchema, sessionIdSchema } from '@parley/contracts';
import type { ConversationId, News, SessionId, UserId } from '@parley/contracts';
import jwt from 'jsonwebtoken';
import { pino } from 'pino';
import { accessTokenRules, signAccessToken } from '../../auth/access-token.ts';
import { createAccessTokenVerifier } from '../../auth/access-token-verifier.ts';
import type { Database } from '../../database/connect.ts';
import { openDatabase } from '../../database/open-database.ts';
import { createConversationRepository } from '../../database/repositories/conversation-repository.ts';
import { createSessionRepository } from '../../database/repositories/session-repository.ts';
import { createUserRepository } from '../../database/repositories/user-repository.ts';
import { connectRedis } from '../../redis/connect-redis.ts';
import { connectTab, openTab } from './tab.ts';
import type { Tab, TabOptions } from './tab.ts';
import { createRealtime } from '../realtime.ts';
import type { Realtime } from '../realtime.ts';

const log = pino({ level: 'silent' });
const accessTokenKey = 'a key for tests that is long enough';
const hour = 3_600_000;

/** A device with a session in the database. */
export interface TestDevice {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly token: string;
}

/** One replica: a port with the sockets of the news channel and nothing else. */
export interface Replica {
  readonly url: string;
  readonly realtime: Realtime;
  close(): Promise<void>;
}

const nobody = { find: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

/** Realtime over a real database, in as many replicas as a test wants. */
export async function openNewsDesk() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-news-'));
  const database: Database = await openDatabase({ dataDir: folder }, log);
  const users = createUserRepository(database.connection);
  const sessions = createSessionRepository(database.connection);
  const conversations = createConversationRepository(database.connection);
  await database.createIndexes();
  const tabs: Tab[] = [];
  let accounts = 0;

  async function signIn(userId: UserId, name: string): Promise<TestDevice> {
    const sessionId = sessionIdSchema.parse(randomUUID());
    const at = new Date();
    const expiresAt = new Date(at.getTime() + hour);
    await sessions.create({ id: sessionId, userId, tokenHash: 'x', name, lastSeenAt: at, createdAt: at, expiresAt });
    const { accessToken } = signAccessToken(userId, sessionId, {
      key: accessTokenKey,
      lifetimeMs: hour,
      now: Date.now(),
    });
    return { userId, sessionId, token: accessToken };
  }

  return {
    users,
    sessions,
    conversations,
    signIn,

    /** A new person's first device. */
    async register(name = 'Firefox on Linux'): Promise<TestDevice> {
      accounts += 1;
      const email = `person-${accounts}@example.com`;
      const user = await users.create({ email, name: 'Ada', passwordHash: 'x' });
      return await signIn(user.id, name);
    },

    expiredToken({ userId, sessionId }: TestDevice): string {
      const { algorithm, issuer, audience } = accessTokenRules;
      const claims = { sub: userId, sid: sessionId, iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) - 1 };
      return jwt.sign(claims, accessTokenKey, { algorithm });
    },

    async begin(userId: UserId): Promise<ConversationId> {
      const id = conversationIdSchema.parse(randomUUID());
      const generationId = generationIdSchema.parse(randomUUID());
      await conversations.begin(userId, id, { title: 'Hello' }, { generationId, endpoint: 'E', model: 'm', at: new Date() });
      return id;
    },

    /** `access` says who takes part in conversations of others; nobody unless told. */
    async startReplica(redisUri?: string, access: Parameters<typeof createRealtime>[0]['access'] = nobody): Promise<Replica> {
      const redis = redisUri === undefined ? undefined : await connectRedis(redisUri, log);
      const now = Date.now;
      const verify = createAccessTokenVerifier({ users, sessions, accessTokenKey, now });
      const readings = { end: () => undefined };
      const realtime = createRealtime({ verify, sessions, conversations, access, readings, redis, behindProxy: false, log, now });
      const server = createServer();
      realtime.attach(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return {
        url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
        realtime,
        async close() {
          server.close();
          await realtime.close();
          server.closeAllConnections();
          await redis?.close();
        },
      };
    },

    /** Connects a tab of a device. */
    async open({ url }: Pick<Replica, 'url'>, device: TestDevice, options: TabOptions = {}): Promise<Tab> {
      const tab = await openTab(url, device.token, options);
      tabs.push(tab);
      return tab;
    },

    /** What a handshake that must fail is told. */
    async refusal({ url }: Pick<Replica, 'url'>, options: TabOptions): Promise<string> {
      const { socket } = connectTab(url, undefined, { reconnection: false, ...options });
      const told = Promise.withResolvers<string>();
      socket.on('connect', () => told.reject(new Error('The handshake succeeded')));
      socket.on('connect_error', (error) => told.resolve(error.message));
      try {
        return await told.promise;
      } finally {
        socket.disconnect();
      }
    },

    async close() {
      for (const { socket } of tabs) socket.disconnect();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type NewsDesk = Awaited<ReturnType<typeof openNewsDesk>>;

/** A fact to announce that tests tell apart by its id. */
export function someNews(): News & { type: 'generation-ended' } {
  return {
    type: 'generation-ended',
    conversationId: conversationIdSchema.parse(randomUUID()),
    generationId: generationIdSchema.parse(randomUUID()),
    status: 'done',
  };
}
