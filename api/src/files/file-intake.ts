import { createHash, randomUUID } from 'node:crypto';
import { problem, ProblemError } from '@parley/contracts';
import type { Logger } from 'pino';
import type { FilePlace, FileRecord, FileRepository } from '../database/repositories/file-repository.ts';
import type { FileRoom } from './file-room.ts';
import { sizeText } from '../size-text.ts';
import type { FileLimits } from './file-limits.ts';
import { StorageError } from './storage/file-storage.ts';
import type { FileStorage } from './storage/file-storage.ts';

/** Bytes that are kept and belong to no file yet. */
export interface ReceivedContent {
  readonly key: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Takes bytes in and out of the storage. Whatever a process does not live to finish is noted as loose before it is
 * begun, so that a sweep can remove it.
 */
export interface FileIntake {
  /** Keeps bytes for a file of that name. Throws `file-too-large`, `workspace-full`, `storage-full`, `not-ready`. */
  receive(
    place: FilePlace,
    name: string,
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<ReceivedContent>;
  /** Removes bytes that no file has; left to the sweep when the storage cannot be reached. */
  discard(key: string): Promise<void>;
  /** Removes a file, with its bytes unless another file has them. */
  remove(file: FileRecord): Promise<void>;
}

interface FileIntakeOptions {
  readonly records: FileRepository;
  readonly storage: FileStorage;
  readonly room: FileRoom;
  readonly limits: FileLimits;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createFileIntake({ records, storage, room, limits, log, now }: FileIntakeOptions): FileIntake {
  async function discard(key: string): Promise<void> {
    try {
      // It takes up no room from now on, whenever its bytes go.
      await records.resize(key, 0);
      await storage.remove(key);
      await records.settle(key);
    } catch (error) {
      log.warn({ err: error, key }, 'Bytes of a file could not be removed yet');
    }
  }

  return {
    async receive(place, name, content, signal) {
      const key = randomUUID();
      await records.loosen({ key, ...place, size: 0, createdAt: new Date(now()) });
      const hold = room.hold(place, key, name);
      const hash = createHash('sha256');
      let size = 0;
      async function* metered(): AsyncGenerator<Uint8Array> {
        await hold.grow(0);
        for await (const piece of content) {
          size += piece.length;
          if (size > limits.fileBytes) {
            throw problem('file-too-large', { detail: `A file may have at most ${sizeText(limits.fileBytes)}.` });
          }
          await hold.grow(size);
          hash.update(piece);
          yield piece;
        }
      }
      try {
        await storage.put(key, metered(), signal);
        await records.resize(key, size);
        return { key, size, sha256: hash.digest('hex') };
      } catch (error) {
        await discard(key);
        throw toProblem(error);
      }
    },

    discard,

    async remove(file) {
      const { id, content, userId, conversationId } = file;
      await records.loosen({ key: content, userId, conversationId, size: 0, createdAt: new Date(now()) });
      await records.remove(id);
      // A copy of the file has the same bytes; should it go in this moment too, the sweep finds them loose.
      if (await records.hasContent(content)) return;
      await discard(content);
    },
  };
}

/** What people are told of a storage that does not do as it should; any other error as it is. */
export function toProblem(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof StorageError)) return error;
  if (error.code === 'full') return problem('storage-full', { cause: error });
  if (error.code === 'missing') return problem('file-not-found', { cause: error });
  return problem('not-ready', { cause: error, retryAfterSeconds: 5 });
}
