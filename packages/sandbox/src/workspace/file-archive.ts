import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar-stream';
import type { WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';

/** Answers the bytes of a file. */
export type ReadFile = (file: WorkspaceFile, signal: AbortSignal) => AsyncIterable<Uint8Array>;

/**
 * An archive of files, read one after the other as it is sent. Throws `SandboxError('invalid')` when the bytes of one
 * are not those of its size and hash, before its last byte is out.
 */
export async function* tarOf(
  files: readonly WorkspaceFile[],
  read: ReadFile,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const archive = tar.pack();
  const writing = Promise.allSettled([writeAll(archive, files, read, signal)]);
  try {
    for await (const chunk of archive) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    const [outcome] = await writing;
    throw outcome.status === 'rejected' ? outcome.reason : error;
  } finally {
    archive.destroy();
    await writing;
  }
}

async function writeAll(
  archive: tar.Pack,
  files: readonly WorkspaceFile[],
  read: ReadFile,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const file of files) {
      const entry = archive.entry({ name: file.name, size: file.size, mode: 0o644, mtime: new Date() });
      await pipeline(checked(file, read(file, signal)), entry, { signal });
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error('A file could not be read.', { cause: error }));
    throw error;
  }
}

/** Passes bytes on, the last chunk only when all of them are what was said. */
async function* checked(file: WorkspaceFile, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > file.size) throw unlike(file);
    hash.update(chunk);
    if (held !== undefined) yield held;
    held = chunk;
  }
  if (size !== file.size || hash.digest('hex') !== file.sha256) throw unlike(file);
  if (held !== undefined) yield held;
}

function unlike(file: WorkspaceFile): SandboxError {
  return new SandboxError('invalid', `The stored file "${file.name}" is damaged: its bytes are not what was kept.`);
}
