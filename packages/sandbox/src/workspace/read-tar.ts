import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as tar from 'tar-stream';
import { checkFileName } from '../core/file-name.ts';
import { SandboxError } from '../core/sandbox-error.ts';

export interface TarFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

interface TarLimits {
  /** Names that were asked for; each is handed out once at most. */
  readonly wanted: Iterable<string>;
  readonly fileBytes: number;
  /** Of all files together. */
  readonly totalBytes: number;
}

/** Headers, padding and long names of one entry; the end of an archive. */
const mostEntryOverhead = 8 * 1024;
const mostEndOverhead = 64 * 1024;

/**
 * Reads an archive that comes from a box, without trusting it: hands out plain files that were asked for and keep the
 * limits, by the size in their header before their content is read, and passes over everything else. Throws
 * `SandboxError` when it is broken, cut short within a file, or longer than what was asked for can be; and what the
 * source throws when `signal` was aborted.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  { wanted, fileBytes, totalBytes }: TarLimits,
  signal: AbortSignal,
): AsyncGenerator<TarFile> {
  const open = new Set(wanted);
  const entries = tar.extract();
  const most = totalBytes + open.size * mostEntryOverhead + mostEndOverhead;
  const feeding = Promise.allSettled([pipeline(Readable.from(bounded(source, most)), entries)]);
  let room = totalBytes;
  try {
    for await (const entry of entries) {
      const name = plainName(entry.header.name);
      const size = entry.header.size ?? 0;
      const fits = size <= fileBytes && size <= room;
      if (entry.header.type !== 'file' || !fits || checkFileName(name) !== undefined || !open.delete(name)) {
        entry.resume();
        continue;
      }
      room -= size;
      yield { name, ...(await contentOf(entry, size)) };
    }
  } catch (error) {
    const [outcome] = await feeding;
    throw asSandboxError(outcome.status === 'rejected' ? outcome.reason : error, signal);
  } finally {
    entries.destroy();
    await feeding;
  }
}

/** Our own lists begin every name with `./`. */
function plainName(name: string): string {
  return name.startsWith('./') ? name.slice(2) : name;
}

async function contentOf(
  chunks: AsyncIterable<unknown>,
  size: number,
): Promise<{ readonly sha256: string; readonly bytes: Uint8Array }> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length !== size) throw new SandboxError('engine', 'A file of the container arrived in part.');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

async function* bounded(source: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let room = most;
  for await (const chunk of source) {
    room -= chunk.length;
    if (room < 0) throw new SandboxError('engine', 'The container sent more than it was asked for.');
    yield chunk;
  }
}

function asSandboxError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof SandboxError) return error;
  return new SandboxError('engine', 'The files of the container could not be read.', { cause: error });
}
