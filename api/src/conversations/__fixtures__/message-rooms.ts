import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  conversationIdSchema,
  generationIdSchema,
  messageIdSchema,
  userIdSchema,
} from '@parley/contracts';
import type { ConversationId, Message, MessageId, MessagePart, News, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { createMessages } from '../../compose-messages.ts';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import { createRepositories } from '../../database/create-repositories.ts';
import type { Repositories } from '../../database/create-repositories.ts';
import { createWorkspaceFiles } from '../../files/create-workspace-files.ts';
import { createFileIntake } from '../../files/file-intake.ts';
import { defaultFileLimits } from '../../files/file-limits.ts';
import { createFileRoom } from '../../files/file-room.ts';
import { createDiskStorage } from '../../files/storage/disk-storage.ts';
import type { WorkspaceFiles } from '../../files/workspace-files.ts';
import { createMortalProcess } from '../../generations/__fixtures__/mortal-process.ts';
import { createToolResults } from '../../tools/tool-results.ts';
import type { ToolResultStore } from '../../tools/tool-results.ts';

type Services = ReturnType<typeof createMessages>;

/** A process that works on messages. */
interface MessageProcess extends Services {
  readonly isDead: () => boolean;
}

/** Real stores for conversations without anybody who answers, for processes that die when they are told to. */
export interface MessageRooms extends MessageProcess {
  readonly repositories: Repositories;
  readonly files: WorkspaceFiles;
  readonly results: ToolResultStore;
  readonly news: News[];
  /** Generations that were removed. */
  readonly removedGenerations: string[];
  /** A process whose stores do not answer any more from call number `lives` on. */
  dying(lives: number): MessageProcess;
  /** A conversation with these messages, in order. */
  talk(userId: UserId, messages: readonly Told[], id?: ConversationId): Promise<Talk>;
  list(talk: Pick<Talk, 'userId' | 'conversationId'>): Promise<Message[]>;
  close(): Promise<void>;
}

/** A message of a talk. */
export interface Told extends Partial<Omit<Message, 'parentId'>> {
  /** The number of the message it follows; the one before it unless told. */
  readonly after?: number | null;
}

export interface Talk {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly ids: readonly MessageId[];
}

export async function openMessageRooms(): Promise<MessageRooms> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const mongo = await openTestStore();
  const database = await connectDatabase(mongo.uri);
  const repositories = createRepositories(database.connection);
  await database.createIndexes();
  const log = pino({ level: 'silent' });
  const now = Date.now;
  const records = repositories.fileRecords;
  const storage = createDiskStorage(folder);
  const workspaces = { has: () => Promise.resolve(true), isSession: () => false };
  const limits = defaultFileLimits;
  const room = createFileRoom({ records, limits, workspaces });
  const intake = createFileIntake({ records, storage, room, limits, log, now });
  const files = createWorkspaceFiles({ records, storage, intake, room, limits, workspaces, now });
  const results = createToolResults({ results: repositories.toolResultRecords, now });
  const news: News[] = [];
  const removedGenerations: string[] = [];
  const store = {
    remove: async (id: string) => {
      removedGenerations.push(id);
      await repositories.generations.remove(generationIdSchema.parse(id));
    },
  };

  function process(mortal: <T extends object>(store: T) => T): Services {
    return createMessages({
      conversations: mortal(repositories.conversations),
      conversationCopies: mortal(repositories.conversationCopies),
      messages: mortal(repositories.messages),
      messageTrees: mortal(repositories.messageTrees),
      generations: mortal(repositories.generations),
      codeRunRecords: mortal(repositories.codeRuns),
      searchIndex: mortal(repositories.searchIndex),
      files: mortal(files),
      results: mortal(results),
      store: mortal(store),
      access: { roleOf: () => Promise.resolve(undefined) },
      setups: { pin: nobody, of: nobody, ofAgent: nobody },
      projects: { exists: async (userId, id) => (await repositories.projects.find(userId, id)) !== undefined },
      announcer: { announce: (_userId, item) => void news.push(item) },
      feedback: true,
      isSoleProducer: true,
      now,
    });
  }

  return {
    ...process((all) => all),
    isDead: () => false,
    repositories,
    files,
    results,
    news,
    removedGenerations,

    dying(lives) {
      const { mortal, isDead } = createMortalProcess(lives);
      return { ...process(mortal), isDead };
    },

    async talk(userId, told, conversationId = newConversationId()) {
      const generationId = generationIdSchema.parse(randomUUID());
      const turn = { generationId, endpoint: 'Scripted', model: 'scripted-1', at: new Date() };
      await repositories.conversations.begin(userId, conversationId, { title: 'A talk' }, turn);
      await repositories.conversations.endTurn(conversationId, generationId, new Date());
      const ids = told.map(() => newMessageId());
      const begin = Date.parse('2026-01-01T00:00:00.000Z');
      const messages = told.map(({ after, ...more }, index): Message => {
        const parent = after === undefined ? index - 1 : after;
        return {
          id: ids[index] ?? newMessageId(),
          conversationId,
          parentId: parent === null ? null : (ids[parent] ?? null),
          role: index % 2 === 0 ? 'user' : 'assistant',
          status: 'done',
          parts: text(`Message ${index}`),
          createdAt: new Date(begin + index).toISOString(),
          ...more,
        };
      });
      await repositories.messageTrees.addAll(userId, messages);
      return { userId, conversationId, ids };
    },

    list: ({ userId, conversationId }) => repositories.messages.list(userId, conversationId),

    async close() {
      await database.close();
      await mongo.close();
      await rm(folder, { recursive: true });
    },
  };
}

const nobody = (): Promise<never> => Promise.reject(new Error('Nobody answers here.'));
export const text = (value: string): MessagePart[] => [{ type: 'text', step: 0, text: value }];
export const newUserId = (): UserId => userIdSchema.parse(randomUUID());
export const newConversationId = (): ConversationId => conversationIdSchema.parse(randomUUID());
const newMessageId = (): MessageId => messageIdSchema.parse(randomUUID());
