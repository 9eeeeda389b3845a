import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { StorageError } from './file-storage.ts';
import type { FileStorage } from './file-storage.ts';

/** Bytes that are read at a time. */
const pieceSize = 256 * 1024;

/**
 * Files in a folder of the file system, for their owner only. Bytes are on the disk before they get their name, so that
 * a machine that loses its power has all of them or none.
 */
export function createDiskStorage(folder: string): FileStorage {
  const placeOf = (key: string) => {
    const whole = diskPath(folder, key);
    return { parent: path.dirname(whole), whole, part: `${whole}.part` };
  };

  return {
    async put(key, content, signal) {
      const { parent, whole, part } = placeOf(key);
      await onDisk(() => mkdir(parent, { recursive: true, mode: 0o700 }));
      const file = await onDisk(() => open(part, 'wx', 0o600));
      try {
        for await (const piece of content) {
          signal.throwIfAborted();
          await onDisk(() => file.writeFile(piece));
        }
        signal.throwIfAborted();
        await onDisk(() => file.sync());
      } catch (error) {
        await file.close();
        await rm(part, { force: true });
        throw error;
      }
      await onDisk(() => file.close());
      await onDisk(() => rename(part, whole));
      await syncFolder(parent);
    },

    async *read(key, signal) {
      const file = await onDisk(() => open(placeOf(key).whole, 'r'));
      try {
        for (;;) {
          signal.throwIfAborted();
          const piece = Buffer.allocUnsafe(pieceSize);
          const { bytesRead } = await onDisk(() => file.read(piece, 0, pieceSize));
          if (bytesRead === 0) return;
          yield piece.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },

    async remove(key) {
      const { whole, part } = placeOf(key);
      await onDisk(() => rm(part, { force: true }));
      await onDisk(() => rm(whole, { force: true }));
    },
  };
}

/** Where the whole bytes of a key are: in one of 256 folders. */
export function diskPath(folder: string, key: string): string {
  return path.join(folder, key.slice(0, 2), key);
}

/** A name is only as durable as the folder that has it; not every file system can be told so. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await onDisk(() => open(folder, 'r'));
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'EPERM') throw error;
  } finally {
    await handle.close();
  }
}

async function onDisk<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOSPC':
      case 'EDQUOT':
        throw new StorageError('full', 'The disk is full.', { cause: error });
      case 'ENOENT':
        throw new StorageError('missing', 'There is no such file.', { cause: error });
      default:
        throw new StorageError('unavailable', 'The folder of files cannot be used.', { cause: error });
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
