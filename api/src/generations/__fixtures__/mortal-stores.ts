import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentRef, GenerationId, StartGenerationBody, ToolEffect } from '@parley/contracts';
import type { ProviderStrategy } from '@parley/gateway';
import { pino } from 'pino';
import { defaultTemporaryChats } from '../../config/temporary-chats.ts';
import type { TemporaryChatsConfig } from '../../config/temporary-chats.ts';
import { createConversationService } from '../../conversations/conversation-service.ts';
import { openDatabase } from '../../database/open-database.ts';
import { createConversationRepository } from '../../database/repositories/conversation-repository.ts';
import { createGenerationRepository } from '../../database/repositories/generation-repository.ts';
import { createMessageRepository } from '../../database/repositories/message-repository.ts';
import type { GenerationDocument } from '../../database/schemas/generation-document.ts';
import type { ConversationAccess } from '../../participants/conversation-access.ts';
import type { Announcer } from '../../realtime/announcer.ts';
import type { Tool } from '../../tools/tool.ts';
import type { WorkspaceFiles } from '../../files/workspace-files.ts';
import { createGenerationCommands } from '../generation-commands.ts';
import { openGenerationLog } from '../generation-log.ts';
import { createGenerationNews } from '../generation-news.ts';
import { createGenerationRuns } from '../generation-runs.ts';
import { createGenerationService } from '../generation-service.ts';
import { createGenerationStore } from '../generation-store.ts';
import type { GenerationStores } from '../generation-store.ts';
import { noProjects } from '../project-instructions.ts';
import type { ProjectInstructions } from '../project-instructions.ts';
import type { TurnSetup, TurnSetups } from '../turn-setup.ts';
import { newGenerationId } from './chat-client.ts';
import { createMortalProcess } from './mortal-process.ts';
import { createScriptedStrategy } from './scripted-strategy.ts';
import type { Line } from './scripted-strategy.ts';
import { approvalsOf, setupWith, shortResults } from './tools.ts';

const logger = pino({ level: 'silent' });
const noFiles: Pick<WorkspaceFiles, 'check' | 'claim'> = {
  check: () => Promise.resolve([]),
  claim: () => Promise.resolve(),
};
const announcer: Announcer = { announce: () => undefined, endSession: () => undefined };
const wholeAnswer: Line[] = [
  { type: 'text-delta', part: 0, text: 'Whole ' },
  { type: 'text-delta', part: 0, text: 'answer' },
  { type: 'finish', reason: 'stop' },
];

interface Circumstances {
  /** What its model does, in each call; it says “Whole answer” unless told. */
  readonly lines?: readonly Line[];
  readonly isSoleProducer?: boolean;
  /** Instead of `lines`. */
  readonly strategy?: ProviderStrategy;
  readonly tools?: readonly Tool[];
  /** What else differs from plain chat. */
  readonly more?: Partial<TurnSetup>;
  readonly agents?: (agent: AgentRef) => TurnSetup;
  /** None unless told. */
  readonly files?: typeof noFiles;
  /** By the names of tools; everything is allowed unless told. */
  readonly effects?: Readonly<Record<string, ToolEffect>>;
  /** How many milliseconds its clock is ahead. */
  readonly ahead?: number;
  /** None unless told. */
  readonly projects?: ProjectInstructions;
  readonly temporaryChats?: TemporaryChatsConfig;
  /** Nobody takes part in anything unless told. */
  readonly access?: Pick<ConversationAccess, 'find'>;
}

/** Real stores, for servers that die when they are told to. */
interface MortalStores {
  readonly stores: GenerationStores;
  /** The stores as a process sees them that dies: from its call number `lives` on, none of its calls arrives. */
  readonly dying: (lives: number) => GenerationStores & { isDead: () => boolean };
  /** Ten seconds pass for the leases of this moment. */
  readonly expireLeases: () => Promise<void>;
  readonly isOver: (id: GenerationId) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Opens them in a folder of their own. Close them in `afterAll`. */
export async function openMortalStores(): Promise<MortalStores> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const database = await openDatabase({ dataDir }, logger);
  const log = openGenerationLog(dataDir);
  const stores: GenerationStores = {
    conversations: createConversationRepository(database.connection),
    messages: createMessageRepository(database.connection),
    generations: createGenerationRepository(database.connection),
    log,
  };
  await database.createIndexes();

  return {
    stores,

    dying(lives) {
      const { mortal, isDead } = createMortalProcess(lives);
      return {
        conversations: mortal(stores.conversations),
        messages: mortal(stores.messages),
        generations: mortal(stores.generations),
        log: mortal(stores.log),
        isDead,
      };
    },

    async expireLeases() {
      const documents = database.connection.collection<GenerationDocument>('generations');
      const stages = [{ $set: { leaseExpiresAt: { $subtract: ['$leaseExpiresAt', 10_000] } } }];
      await documents.updateMany({ leaseExpiresAt: { $gt: new Date(20_000) } }, stages);
    },

    async isOver(id) {
      return ((await stores.generations.find(id))?.status ?? 'running') !== 'running';
    },

    async close() {
      await log.shutdown();
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** What one server is made of, with a model that plays a script. */
export function servicesOf(
  stores: GenerationStores,
  { lines = wholeAnswer, isSoleProducer = true, ahead = 0, files = noFiles, ...circumstances }: Circumstances = {},
) {
  const { strategy, tools, effects, more, agents } = circumstances;
  const { access = { find: () => Promise.resolve(undefined) } } = circumstances;
  const { projects = noProjects, temporaryChats = defaultTemporaryChats } = circumstances;
  const now = (): number => Date.now() + ahead;
  const setups: TurnSetups = {
    pin: () => Promise.resolve(undefined),
    // A script is played from its beginning by each turn.
    of: () => Promise.resolve(setupWith(strategy ?? createScriptedStrategy(lines), tools, more)),
    ofAgent: (_caller, agent) =>
      agents === undefined ? Promise.reject(new Error('There are no agents here.')) : Promise.resolve(agents(agent)),
  };
  const news = createGenerationNews({ announcer, conversations: stores.conversations, logger });
  const store = createGenerationStore({ ...stores, access, files, news });
  const owner = randomUUID();
  const { approvals, remembered } = approvalsOf(effects);
  const rules = { approvals, results: shortResults };
  const runs = createGenerationRuns({ ...stores, access, owner, isSoleProducer, store, setups, ...rules, news, logger, now });
  const generations = createGenerationService({ ...stores, setups, files, projects, temporaryChats, runs, now });
  const noted: string[] = [];
  const audit = { note: ({ id, action }: { id: string; action: string }) => Promise.resolve(void noted.push(`${action} ${id}`)) };
  const commands = createGenerationCommands({ ...stores, service: generations, store, runs, audit, now });
  const drafts = { removeAll: () => Promise.resolve() };
  const searchIndex = { removeConversation: () => Promise.resolve() };
  const shares = searchIndex;
  const participants = { endAll: () => Promise.resolve() };
  const belongings = { drafts, results: drafts, codeRuns: drafts, files: drafts, toolGrants: drafts, searchIndex, shares, participants };
  const conversations = createConversationService({ ...stores, ...belongings, conversationOrder, projects, announcer, runs, now });
  return { runs, generations, conversations, commands, remembered, noted };
}

const nothing = () => Promise.resolve();
const none = () => Promise.resolve([]);
/** Nothing is pinned or changed together here. */
const conversationOrder = { findAll: none, updateAll: nothing, markAllDeleted: nothing, pins: none, repin: () => Promise.resolve(undefined) };

/** A first question. */
export function question(): StartGenerationBody {
  return {
    generationId: newGenerationId(),
    parentMessageId: null,
    text: 'Hi',
    endpoint: 'Scripted',
    model: 'scripted-1',
  };
}
