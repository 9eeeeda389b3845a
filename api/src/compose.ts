import { randomUUID } from 'node:crypto';
import { createDispatcher, createOpenAiChatStrategy } from '@parley/gateway';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
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
import { createDraftRepository } from './database/repositories/draft-repository.ts';
import type { DraftRepository } from './database/repositories/draft-repository.ts';
import { createGenerationRepository } from './database/repositories/generation-repository.ts';
import type { GenerationRepository } from './database/repositories/generation-repository.ts';
import { createMessageRepository } from './database/repositories/message-repository.ts';
import type { MessageRepository } from './database/repositories/message-repository.ts';
import { createSessionRepository } from './database/repositories/session-repository.ts';
import { createUserRepository } from './database/repositories/user-repository.ts';
import { createDeviceRouter } from './devices/device-routes.ts';
import { createDeviceService } from './devices/device-service.ts';
import { createDocRouter } from './docs/doc-routes.ts';
import { createDocService } from './docs/doc-service.ts';
import { createDraftRouter } from './drafts/draft-routes.ts';
import { createDraftService } from './drafts/draft-service.ts';
import { openGenerationLog, openSharedGenerationLog } from './generations/generation-log.ts';
import { createGenerationCommands } from './generations/generation-commands.ts';
import { createGenerationNews } from './generations/generation-news.ts';
import { createGenerationRouter } from './generations/generation-routes.ts';
import { createGenerationRuns } from './generations/generation-runs.ts';
import { createGenerationService } from './generations/generation-service.ts';
import { createGenerationStore } from './generations/generation-store.ts';
import { createGenerationUpkeep } from './generations/generation-upkeep.ts';
import { createPromptQueue } from './generations/prompt-queue.ts';
import { allRoutes } from './http/all-routes.ts';
import { findClientBuild } from './http/client-files.ts';
import { createDrainGate } from './http/drain-gate.ts';
import { createMount } from './http/mount.ts';
import { createOpenApiRouter } from './http/openapi.ts';
import { createProbeRouter } from './http/probe-router.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { startEmbeddedGateway } from './models/embedded-gateway.ts';
import { createModelLists } from './models/model-lists.ts';
import { createModelRouter } from './models/model-routes.ts';
import { createModelService } from './models/model-service.ts';
import type { ModelService } from './models/model-service.ts';
import type { Announcer } from './realtime/announcer.ts';
import { createRealtime } from './realtime/realtime.ts';
import type { Realtime } from './realtime/realtime.ts';
import { connectRedis } from './redis/connect-redis.ts';
import type { RedisConnections } from './redis/connect-redis.ts';
import { createSharedCache } from './redis/shared-cache.ts';
import { createShutdown } from './shutdown.ts';
import type { Shutdown } from './shutdown.ts';

export interface Parley {
  readonly app: Express;
  readonly realtime: Realtime;
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
  /** See `RunPorts`. */
  readonly appendIntervalMs?: number | undefined;
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

async function build(
  { config, log, checkAnswers, appendIntervalMs }: ComposeOptions,
  shutdown: Shutdown,
): Promise<Parley> {
  const draining = new AbortController();

  makeDataFolder(config.dataDir);
  const database = await openDatabase(config, log);
  shutdown.add('database', () => database.close());
  const users = createUserRepository(database.connection);
  const sessions = createSessionRepository(database.connection);
  const conversations = createConversationRepository(database.connection);
  const messages = createMessageRepository(database.connection);
  const generations = createGenerationRepository(database.connection);
  const drafts = createDraftRepository(database.connection);
  await database.createIndexes();

  const redis = config.redisUri === undefined ? undefined : await connectRedis(config.redisUri, log);
  if (redis !== undefined) shutdown.add('Redis', () => redis.close());

  const gateway = config.gateway.enabled ? await startEmbeddedGateway(config, log) : undefined;
  if (gateway !== undefined) shutdown.add('gateway', () => gateway.close());

  const { auth: settings, secrets } = config;
  const { accessTokenKey } = secrets;
  const { now } = database;
  const verify = createAccessTokenVerifier({ users, sessions, accessTokenKey, now });
  const behindProxy = config.http.trustProxy !== 0 && config.http.trustProxy !== false;
  const realtime = createRealtime({ verify, sessions, conversations, redis, behindProxy, log, now });
  shutdown.add('sockets', () => realtime.close());
  const { announcer, onlineSessions } = realtime;
  const auth = createAuthService({ users, sessions, settings, secrets, announcer, log, now });
  const authenticator = createAuthenticator({ auth, users, accessTokenKey, now });
  const devices = createDeviceService({ sessions, onlineSessions, announcer, now });
  const mount = createMount({
    authenticate: (request, response) => authenticator.byAccessToken(request, response),
    checkAnswers,
    draining: draining.signal,
  });

  const dispatcher = createDispatcher();
  shutdown.add('connections to endpoints', () => dispatcher.destroy());
  const strategy = createOpenAiChatStrategy({ dispatcher });
  const lists = createModelLists({
    log,
    fetch,
    now,
    shared: redis === undefined ? undefined : createSharedCache(redis),
  });
  const models = createModelService({ endpoints: config.endpoints, strategy, lists });
  const chat = await startChat(
    { config, log, redis, conversations, messages, generations, drafts, models, announcer, now, appendIntervalMs },
    shutdown,
  );
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
      createDrainGate(draining.signal),
      createOpenApiRouter(allRoutes, { title: config.appTitle, version: config.version }),
      createConfigRouter({ config, users, isGuideOnly, mount }),
      createAuthRouter({ auth, authenticator, users, settings, limitRate: createRateLimiter(redis, log), mount }),
      createModelRouter({ models, mount }),
      createDocRouter({ docs, mount }),
      createConversationRouter({ conversations: chat.conversations, mount }),
      createGenerationRouter({
        ...chat.turns,
        deviceOf: (actor) => devices.deviceOf(actor.sessionId),
        mount,
        draining: draining.signal,
      }),
      createDeviceRouter({ devices, mount }),
      createDraftRouter({ drafts: createDraftService({ drafts, conversations, announcer, now }), mount }),
    ],
  });

  return {
    app,
    realtime,
    isFirstRun: () => users.isEmpty(),
    drain() {
      draining.abort(new Error('The server is shutting down.'));
      // At once, while requests in flight go on: another server may continue the answers now.
      void chat.handOver();
    },
    close: () => shutdown.run(),
  };
}

interface ChatOptions extends Pick<ComposeOptions, 'config' | 'log' | 'appendIntervalMs'> {
  readonly conversations: ConversationRepository;
  readonly messages: MessageRepository;
  readonly generations: GenerationRepository;
  readonly drafts: DraftRepository;
  readonly announcer: Announcer;
  readonly models: ModelService;
  readonly redis: RedisConnections | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Conversations and generations; what an earlier process left unfinished is finished or goes on when it resolves. */
async function startChat(options: ChatOptions, shutdown: Shutdown) {
  const { config, log: logger, models, redis, announcer, now, appendIntervalMs, ...repositories } = options;
  const log = redis === undefined ? openGenerationLog(config.dataDir) : openSharedGenerationLog(redis, logger);
  shutdown.add('generation log', () => log.shutdown());
  const news = createGenerationNews({ announcer, conversations: repositories.conversations, logger });
  const store = createGenerationStore({ ...repositories, log, news });
  const isSoleProducer = config.mongoUri === undefined;
  const lease = { owner: randomUUID(), isSoleProducer };
  const runs = createGenerationRuns({
    ...repositories,
    ...lease,
    log,
    store,
    models,
    news,
    logger,
    now,
    appendIntervalMs,
  });
  shutdown.add('generations', () => runs.close());
  const conversations = createConversationService({ ...repositories, announcer, runs, now });
  const upkeep = createGenerationUpkeep({
    runs,
    finishRemovals: () => conversations.finishRemovals(),
    log,
    isSoleProducer,
    logger,
    now,
  });
  await upkeep.start();
  shutdown.add('upkeep of generations', () => Promise.resolve(upkeep.stop()));
  const generations = createGenerationService({ ...repositories, log, models, runs, now });
  const shared = { service: generations, generations: repositories.generations, runs, now };
  const commands = createGenerationCommands({ ...shared, log });
  const queue = createPromptQueue({ ...shared, models, news });
  return { conversations, turns: { generations, commands, queue, log }, handOver: () => runs.close() };
}
