import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { S3Config } from '../../config/files-config.ts';
import { createDiskStorage, diskPath } from './disk-storage.ts';
import { StorageError } from './file-storage.ts';
import type { FileStorage } from './file-storage.ts';

interface S3StorageOptions extends S3Config {
  /** Folder for what is on its way: a bucket wants to know the size before the first byte. */
  readonly spool: string;
}

type S3Object = Readonly<Record<'Bucket' | 'Key', string>>;

const attempts = 3;
/** Milliseconds before another attempt; twice as long before the one after that. */
const pause = 200;
const ignore = (): void => undefined;

/** Objects named `files/<key>` in a bucket. */
export function createS3Storage({ spool, bucket, ...config }: S3StorageOptions): FileStorage {
  const spooled = createDiskStorage(spool);
  const client = new S3Client({
    ...config,
    maxAttempts: attempts,
    // It would tell the console what it throws as well.
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    // Not every service that calls itself S3 knows the checksums that Amazon added.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const objectOf = (key: string): S3Object => ({ Bucket: bucket, Key: `files/${key}` });

  /** Tries more than once, as the client does by itself for all that is no stream. */
  async function send(file: string, size: number, object: S3Object, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const body = createReadStream(file);
      try {
        const command = new PutObjectCommand({ ...object, Body: body, ContentLength: size });
        await client.send(command, { abortSignal: signal });
        return;
      } catch (error) {
        if (attempt === attempts || signal.aborted || !isPassing(error)) throw translate(error, signal);
      } finally {
        body.destroy();
      }
      await delay(attempt * pause, undefined, { signal });
    }
  }

  return {
    async put(key, content, signal) {
      try {
        await spooled.put(key, content, signal);
        const file = path.resolve(diskPath(spool, key));
        const { size } = await stat(file);
        await send(file, size, objectOf(key), signal);
      } finally {
        await spooled.remove(key);
      }
    },

    async *read(key, signal) {
      const { Body: body } = await translated(
        () => client.send(new GetObjectCommand(objectOf(key)), { abortSignal: signal }),
        signal,
      );
      if (!(body instanceof Readable)) throw new StorageError('missing', 'There is no such file.');
      try {
        yield* body;
      } catch (error) {
        throw translate(error, signal);
      } finally {
        body.destroy();
      }
    },

    async remove(key) {
      await translated(() => client.send(new DeleteObjectCommand(objectOf(key))));
    },
  };
}

async function translated<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw translate(error, signal);
  }
}

/** What a service says that may do better in a moment, or nothing at all. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return true;
  const status = error.$metadata.httpStatusCode ?? 500;
  return status >= 500 || status === 429;
}

function translate(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof NoSuchKey) return new StorageError('missing', 'There is no such file.', { cause: error });
  return new StorageError('unavailable', 'The bucket of files does not answer as it should.', { cause: error });
}
