import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codeRunIdSchema, conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { CodeRunId, ConversationId, UserId } from '@parley/contracts';
import { pino } from 'pino';
import { openTestStore } from '../../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../../database/connect.ts';
import { createFileRepository } from '../../database/repositories/file-repository.ts';
import type { FileRepository } from '../../database/repositories/file-repository.ts';
import { createMortalProcess } from '../../generations/__fixtures__/mortal-process.ts';
import { createWorkspaceFiles } from '../create-workspace-files.ts';
import type { Workspaces } from '../publish-files.ts';
import { createFileIntake } from '../file-intake.ts';
import type { FileLimits } from '../file-limits.ts';
import { createFileRoom } from '../file-room.ts';
import { createFileSweep } from '../file-sweep.ts';
import { createDiskStorage } from '../storage/disk-storage.ts';
import type { FileStorage } from '../storage/file-storage.ts';
import type { IncomingFile, RunFiles, WorkspaceFiles } from '../workspace-files.ts';

export const smallLimits: FileLimits = {
  fileBytes: 1_000,
  workspaceBytes: 3_000,
  waitingBytes: 2_000,
  sessionBytes: 4_000,
  files: 20,
  replacedBytes: 2_000,
  replacedFiles: 10,
};
export const never = new AbortController().signal;
const log = pino({ level: 'silent' });

interface FileParts {
  readonly records: FileRepository;
  readonly storage: FileStorage;
}

/** What a process is made of that keeps files. */
interface FileProcess {
  readonly files: WorkspaceFiles;
  /** What it does when it starts. */
  sweep(): Promise<void>;
}

/** Real stores for files, in a folder and a database of their own, for processes that die when they are told to. */
export interface FileRooms extends FileProcess {
  readonly parts: FileParts;
  /** Conversations that were deleted. */
  readonly deleted: Set<ConversationId>;
  /** A process on the same stores. */
  another(change?: { readonly parts?: FileParts; readonly now?: () => number; readonly isSoleProducer?: boolean }): FileProcess;
  /** The stores as a process sees them that dies: from its call number `lives` on, none of its calls arrives. */
  dying(lives: number): FileParts & { readonly isDead: () => boolean };
  /** Keys of all bytes on the disk, whole or not. */
  onDisk(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openFileRooms(limits = smallLimits): Promise<FileRooms> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  const mongo = await openTestStore();
  const database = await connectDatabase(mongo.uri);
  const parts = { records: createFileRepository(database.connection), storage: createDiskStorage(folder) };
  await database.createIndexes();
  const deleted = new Set<ConversationId>();
  const workspaces: Workspaces = {
    has: (_userId, id) => Promise.resolve(!deleted.has(id)),
    isSession: (id) => id[14] === '8',
  };

  const another: FileRooms['another'] = ({ parts: own = parts, now = Date.now, isSoleProducer = true } = {}) => {
    const room = createFileRoom({ records: own.records, limits, workspaces });
    const intake = createFileIntake({ ...own, room, limits, log, now });
    const sweep = createFileSweep({ ...own, intake, isSoleProducer, log, now });
    return {
      files: createWorkspaceFiles({ ...own, intake, room, limits, workspaces, now }),
      async sweep() {
        await sweep.start();
        sweep.stop();
      },
    };
  };

  return {
    ...another(),
    parts,
    deleted,
    another,

    dying(lives) {
      const { mortal, isDead } = createMortalProcess(lives);
      return { records: mortal(parts.records), storage: mortal(parts.storage), isDead };
    },

    async onDisk() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },

    async close() {
      await database.close();
      await mongo.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const newUserId = (): UserId => userIdSchema.parse(randomUUID());
export const newConversationId = (): ConversationId => conversationIdSchema.parse(randomUUID());
export const newRunId = (): CodeRunId => codeRunIdSchema.parse(randomUUID());

/** An upload of so many bytes, or of that text. */
export function incoming(name: string, content: string | number = 'x'): IncomingFile {
  const bytes = Buffer.from(typeof content === 'string' ? content : 'x'.repeat(content));
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += 300) yield await Promise.resolve(bytes.subarray(start, start + 300));
  }
  return { name, content: pieces() };
}

/** What a run wrote, by name. */
export function wrote(runId: CodeRunId, files: Readonly<Record<string, string>>): RunFiles {
  async function* all(): AsyncGenerator<{ name: string; sha256: string; bytes: Uint8Array }> {
    for (const [name, content] of Object.entries(files)) {
      const bytes = await Promise.resolve(Buffer.from(content));
      yield { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    }
  }
  return { runId, files: all() };
}

export async function textOf(files: WorkspaceFiles, file: Parameters<WorkspaceFiles['read']>[0]): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of files.read(file, never)) all.push(piece);
  return Buffer.concat(all).toString();
}
