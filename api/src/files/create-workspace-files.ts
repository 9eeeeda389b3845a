import { fileIdSchema, problem } from '@parley/contracts';
import type { ConversationId, FileRef, StoredFile, UserId } from '@parley/contracts';
import { checkFileName } from '@parley/sandbox';
import type { FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import { sizeText } from '../size-text.ts';
import { createFileCopier } from './copy-files.ts';
import { currentFiles } from './current-files.ts';
import { toProblem } from './file-intake.ts';
import type { FileIntake } from './file-intake.ts';
import type { FileLimits } from './file-limits.ts';
import type { FileRoom } from './file-room.ts';
import { createRunKeeper } from './keep-run.ts';
import { mediaTypeOf } from './media-type.ts';
import { createFilePublisher } from './publish-files.ts';
import type { Workspaces } from './publish-files.ts';
import type { FileStorage } from './storage/file-storage.ts';
import type { IncomingFile, WorkspaceFiles } from './workspace-files.ts';

interface WorkspaceFilesOptions {
  readonly records: FileRepository;
  readonly storage: FileStorage;
  readonly intake: FileIntake;
  readonly room: FileRoom;
  readonly limits: FileLimits;
  readonly workspaces: Workspaces;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Files as records that appear when their bytes are there, and go before their bytes do. */
export function createWorkspaceFiles(options: WorkspaceFilesOptions): WorkspaceFiles {
  const { records, storage, intake, room, limits, workspaces, now } = options;
  const publisher = createFilePublisher(options);
  const keepRun = createRunKeeper({ ...options, publisher });
  const copyFiles = createFileCopier({ records, intake });

  async function receiveUpload(
    userId: UserId,
    conversationId: ConversationId | null,
    { name, mimeType, content }: IncomingFile,
    signal: AbortSignal,
  ): Promise<FileRecord> {
    const wrong = checkFileName(name);
    if (wrong !== undefined) throw problem('invalid-request', { detail: `This file cannot be taken: ${wrong}.` });
    const { key, size, sha256 } = await intake.receive({ userId, conversationId }, name, content, signal);
    return {
      id: fileIdSchema.parse(key),
      userId,
      conversationId,
      content: key,
      name,
      mimeType: mediaTypeOf(name, mimeType),
      size,
      sha256,
      origin: 'upload',
      placedAt: null,
      createdAt: new Date(now()),
    };
  }

  async function uploadAll(
    userId: UserId,
    conversationId: ConversationId | undefined,
    files: AsyncIterable<IncomingFile> | Iterable<IncomingFile>,
    signal: AbortSignal,
  ): Promise<StoredFile[]> {
    if (conversationId !== undefined && !(await workspaces.has(userId, conversationId))) {
      throw problem('conversation-not-found');
    }
    const received: FileRecord[] = [];
    try {
      for await (const file of files) {
        received.push(await receiveUpload(userId, conversationId ?? null, file, signal));
      }
      signal.throwIfAborted();
    } catch (error) {
      for (const { content } of received) await intake.discard(content);
      throw error;
    }
    const published: FileRecord[] = [];
    for (const file of received) published.push(await publisher.publish(file));
    if (conversationId !== undefined) await publisher.tidy(userId, conversationId);
    return published.map(toStored);
  }

  return {
    async upload(userId, conversationId, file, signal) {
      const [stored] = await uploadAll(userId, conversationId, [file], signal);
      if (stored === undefined) throw problem('internal-error');
      return stored;
    },

    uploadAll,

    async list(userId, conversationId) {
      return currentFiles(await records.listPlaced(userId, conversationId)).map(toStored);
    },

    async room(userId, conversationId) {
      return { used: await room.used({ userId, conversationId }), room: limits.workspaceBytes };
    },

    async find(userId, id) {
      const file = await records.find(userId, id);
      if (file === undefined) throw problem('file-not-found');
      return toStored(file);
    },

    async findIn(userId, conversationId, id) {
      const file = await records.find(userId, id);
      if (file?.conversationId !== conversationId) throw problem('file-not-found');
      return toStored(file);
    },

    async *read({ id }, signal) {
      const content = await records.contentOf(id);
      if (content === undefined) throw problem('file-not-found');
      try {
        yield* storage.read(content, signal);
      } catch (error) {
        throw toProblem(error);
      }
    },

    async remove(userId, id) {
      const file = await records.find(userId, id);
      if (file === undefined) return;
      // An older one of its name that a crash left there must not come back in its place.
      if (file.placedAt !== null) await records.displaceOlder(file, file.placedAt);
      await intake.remove(file);
    },

    async check(userId, conversationId, ids) {
      const wanted = [...new Set(ids)];
      const found = new Map((await records.findAll(userId, wanted)).map((file) => [file.id, file]));
      const files = wanted.map((id) => {
        const file = found.get(id);
        const isHere = file?.conversationId === null || file?.conversationId === conversationId;
        if (file === undefined || !isHere) throw problem('file-not-found');
        return file;
      });
      const waiting = files.filter((file) => file.conversationId === null);
      const here = conversationId === undefined ? [] : await records.listPlaced(userId, conversationId);
      if (!fitTogether(currentFiles(here), waiting, limits)) {
        const detail = `A conversation’s files may take up ${sizeText(limits.workspaceBytes)}. Remove some of them.`;
        throw problem('workspace-full', { detail });
      }
      return files.map(toRef);
    },

    async claim(userId, conversationId, ids) {
      for (const id of ids) {
        const at = new Date(now());
        if (!(await records.claim(userId, conversationId, id, at))) continue;
        const file = await records.find(userId, id);
        if (file === undefined) continue;
        await records.displaceOlder(file, at);
        // Others may have filled it since it was checked: the file stays with its message, and out of the workspace.
        if ((await room.used({ userId, conversationId })) > limits.workspaceBytes) await records.place(id, null);
      }
    },

    async keepRun(...run) {
      const { kept, skipped } = await keepRun(...run);
      return { kept: kept.map(toStored), skipped };
    },

    async forget(userId, conversationId, names) {
      const gone = new Set(names);
      const current = currentFiles(await records.listPlaced(userId, conversationId));
      const ofRuns = current.filter(({ name, origin }) => origin === 'run' && gone.has(name));
      if (ofRuns.length === 0) return;
      await records.displace(
        userId,
        conversationId,
        ofRuns.map(({ name }) => name),
      );
    },

    copy: copyFiles,
    async listKept(userId, conversationId) {
      const all = (await records.listAll(conversationId)).filter((file) => file.userId === userId);
      return all
        .toSorted((a, b) => (a.placedAt?.getTime() ?? 0) - (b.placedAt?.getTime() ?? 0))
        .map((file) => ({ ...toStored(file), isPlaced: file.placedAt !== null }));
    },

    async bring(userId, conversationId, { id, origin, isPlaced, sha256, ...file }, signal) {
      let there = await records.find(userId, id);
      if (there === undefined) {
        const received = await receiveUpload(userId, conversationId, file, signal);
        if (received.sha256 !== sha256) {
          await intake.discard(received.content);
          throw problem('invalid-request', { detail: 'The bytes of this file are not those that it had.' });
        }
        there = await publisher.publish({ ...received, id, origin });
      }
      if (!isPlaced) await records.place(id, null);
      return toStored(there);
    },

    async removePerson(userId) {
      for (const file of await records.listOwn(userId)) await intake.remove(file);
      for (const key of await records.listOwnLoose(userId)) {
        if (!(await records.hasContent(key))) await intake.discard(key);
        else await records.settle(key);
      }
    },

    removeAll: (conversationId) => publisher.removeAll(conversationId),
  };
}

function fitTogether(here: readonly FileRecord[], coming: readonly FileRecord[], limits: FileLimits): boolean {
  const names = new Set(coming.map(({ name }) => name));
  const all = [...here.filter(({ name }) => !names.has(name)), ...coming];
  return all.reduce((sum, { size }) => sum + size, 0) <= limits.workspaceBytes && all.length <= limits.files;
}

function toRef({ id, name, mimeType, size }: FileRecord): FileRef {
  return { id, name, mimeType, size };
}

function toStored(file: FileRecord): StoredFile {
  const { sha256, origin, createdAt } = file;
  return { ...toRef(file), sha256, origin, createdAt: createdAt.toISOString() };
}
