import { randomUUID } from 'node:crypto';
import { createDispatcher, createOpenAiChatStrategy } from '@parley/gateway';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { createAuthRouter } from './auth/auth-routes.ts';
import { createAuthService } from './auth/auth-service.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import type { AppConfig } from './config/app-config.ts';
import { isEmbeddedGateway } from './config/check-gateway.ts';
import { makeDataFolder } from './config/data-folder.ts';
import { createConfigRouter } from './config/config-routes.ts';
import { createConversationRouter } from './conversations/conversation-routes.ts';
import { createConversationService } from './conversations/conversation-service.ts';
import { openDatabase } from './database/open-database.ts';
import { createConversationRepository } from './database/repositories/conversation-repository.ts';
import type { ConversationRepository } from './database/repositories/conversation-repository.ts';
import { createGenerationRepository } from './database/repositories/generation-repository.ts';
import type { GenerationRepository } from './database/repositories/generation-repository.ts';
import { createMessageRepository } from './database/repositories/message-repository.ts';
import type { MessageRepository } from './database/repositories/message-repository.ts';
import { createSessionRepository } from './database/repositories/session-repository.ts';
import { createUserRepository } from './database/repositories/user-repository.ts';
import { createDocRouter } from './docs/doc-routes.ts';
import { createDocService } from './docs/doc-service.ts';
import { openGenerationLog, openSharedGenerationLog } from './generations/generation-log.ts';
import { createGenerationRouter } from './generations/generation-routes.ts';
import { createGenerationRuns } from './generations/generation-runs.ts';
import { createGenerationService } from './generations/generation-service.ts';
import { createGenerationStore } from './generations/generation-store.ts';
import { createGenerationUpkeep } from './generations/generation-upkeep.ts';
import { allRoutes } from './http/all-routes.ts';
import { findClientBuild } from './http/client-files.ts';
import { createMount } from './http/mount.ts';
import { createOpenApiRouter } from './http/openapi.ts';
import { createProbeRouter } from './http/probe-router.ts';
import { startEmbeddedGateway } from './models/embedded-gateway.ts';
import { createModelLists } from './models/model-lists.ts';
import { createModelRouter } from './models/model-routes.ts';
import { createModelService } from './models/model-service.ts';
import type { ModelService } from './models/model-service.ts';
import { connectRedis } from './redis/connect-redis.ts';
import type { RedisConnections } from './redis/connect-redis.ts';
import { createShutdown } from './shutdown.ts';
import type { Shutdown } from './shutdown.ts';

export interface Parley {
  readonly app: Express;
  /** Whether no account exists yet. */
  isFirstRun(): Promise<boolean>;
  /** Ends live streams and makes `/readyz` say no; requests in flight go on. */
  drain(): void;
  /** Stops everything that was started. The server should have stopped listening before. */
  close(): Promise<void>;
}

interface ComposeOptions {
  readonly config: AppConfig;
  readonly log: Logger;
  /** Holds every answer against its contract; see `createMount`. */
  readonly checkAnswers: boolean;
}

/** Builds every service and hands it what it needs. When one of them cannot start, those before it are stopped again. */
export async function compose(options: ComposeOptions): Promise<Parley> {
  const shutdown = createShutdown(options.log);
  try {
    return await build(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function build({ config, log, checkAnswers }: ComposeOptions, shutdown: Shutdown): Promise<Parley> {
  const draining = new AbortController();

  makeDataFolder(config.dataDir);
  const database = await openDatabase(config, log);
  shutdown.add('database', () => database.close());
  const users = createUserRepository(database.connection);
  const sessions = createSessionRepository(database.connection);
  const conversations = createConversationRepository(database.connection);
  const messages = createMessageRepository(database.connection);
  const generations = createGenerationRepository(database.connection);
  await database.createIndexes();

  const redis = config.redisUri === undefined ? undefined : await connectRedis(config.redisUri, log);
  if (redis !== undefined) shutdown.add('Redis', () => redis.close());

  const gateway = config.gateway.enabled ? await startEmbeddedGateway(config, log) : undefined;
  if (gateway !== undefined) shutdown.add('gateway', () => gateway.close());

  const { auth: settings, secrets } = config;
  const auth = createAuthService({ users, sessions, settings, secrets, log, now: Date.now });
  const authenticator = createAuthenticator({ auth, users, accessTokenKey: secrets.accessTokenKey });
  const mount = createMount({
    authenticate: (request, response) => authenticator.byAccessToken(request, response),
    checkAnswers,
    draining: draining.signal,
  });

  const dispatcher = createDispatcher();
  shutdown.add('connections to endpoints', () => dispatcher.destroy());
  const strategy = createOpenAiChatStrategy({ dispatcher });
  const lists = createModelLists({ log, fetch, now: Date.now });
  const models = createModelService({ endpoints: config.endpoints, strategy, lists });
  const chat = await startChat({ config, log, redis, conversations, messages, generations, models }, shutdown);
  const docs = createDocService(config.installRoot);
  const usesOnlyGateway = config.endpoints.every((endpoint) => isEmbeddedGateway(endpoint, config.gateway.port));
  const isGuideOnly = async (): Promise<boolean> => usesOnlyGateway && ((await gateway?.isGuideOnly()) ?? false);

  const pings = { database: () => database.ping(), ...(redis === undefined ? {} : { redis: () => redis.ping() }) };
  const app = createApp({
    log,
    trustProxy: config.http.trustProxy,
    client: findClientBuild(config.installRoot),
    routers: [
      createProbeRouter({ version: config.version, pings, draining: draining.signal }),
      createOpenApiRouter(allRoutes, { title: config.appTitle, version: config.version }),
      createConfigRouter({ config, users, isGuideOnly, mount }),
      createAuthRouter({ auth, authenticator, users, settings, mount }),
      createModelRouter({ models, mount }),
      createDocRouter({ docs, mount }),
      createConversationRouter({ conversations: chat.conversations, mount }),
      createGenerationRouter({ generations: chat.generations, log: chat.events, mount, draining: draining.signal }),
    ],
  });

  return {
    app,
    isFirstRun: () => users.isEmpty(),
    drain: () => draining.abort(new Error('The server is shutting down.')),
    close: () => shutdown.run(),
  };
}

interface ChatOptions extends Pick<ComposeOptions, 'config' | 'log'> {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly models: ModelService;
  readonly redis: RedisConnections | undefined;
}

/** Conversations and generations; what an earlier process left unfinished is finished or goes on when it resolves. */
async function startChat({ config, log: logger, models, redis, ...repositories }: ChatOptions, shutdown: Shutdown) {
  const now = Date.now;
  const log = redis === undefined ? openGenerationLog(config.dataDir) : openSharedGenerationLog(redis, logger);
  shutdown.add('generation log', () => log.shutdown());
  const store = createGenerationStore({ ...repositories, log });
  const lease = { owner: randomUUID(), isSoleProducer: config.mongoUri === undefined };
  const runs = createGenerationRuns({ ...repositories, ...lease, log, store, models, logger, now });
  shutdown.add('generations', () => runs.close());
  const conversations = createConversationService({ ...repositories, runs, now });
  await conversations.finishRemovals();
  const upkeep = createGenerationUpkeep({ runs, log, logger, now });
  await upkeep.start();
  shutdown.add('upkeep of generations', () => Promise.resolve(upkeep.stop()));
  const generations = createGenerationService({ ...repositories, log, models, runs, now });
  return { conversations, generations, events: log };
}
