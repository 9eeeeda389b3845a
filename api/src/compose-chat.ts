import { randomUUID } from 'node:crypto';
import type { ConversationId, UserId } from '@parley/contracts';
import type { Logger } from 'pino';
import type { Access } from './access/access-service.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { AppConfig } from './config/app-config.ts';
import { defaultTemporaryChats } from './config/temporary-chats.ts';
import { createConversationService } from './conversations/conversation-service.ts';
import type { CodeRuns } from './code/code-run.ts';
import { createMessages } from './compose-messages.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import { createDirectTurns } from './generations/direct-turns.ts';
import { openGenerationLog, openSharedGenerationLog } from './generations/generation-log.ts';
import { createGenerationCommands } from './generations/generation-commands.ts';
import { createGenerationNews } from './generations/generation-news.ts';
import { createGenerationRuns } from './generations/generation-runs.ts';
import { createGenerationService } from './generations/generation-service.ts';
import { createGenerationStore } from './generations/generation-store.ts';
import { createGenerationUpkeep } from './generations/generation-upkeep.ts';
import { createPromptQueue } from './generations/prompt-queue.ts';
import type { ProjectInstructions } from './generations/project-instructions.ts';
import type { TurnSetups } from './generations/turn-setup.ts';
import type { Announcer } from './realtime/announcer.ts';
import type { RedisConnections } from './redis/connect-redis.ts';
import type { SearchIndex } from './search/search-index.ts';
import type { Shutdown } from './shutdown.ts';
import type { ConversationAccess } from './participants/conversation-access.ts';
import { createParticipantService } from './participants/participant-service.ts';
import type { ToolApprovals } from './tools/tool.ts';
import type { ToolResultStore } from './tools/tool-results.ts';

interface ChatOptions extends Pick<Repositories, 'conversationCopies' | 'messageTrees' | 'shares'> {
  readonly access: Access;
  readonly participants: Repositories['participants'];
  readonly participation: ConversationAccess;
  /** See `Realtime`. */
  readonly shut: (id: ConversationId, userId: UserId) => void;
  readonly users: Repositories['users'];
  readonly codeRunRecords: Repositories['codeRuns'];
  readonly config: AppConfig;
  readonly log: Logger;
  /** See `RunPorts`. */
  readonly appendIntervalMs?: number | undefined;
  readonly conversations: Repositories['conversations'];
  readonly conversationOrder: Repositories['conversationOrder'];
  readonly messages: Repositories['messages'];
  readonly generations: Repositories['generations'];
  readonly drafts: Repositories['drafts'];
  readonly codeRuns: Pick<CodeRuns, 'removeAll'>;
  readonly files: WorkspaceFiles;
  readonly announcer: Announcer;
  readonly setups: TurnSetups;
  readonly projects: ProjectInstructions;
  readonly approvals: ToolApprovals;
  readonly results: ToolResultStore;
  readonly toolGrants: Repositories['toolGrants'];
  readonly searchIndex: Pick<SearchIndex, 'remove' | 'removeConversation'>;
  readonly audit: AuditLog;
  readonly redis: RedisConnections | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Conversations and generations; what an earlier process left unfinished is finished or goes on when it resolves. */
export async function startChat(options: ChatOptions, shutdown: Shutdown) {
  const { config, log: logger, redis, announcer, now, appendIntervalMs, setups, audit, ...rest } = options;
  const { approvals, results, projects, participants: stored, participation, shut, users, ...repositories } = rest;
  const log = redis === undefined ? openGenerationLog(config.dataDir) : openSharedGenerationLog(redis, logger);
  shutdown.add('generation log', () => log.shutdown());
  const news = createGenerationNews({ announcer, conversations: repositories.conversations, logger });
  const store = createGenerationStore({ ...repositories, access: participation, log, news });
  const isSoleProducer = config.mongoUri === undefined;
  const lease = { owner: randomUUID(), isSoleProducer };
  const runs = createGenerationRuns({
    ...repositories,
    access: participation,
    ...lease,
    log,
    store,
    setups,
    approvals,
    results,
    news,
    logger,
    now,
    appendIntervalMs,
  });
  shutdown.add('generations', () => runs.close());
  const { temporaryChats = defaultTemporaryChats } = config;
  const generations = createGenerationService({ ...repositories, log, setups, projects, temporaryChats, runs, now });
  const { files, messages } = repositories;
  const shared = { service: generations, generations: repositories.generations, runs, now };
  const commands = createGenerationCommands({ ...shared, log, store, audit });
  const participants = createParticipantService({
    ...repositories,
    participants: stored,
    users,
    announcer,
    shut,
    stop: (ownerId, id) => commands.stop(ownerId, id),
    isOffered: config.sharedChats ?? true,
    logger,
    now,
  });
  const conversations = createConversationService({
    ...repositories,
    participants,
    projects,
    results,
    announcer,
    runs,
    now,
  });
  const messageRooms = createMessages({
    ...repositories,
    feedback: config.feedback ?? true,
    isSoleProducer,
    store,
    setups,
    projects,
    results,
    announcer,
    now,
  });
  const upkeep = createGenerationUpkeep({
    runs,
    async finishRemovals() {
      await messageRooms.forks.abandonUnfinished();
      await conversations.finishRemovals();
      await messageRooms.finishRemovals();
    },
    removeExpiredChats: () => conversations.removeExpired(),
    finishParts: () => participants.finishPending(),
    log,
    isSoleProducer,
    logger,
    now,
  });
  await upkeep.start();
  shutdown.add('upkeep of generations', () => Promise.resolve(upkeep.stop()));
  const queue = createPromptQueue({ ...shared, access: participation, messages, files, setups, news });
  const directTurns = createDirectTurns({ setups, approvals, logger, now });
  return {
    participants,
    conversations,
    messageRooms,
    directTurns,
    turns: { generations, commands, queue, log },
    handOver: () => runs.close(),
    endAnswers: (id: ConversationId) => runs.removeAll(id),
  };
}
