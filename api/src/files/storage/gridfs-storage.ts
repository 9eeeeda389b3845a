import type { FileBucket } from '../../database/file-bucket.ts';
import { StorageError } from './file-storage.ts';
import type { FileStorage } from './file-storage.ts';

/** Files in the database, so that every server that uses it has them. */
export function createGridFsStorage(bucket: FileBucket): FileStorage {
  return {
    async put(key, content, signal) {
      const upload = bucket.openUpload(key);
      // Whoever writes next is told as well.
      upload.on('error', () => undefined);
      try {
        for await (const piece of content) {
          signal.throwIfAborted();
          // One after the other, so that nothing is on its way any more when this ends.
          await step((done) => upload.write(piece, done));
        }
        signal.throwIfAborted();
        await step((done) => upload.end(done));
      } catch (error) {
        upload.destroy();
        throw error;
      }
    },

    async *read(key, signal) {
      signal.throwIfAborted();
      if (!(await hasWhole(bucket, key))) throw new StorageError('missing', 'There is no such file.');
      const download = bucket.openDownload(key);
      const leave = (): void => void download.destroy(new Error('The reader left.'));
      signal.addEventListener('abort', leave, { once: true });
      try {
        yield* download;
      } catch (error) {
        signal.throwIfAborted();
        throw unavailable(error);
      } finally {
        signal.removeEventListener('abort', leave);
        download.destroy();
      }
    },

    async remove(key) {
      try {
        await bucket.remove(key);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

/** Becomes what the callback of a stream is told. */
function step(begin: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => {
      if (error === undefined || error === null) resolve();
      else reject(unavailable(error));
    });
  });
}

async function hasWhole(bucket: FileBucket, key: string): Promise<boolean> {
  try {
    return await bucket.has(key);
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): StorageError {
  return new StorageError('unavailable', 'The database does not take or give files.', { cause });
}
