import { createHash } from 'node:crypto';
import { fileIdSchema, problem, ProblemError } from '@parley/contracts';
import type { CodeRunId, ConversationId, FileId, FileRef, StoredFile, UserId } from '@parley/contracts';
import { checkFileName } from '@parley/sandbox';
import type { FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import { currentFiles } from './current-files.ts';
import { toProblem } from './file-intake.ts';
import type { FileIntake } from './file-intake.ts';
import { sizeText } from './file-limits.ts';
import type { FileLimits } from './file-limits.ts';
import type { FileRoom } from './file-room.ts';
import { mediaTypeOf } from './media-type.ts';
import type { FileStorage } from './storage/file-storage.ts';
import type { IncomingFile, WorkspaceFiles } from './workspace-files.ts';

/** Milliseconds that uploads wait for a prompt, and that files of what is no conversation are kept. */
const waitingLife = 24 * 3_600_000;
const sessionLife = 30 * 24 * 3_600_000;

/** Who has which workspaces. */
export interface Workspaces {
  /** Whether somebody has a workspace of that id. */
  has(userId: UserId, id: ConversationId): Promise<boolean>;
  /** Whether it belongs to no conversation, so that nobody will ever delete it. */
  isSession(id: ConversationId): boolean;
}

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

  /** From here on it can be found, and is the one of its name. */
  async function publish(file: FileRecord): Promise<FileRecord> {
    const at = new Date(now());
    const life = lifeOf(file);
    const placed = {
      ...file,
      placedAt: file.conversationId === null ? null : at,
      createdAt: at,
      ...(life === undefined ? {} : { expiresAt: new Date(at.getTime() + life) }),
    };
    if (await records.add(placed)) await records.settle(file.content);
    else {
      // The same file was kept before, by another process that ran the same code.
      await intake.discard(file.content);
      await records.place(file.id, at);
    }
    await records.displaceOlder(placed, at);
    return placed;
  }

  function lifeOf({ conversationId }: FileRecord): number | undefined {
    if (conversationId === null) return waitingLife;
    return workspaces.isSession(conversationId) ? sessionLife : undefined;
  }

  /** A conversation that was deleted meanwhile has let go of the files it had; these came after that. */
  async function isStillThere(userId: UserId, conversationId: ConversationId): Promise<boolean> {
    if (await workspaces.has(userId, conversationId)) return true;
    await removeAll(conversationId);
    return false;
  }

  async function removeAll(conversationId: ConversationId): Promise<void> {
    for (const file of await records.listAll(conversationId)) await intake.remove(file);
  }

  /** Nobody may fill the disk by writing the same name again and again. */
  async function forgetOldest(conversationId: ConversationId): Promise<void> {
    let size = 0;
    for (const [index, file] of (await records.listReplaced(conversationId)).entries()) {
      size += file.size;
      if (size > limits.replacedBytes || index >= limits.replacedFiles) await intake.remove(file);
    }
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
    for (const file of received) published.push(await publish(file));
    if (conversationId !== undefined) {
      if (!(await isStillThere(userId, conversationId))) throw problem('conversation-not-found');
      await forgetOldest(conversationId);
    }
    return published.map(toStored);
  }

  async function keep(
    userId: UserId,
    conversationId: ConversationId,
    runId: CodeRunId,
    { name, sha256, bytes }: { readonly name: string; readonly sha256: string; readonly bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<FileRecord | string> {
    const wrong = checkFileName(name);
    if (wrong !== undefined) return wrong;
    if (bytes.length > limits.fileBytes) return `it is larger than ${sizeText(limits.fileBytes)}`;
    const id = runFileId(conversationId, runId, name, sha256);
    const known = await records.find(userId, id);
    if (known !== undefined) {
      const at = new Date(now());
      await records.place(id, at);
      await records.displaceOlder(known, at);
      return known;
    }
    try {
      const received = await intake.receive({ userId, conversationId }, name, once(bytes), signal);
      const file = { id, userId, conversationId, content: received.key, name, mimeType: mediaTypeOf(name), runId };
      const { size, sha256: hash } = received;
      return await publish({ ...file, size, sha256: hash, origin: 'run', placedAt: null, createdAt: new Date(now()) });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'workspace-full') return 'the files of this conversation take up all their room';
      if (error.code === 'storage-full') return 'the server has no room left for files';
      throw error;
    }
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

    async keepRun(userId, conversationId, { runId, files }, signal) {
      const kept: FileRecord[] = [];
      const skipped: { name: string; reason: string }[] = [];
      const isThere = await workspaces.has(userId, conversationId);
      for await (const file of files) {
        const outcome = isThere
          ? await keep(userId, conversationId, runId, file, signal)
          : 'there is no conversation to keep it in';
        if (typeof outcome === 'string') skipped.push({ name: file.name, reason: outcome });
        else kept.push(outcome);
      }
      if (kept.length > 0 && !(await isStillThere(userId, conversationId))) {
        const gone = kept.map(({ name }) => ({ name, reason: 'its conversation was deleted' }));
        return { kept: [], skipped: [...skipped, ...gone] };
      }
      if (kept.length > 0) await forgetOldest(conversationId);
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

    removeAll,
  };
}

function fitTogether(here: readonly FileRecord[], coming: readonly FileRecord[], limits: FileLimits): boolean {
  const names = new Set(coming.map(({ name }) => name));
  const all = [...here.filter(({ name }) => !names.has(name)), ...coming];
  return all.reduce((sum, { size }) => sum + size, 0) <= limits.workspaceBytes && all.length <= limits.files;
}

/** The same for the same bytes under the same name of the same run: a UUID (RFC 9562, version 8) made of a hash. */
function runFileId(conversationId: ConversationId, runId: CodeRunId, name: string, sha256: string): FileId {
  const hash = createHash('sha256')
    .update(JSON.stringify([conversationId, runId, name, sha256]))
    .digest('hex');
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return fileIdSchema.parse(id);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function toRef({ id, name, mimeType, size }: FileRecord): FileRef {
  return { id, name, mimeType, size };
}

function toStored(file: FileRecord): StoredFile {
  const { sha256, origin, createdAt } = file;
  return { ...toRef(file), sha256, origin, createdAt: createdAt.toISOString() };
}
