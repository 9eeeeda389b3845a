import { fileIdSchema } from '@parley/contracts';
import type { ConversationId, FileId, UserId } from '@parley/contracts';
import type { FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import { hashId } from '../hash-id.ts';
import { currentFiles } from './current-files.ts';
import type { FileIntake } from './file-intake.ts';

/** From which conversation to which one. */
export interface FileCopy {
  readonly from: ConversationId;
  readonly to: ConversationId;
}

interface FileCopierOptions {
  readonly records: FileRepository;
  readonly intake: Pick<FileIntake, 'remove'>;
}

/** Files that are looked up at a time. */
const batchSize = 200;

/**
 * Makes files of another conversation that share their bytes with those they are copies of: bytes go with the last file
 * that has them. Ids are made of conversation and file, so that a repeated copy changes nothing.
 */
export function createFileCopier({ records, intake }: FileCopierOptions) {
  /** The bytes stay as long as a file has them, so one of the two files has to be there at any time. */
  async function addCopy(userId: UserId, original: FileRecord, copy: FileRecord): Promise<boolean> {
    await records.add(copy);
    const isThere = (await records.find(userId, original.id)) !== undefined;
    if (!isThere) await intake.remove(copy);
    return isThere;
  }

  return async function copyFiles(
    userId: UserId,
    { from, to }: FileCopy,
    ids: readonly FileId[],
  ): Promise<ReadonlyMap<FileId, FileId>> {
    const placedNames = new Set((await records.listPlaced(userId, from)).map(({ name }) => name));
    const originals: FileRecord[] = [];
    for (let start = 0; start < ids.length; start += batchSize) {
      const found = await records.findAll(userId, ids.slice(start, start + batchSize));
      originals.push(...found.filter(({ conversationId }) => conversationId === from));
    }
    const newest = new Set(
      currentFiles(originals.map((file) => ({ ...file, placedAt: file.placedAt ?? file.createdAt }))).map(
        ({ id }) => id,
      ),
    );
    const copies = new Map<FileId, FileId>();
    for (const original of originals) {
      const { expiresAt: _expiresAt, ...file } = original;
      const id = copyIdOf(to, original.id);
      // Of a name that the workspace has no more, the copy's has none either.
      const isPlaced = newest.has(original.id) && placedNames.has(original.name);
      const placedAt = isPlaced ? (original.placedAt ?? original.createdAt) : null;
      if (await addCopy(userId, original, { ...file, id, conversationId: to, placedAt })) copies.set(original.id, id);
    }
    return copies;
  };
}

function copyIdOf(to: ConversationId, id: FileId): FileId {
  return fileIdSchema.parse(hashId(JSON.stringify(['copy of a file', to, id])));
}
