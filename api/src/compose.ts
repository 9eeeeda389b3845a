import { createDispatcher, createModelCosts, createOpenAiChatStrategy } from '@parley/gateway';
import type { SandboxRunner } from '@parley/sandbox';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { createActionRouter } from './actions/action-routes.ts';
import { createActions } from './actions/create-actions.ts';
import { createApiKeyRouter } from './api-keys/api-key-routes.ts';
import { createApiKeyService } from './api-keys/api-key-service.ts';
import type { Actor } from './access/actor.ts';
import { createAccessRouter } from './access/access-routes.ts';
import { createAccess } from './access/access-service.ts';
import { createGroupService } from './access/group-service.ts';
import { createPrincipalNames } from './access/principal-names.ts';
import { createSharingService } from './access/sharing-service.ts';
import { createAgentRouter } from './agents/agent-routes.ts';
import { createAgents } from './agents/create-agents.ts';
import { createApp } from './app.ts';
import { openAppFrames } from './app-frames/open-app-frames.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { createAuditRouter } from './audit/audit-routes.ts';
import { createAuthRouter } from './auth/auth-routes.ts';
import { createAuthService } from './auth/auth-service.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { openAnswerers, openPrompts } from './config/answerers-config.ts';
import type { AppConfig } from './config/app-config.ts';
import { isEmbeddedGateway } from './config/check-gateway.ts';
import { makeDataFolder } from './config/data-folder.ts';
import { createConfigRouter } from './config/config-routes.ts';
import { createConversationRouter } from './conversations/conversation-routes.ts';
import { createMessageRouter } from './conversations/message-routes.ts';
import { createRepositories } from './database/create-repositories.ts';
import { openDatabase } from './database/open-database.ts';
import { createDeviceRouter } from './devices/device-routes.ts';
import { createDeviceService } from './devices/device-service.ts';
import { createDocRouter } from './docs/doc-routes.ts';
import { createDocService } from './docs/doc-service.ts';
import { createDraftRouter } from './drafts/draft-routes.ts';
import { createDraftService } from './drafts/draft-service.ts';
import { createComparisonRouter } from './comparisons/comparison-routes.ts';
import { createComparisonService } from './comparisons/comparison-service.ts';
import { createGenerationRouter } from './generations/generation-routes.ts';
import { createProjectSetups } from './generations/project-setups.ts';
import { allRoutes } from './http/all-routes.ts';
import { findClientBuild } from './http/client-files.ts';
import { createDrainGate } from './http/drain-gate.ts';
import { createMount } from './http/mount.ts';
import { createOpenApiRouter } from './http/openapi.ts';
import { createProbeRouter } from './http/probe-router.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { createMcp } from './mcp/create-mcp.ts';
import { createMcpRouter } from './mcp/mcp-routes.ts';
import { createSampleModel } from './mcp/sample-model.ts';
import { startEmbeddedGateway } from './models/embedded-gateway.ts';
import { createModelLists } from './models/model-lists.ts';
import { createModelPrices } from './models/model-prices.ts';
import { createParticipantRouter } from './participants/participant-routes.ts';
import { createModelRouter } from './models/model-routes.ts';
import { createModelSpecs } from './models/model-specs.ts';
import { createSetupsBySpec } from './models/setups-by-spec.ts';
import { createModelService } from './models/model-service.ts';
import { createAddressRules } from './outbound/address-rules.ts';
import { createGuardedFetch } from './outbound/guarded-fetch.ts';
import { createProjectService } from './projects/project-service.ts';
import type { Realtime } from './realtime/realtime.ts';
import { connectRedis } from './redis/connect-redis.ts';
import { createSharedCache } from './redis/shared-cache.ts';
import { createSearch } from './search/create-search.ts';
import { createSearchRouter } from './search/search-routes.ts';
import { createShutdown } from './shutdown.ts';
import type { Shutdown } from './shutdown.ts';
import { createToolRouter } from './tools/tool-routes.ts';
import { createToolRules } from './tools/create-tool-rules.ts';
import { createTools } from './tools/create-tools.ts';
import { createVault } from './vault/vault.ts';
import { startChat } from './compose-chat.ts';
import { checkPromptSharing } from './prompts/check-prompt-sharing.ts';
import { createChatFeatures } from './compose-chat-features.ts';
import { startCode } from './compose-code.ts';
import { startLive } from './compose-live.ts';
import { startAccountRemoval } from './compose-account.ts';
import { createAgentsApiRouter } from './agents-api/agents-api-routes.ts';
import { createAgentsApiService } from './agents-api/agents-api-service.ts';

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
  /** See `startCode`. */
  readonly createSandbox?: (() => SandboxRunner) | undefined;
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
  { config, log, checkAnswers, appendIntervalMs, createSandbox }: ComposeOptions,
  shutdown: Shutdown,
): Promise<Parley> {
  const draining = new AbortController();

  makeDataFolder(config.dataDir);
  const database = await openDatabase(config, log);
  shutdown.add('database', () => database.close());
  const repositories = createRepositories(database.connection);
  const {
    users,
    sessions,
    conversations,
    generations,
    drafts,
    grants,
    groups,
    agentRecords,
    agentVersions,
    auditEntries,
    toolResultRecords,
    toolGrants,
    toolPolicies,
    actionSets,
    apiKeyRecords,
    mcpServers,
    mcpSecrets,
    mcpToolLists,
  } = repositories;
  await database.createIndexes();

  const redis = config.redisUri === undefined ? undefined : await connectRedis(config.redisUri, log);
  if (redis !== undefined) shutdown.add('Redis', () => redis.close());

  const gateway = config.gateway.enabled ? await startEmbeddedGateway(config, log) : undefined;
  if (gateway !== undefined) shutdown.add('gateway', () => gateway.close());

  const { auth: settings, secrets } = config;
  const { now } = database;
  const live = startLive({ config, repositories, redis, log, now }, shutdown);
  const { realtime, announcer, participation, seats } = live;
  const auth = createAuthService({ users, sessions, settings, secrets, announcer, log, now });
  const authenticator = createAuthenticator({ auth, users, accessTokenKey: secrets.accessTokenKey, now });
  const devices = createDeviceService({ ...realtime, sessions, announcer, now });
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
  const specs = createModelSpecs(config.answerers ?? openAnswerers);
  const vault = createVault(config.secrets.credentialsKey);
  const audit = createAuditLog({ entries: auditEntries, users, now });
  const toolRules = createToolRules({ settings: config.tools, grants: toolGrants, policies: toolPolicies, audit, now });
  const access = createAccess({ grants, groups, now });
  const apiKeys = createApiKeyService({ keys: apiKeyRecords, audit, now });
  const names = createPrincipalNames({ users, groups });
  const sharing = createSharingService({
    access,
    grants,
    names,
    audit,
    checkAllowed: (...asked) => checkPromptSharing(config.prompts ?? openPrompts, ...asked),
    nameOf: async (type, id) => {
      if (type === 'prompt-group') return await repositories.prompts.nameOf(id);
      if (type === 'agent') return await agentRecords.nameOf(id);
      if (type === 'action-set') return (await actionSets.find(id))?.title;
      return (await mcpServers.find([id]))[0]?.settings.title;
    },
  });
  const appFrames = await openAppFrames(config, log);
  if (appFrames !== undefined) shutdown.add('frames of apps', () => appFrames.close());
  const actions = createActions({
    config,
    sets: actionSets,
    access,
    vault,
    createFetch: createGuardedFetch,
    createRules: createAddressRules,
    now,
  });
  const mcp = createMcp({
    config,
    servers: mcpServers,
    secrets: mcpSecrets,
    toolLists: mcpToolLists,
    users,
    access,
    vault,
    createFetch: createGuardedFetch,
    createRules: createAddressRules,
    sample: createSampleModel({ models, generations, agentVersions }),
    ...toolRules,
    appHosts: appFrames?.hosts,
    log,
    now,
  });
  shutdown.add('MCP servers', () => mcp.close());
  const code = await startCode(
    { config, log, repositories, participation, connection: database.connection, createSandbox, now },
    shutdown,
  );
  const search = createSearch({
    index: repositories.searchIndex,
    meilisearch: config.meilisearch,
    source: repositories.searchSource,
    state: repositories.searchState,
    sharedWith: (userId) => participation.listOf(userId),
    log,
  });
  shutdown.add('search', () => search.indexer.stop());
  const tools = createTools({
    settings: config.tools,
    rules: toolRules,
    origins: [code.origin, mcp.origin, actions.origin],
    grants: toolGrants,
    results: toolResultRecords,
    search: search.service,
    fetch: createGuardedFetch({ allowedAddresses: [] }),
    log,
    now,
  });
  const { setups, ...agents } = createAgents({
    agents: agentRecords,
    agentVersions,
    agentUsage: repositories.agentUsage,
    generations,
    users,
    access,
    audit,
    models,
    prices: createModelPrices({
      costs: createModelCosts(),
      gateway,
      isGateway: (endpoint) => isEmbeddedGateway(endpoint, config.gateway.port),
    }),
    steps: config.tools ?? {},
    builder: config.agentBuilder ?? 'everybody',
    tools: tools.toolboxes,
    now,
  });
  const projects = createProjectService({ ...repositories, announcer, now });
  const chat = await startChat(
    {
      ...repositories,
      searchIndex: search.removals,
      config,
      log,
      redis,
      setups: createProjectSetups({ setups: createSetupsBySpec(setups, specs), conversations, projects }),
      projects,
      approvals: toolRules.approvals,
      results: tools.results,
      codeRuns: code.runs,
      codeRunRecords: repositories.codeRuns,
      access,
      participation,
      shut: realtime.shut,
      files: code.files,
      audit,
      announcer,
      now,
      appendIntervalMs,
    },
    shutdown,
  );
  const agentsApi = createAgentsApiService({
    findKey: (secret) => apiKeys.find(secret),
    users,
    shelves: agents.shelves,
    turns: chat.directTurns,
  });
  const features = await createChatFeatures({
    repositories,
    files: code.files,
    projects,
    announcer,
    seats,
    mount,
    now,
    config,
    access,
    authenticate: (request, response) => authenticator.byAccessToken(request, response),
    limitRate: createRateLimiter(redis, log),
    log,
    shutdown,
  });
  const accountRouter = await startAccountRemoval({
    repositories,
    config,
    access,
    announcer,
    auth,
    chat,
    code,
    features,
    agents: agents.agents,
    actions: actions.actions,
    mcp,
    limitRate: createRateLimiter(redis, log),
    mount,
    log,
    shutdown,
    now,
  });
  const comparisons = createComparisonService({ ...repositories, announcer, now });
  const deviceOf = (actor: Actor) => devices.deviceOf(actor.sessionId);
  const docs = createDocService(config.installRoot);
  const usesOnlyGateway = config.endpoints.every((endpoint) => isEmbeddedGateway(endpoint, config.gateway.port));
  const isGuideOnly = async (): Promise<boolean> => usesOnlyGateway && ((await gateway?.isGuideOnly()) ?? false);

  const pings = { database: () => database.ping(), ...(redis === undefined ? {} : { redis: () => redis.ping() }) };
  const app = createApp({
    log,
    trustProxy: config.http.trustProxy,
    client: findClientBuild(config.installRoot),
    appFrame: appFrames?.address,
    routers: [
      createProbeRouter({ version: config.version, pings, draining: draining.signal }),
      createDrainGate(draining.signal),
      createOpenApiRouter(allRoutes, { title: config.appTitle, version: config.version }),
      createConfigRouter({ config, appFrame: appFrames?.address, users, isGuideOnly, mount }),
      createAuthRouter({ auth, authenticator, users, settings, limitRate: createRateLimiter(redis, log), mount }),
      createModelRouter({ models, specs, ownBeginning: features.ownBeginning, mount }),
      accountRouter,
      createDocRouter({ docs, mount }),
      createConversationRouter({ ...chat, seats, mount }),
      createParticipantRouter({ ...chat, seats, mount }),
      createMessageRouter({ ...chat.messageRooms, seats, mount }),
      createGenerationRouter({
        ...chat.turns,
        ...live,
        deviceOf,
        mount,
        draining: draining.signal,
      }),
      createComparisonRouter({ ...chat.turns, comparisons, seats, deviceOf, mount }),
      createDeviceRouter({ devices, mount }),
      createAccessRouter({ sharing, groups: createGroupService({ groups, users, grants, access }), names, mount }),
      createAgentRouter({ ...agents, mount }),
      createMcpRouter({ ...mcp, mount }),
      createActionRouter({ ...actions, mount }),
      createApiKeyRouter({ apiKeys, mount }),
      createAgentsApiRouter({ agentsApi, mount }),
      ...code.routers({ mount, apiKeys, authenticator }),
      createToolRouter({ ...tools, ...toolRules, mount }),
      createAuditRouter({ audit, mount }),
      ...features.routers,
      createSearchRouter({ search: search.service, mount }),
      createDraftRouter({
        drafts: createDraftService({ drafts, conversations, participation, announcer, now }),
        mount,
      }),
    ],
  });

  mcp.connectAtStart();
  search.indexer.start();
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
