import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentIdSchema, sessionIdSchema } from '@parley/contracts';
import type { User } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createAccess } from '../../access/access-service.ts';
import type { Actor } from '../../access/actor.ts';
import { openPrompts } from '../../config/answerers-config.ts';
import { createConversationService } from '../../conversations/conversation-service.ts';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import { createRepositories } from '../../database/create-repositories.ts';
import type { Repositories } from '../../database/create-repositories.ts';
import { createWorkspaceFiles } from '../../files/create-workspace-files.ts';
import { createFileIntake } from '../../files/file-intake.ts';
import { defaultFileLimits } from '../../files/file-limits.ts';
import { createFileRoom } from '../../files/file-room.ts';
import { createDiskStorage } from '../../files/storage/disk-storage.ts';
import { createMortalProcess } from '../../generations/__fixtures__/mortal-process.ts';
import { createPromptService } from '../../prompts/prompt-service.ts';
import { createToolResults } from '../../tools/tool-results.ts';
import { createImportService } from '../../transfers/import-service.ts';
import { createAccountRemoval } from '../account-removal.ts';
import type { AccountRemoval } from '../account-removal.ts';
import { createOwnedThings } from '../owned-things.ts';
import { createPersonalHoldings } from '../personal-holdings.ts';
import { storePersonalDocuments } from './personal-documents.ts';

/** Real stores for accounts, for processes that die when they are told to. */
export interface AccountRooms {
  readonly connection: Connection;
  readonly repositories: Repositories;
  /** Devices that were told that they are signed out. */
  readonly signedOut: string[];
  /** A process; after so many calls of its stores, none of them answers any more. */
  process(lives?: number): { readonly removal: AccountRemoval; readonly isDead: () => boolean };
  /** Somebody with something in every collection, and an agent and a prompt that nobody else owns. */
  person(): Promise<{ readonly user: User; readonly actor: Actor }>;
  /** Moves the clock on. */
  wait(milliseconds: number): void;
  close(): Promise<void>;
}

export async function openAccountRooms(): Promise<AccountRooms> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const mongo = await openTestStore();
  const database = await connectDatabase(mongo.uri);
  const repositories = createRepositories(database.connection);
  await database.createIndexes();
  const log = pino({ level: 'silent' });
  const signedOut: string[] = [];
  let waited = 0;
  const now = (): number => Date.now() + waited;
  await repositories.users.create({ email: 'admin@example.com', name: 'Admin', passwordHash: 'x' });

  function openProcess(mortal: <T extends object>(store: T) => T): AccountRemoval {
    const mine = mortalRepositories(repositories, mortal);
    const { fileRecords: records, grants } = mine;
    const announcer = { announce: () => undefined, endSession: (id: string) => void signedOut.push(id) };
    const access = createAccess({ grants, groups: mine.groups, now });
    const workspaces = { has: () => Promise.resolve(true), isSession: () => false };
    const limits = defaultFileLimits;
    const room = createFileRoom({ records, limits, workspaces });
    const storage = mortal(createDiskStorage(folder));
    const intake = createFileIntake({ records, storage, room, limits, log, now });
    const files = createWorkspaceFiles({ records, storage, intake, room, limits, workspaces, now });
    const endAnswers = async (id: Parameters<typeof mine.generations.listIds>[0]): Promise<void> => {
      for (const generationId of await mine.generations.listIds(id)) await mine.generations.remove(generationId);
    };
    const projects = { exists: () => Promise.resolve(true), instructionsOf: () => Promise.resolve(undefined) };
    const codeRuns = {
      removeAll: async (id: Parameters<typeof mine.codeRuns.removeAll>[0]) => void (await mine.codeRuns.removeAll(id)),
      removePerson: async (id: User['id']) => void (await mine.codeRuns.removePerson(id)),
    };
    const conversations = createConversationService({
      ...mine,
      projects,
      results: createToolResults({ results: mine.toolResultRecords, now }),
      codeRuns,
      files,
      announcer,
      runs: { removeAll: endAnswers },
      participants: {
        async endAll(id) {
          for (const { userId } of await mine.participants.list(id)) await mine.participants.remove(id, userId);
        },
      },
      now,
    });
    const ownedThings = createOwnedThings({
      access,
      grants,
      agents: {
        async remove(_asker, id) {
          await mine.agentRecords.remove(id);
          await mine.agentVersions.removeAll(id);
          await access.removeAll('agent', id);
        },
      },
      prompts: createPromptService({ prompts: mine.prompts, users: mine.users, access, rules: openPrompts, now }),
      actions: { remove: () => Promise.resolve() },
      servers: { remove: () => Promise.resolve() },
    });
    const imports = createImportService({
      ...mine,
      projects,
      files,
      endpoints: [],
      endCalls: (parts) => parts,
      folder,
      isSoleProducer: true,
      log,
      now,
    });
    const personalHoldings = createPersonalHoldings({
      ...mine,
      rows: mine.personalRows,
      announcer,
      imports,
      ownedThings,
      conversations,
      endAnswers,
      codeRuns,
      files,
      toolResults: mine.toolResultRecords,
      participants: {
        async removePerson(userId) {
          for (const { conversationId } of await mine.participants.listOf(userId)) {
            await mine.participants.remove(conversationId, userId);
          }
        },
      },
      mcp: {
        async forgetPerson(userId) {
          for (const key of await mine.mcpSecrets.keysWith(userId)) await mine.mcpSecrets.removeBelow(key);
        },
      },
      now,
    });
    return createAccountRemoval({
      users: mine.users,
      removals: mine.removals,
      auth: { checkPassword: async (email) => (await repositories.users.findCredentials(email))?.user },
      conversations,
      conversationCounts: mine.conversations,
      ownedThings,
      personalHoldings,
      log,
      now,
    });
  }

  return {
    connection: database.connection,
    repositories,
    signedOut,

    process(lives = Infinity) {
      const { mortal, isDead } = createMortalProcess(lives);
      return { removal: openProcess(mortal), isDead };
    },

    async person() {
      const email = `${randomUUID()}@example.com`;
      const user = await repositories.users.create({ email, name: 'Grace', passwordHash: 'x' });
      const ids = await storePersonalDocuments(database.connection, user.id);
      const owner = [{ principal: { type: 'user', id: user.id }, role: 'owner' }] as const;
      await repositories.grants.begin('agent', agentIdSchema.parse(ids.get('Agent')), owner);
      await repositories.grants.begin('prompt-group', ids.get('PromptGroup') ?? '', owner);
      return { user, actor: { userId: user.id, role: user.role, sessionId: sessionIdSchema.parse(randomUUID()) } };
    },

    wait(milliseconds) {
      waited += milliseconds;
    },

    async close() {
      await database.close();
      await mongo.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** All stores of a process that dies as one. */
function mortalRepositories(repositories: Repositories, mortal: <T extends object>(store: T) => T): Repositories {
  return new Proxy(repositories, {
    get(target, name, receiver) {
      const store: object = Reflect.get(target, name, receiver);
      return mortal(store);
    },
  });
}
