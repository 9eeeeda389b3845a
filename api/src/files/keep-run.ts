import { fileIdSchema, ProblemError } from '@parley/contracts';
import type { CodeRunId, ConversationId, FileId, UserId } from '@parley/contracts';
import { checkFileName } from '@parley/sandbox';
import type { FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import { hashId } from '../hash-id.ts';
import { sizeText } from '../size-text.ts';
import type { FileIntake } from './file-intake.ts';
import type { FileLimits } from './file-limits.ts';
import type { FileRoom } from './file-room.ts';
import { mediaTypeOf } from './media-type.ts';
import type { FilePublisher, Workspaces } from './publish-files.ts';
import type { RunFiles } from './workspace-files.ts';

interface RunKeeperOptions {
  readonly records: FileRepository;
  readonly intake: Pick<FileIntake, 'receive'>;
  readonly room: Pick<FileRoom, 'used'>;
  readonly publisher: Pick<FilePublisher, 'publish' | 'tidy'>;
  readonly limits: FileLimits;
  readonly workspaces: Pick<Workspaces, 'has'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface KeptRun {
  readonly kept: readonly FileRecord[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

type WrittenFile = RunFiles['files'] extends AsyncIterable<infer File> ? File : never;

const noRoom = 'the files of this conversation take up all their room';

/** Keeps what runs wrote; see `WorkspaceFiles.keepRun`. */
export function createRunKeeper(options: RunKeeperOptions) {
  const { records, intake, room, publisher, limits, workspaces, now } = options;

  /** A file of that id is there: its bytes are those that were written. */
  async function keepAgain(userId: UserId, conversationId: ConversationId, known: FileRecord) {
    const at = new Date(now());
    await records.place(known.id, at);
    await records.displaceOlder(known, at);
    if (known.placedAt !== null || (await room.used({ userId, conversationId })) <= limits.workspaceBytes) return known;
    await records.place(known.id, null);
    return noRoom;
  }

  /** The file, or why it is not kept. */
  async function keep(
    userId: UserId,
    conversationId: ConversationId,
    runId: CodeRunId,
    { name, sha256, bytes }: WrittenFile,
    signal: AbortSignal,
  ): Promise<FileRecord | string> {
    const wrong = checkFileName(name);
    if (wrong !== undefined) return wrong;
    if (bytes.length > limits.fileBytes) return `it is larger than ${sizeText(limits.fileBytes)}`;
    const id = runFileId(conversationId, runId, name, sha256);
    const known = await records.find(userId, id);
    if (known !== undefined) return await keepAgain(userId, conversationId, known);
    try {
      const received = await intake.receive({ userId, conversationId }, name, once(bytes), signal);
      const place = { id, userId, conversationId, placedAt: null, createdAt: new Date(now()) };
      const content = { content: received.key, size: received.size, sha256: received.sha256 };
      return await publisher.publish({ ...place, ...content, name, mimeType: mediaTypeOf(name), origin: 'run', runId });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'workspace-full') return noRoom;
      if (error.code === 'storage-full') return 'the server has no room left for files';
      throw error;
    }
  }

  return async function keepRun(
    userId: UserId,
    conversationId: ConversationId,
    { runId, files }: RunFiles,
    signal: AbortSignal,
  ): Promise<KeptRun> {
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
    if (kept.length === 0) return { kept, skipped };
    try {
      await publisher.tidy(userId, conversationId);
      return { kept, skipped };
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'conversation-not-found') throw error;
      const gone = kept.map(({ name }) => ({ name, reason: 'its conversation was deleted' }));
      return { kept: [], skipped: [...skipped, ...gone] };
    }
  };
}

/** The same for the same bytes under the same name of the same run. */
function runFileId(conversationId: ConversationId, runId: CodeRunId, name: string, sha256: string): FileId {
  return fileIdSchema.parse(hashId(JSON.stringify([conversationId, runId, name, sha256])));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
