import { checkFileName } from '../core/file-name.ts';
import type { WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { createBoxDeadline, type BoxDeadline } from './box-deadline.ts';
import { runInFolder, type BoxFolder, type FolderProcess } from './box-folder.ts';
import { tarOf, type ReadFile } from './file-archive.ts';
import { listCommand, mostListingBytes, parseListing, rawNameOf, type FileState } from './listing.ts';
import { createRecordReader } from './record-reader.ts';

const longestMs = 60_000;
const noRoom = 'The files of this workspace need more room than a run has. Remove some of them.';
const script = `tar -x -f - --unlink-first --recursive-unlink --no-same-owner || exit 8; ${listCommand}`;

/**
 * Writes files into a box in the place of those of the same name, as one stream; the state each has then. Throws
 * `SandboxError`: `invalid` when bytes are not what they were said to be, `engine` when the box does not take them. It
 * holds no telling what after that.
 */
export async function putFiles(
  folder: BoxFolder,
  files: readonly WorkspaceFile[],
  read: ReadFile,
  signal: AbortSignal,
): Promise<Map<string, FileState>> {
  const deadline = createBoxDeadline(signal, longestMs);
  const readUncounted: ReadFile = (file, during) => uncounted(read(file, during), deadline);
  try {
    const stdin = reporting(tarOf(files, readUncounted, deadline.signal), deadline);
    const putting = await runInFolder(folder, { script, stdin }, deadline.signal);
    const listed = new Map((await listingOf(putting)).map((entry) => [entry.rawName, entry]));
    return new Map(
      files.map(({ name, size }) => {
        const state = listed.get(rawNameOf(name));
        if (state?.type === 'f' && state.size === size) return [name, state];
        throw new SandboxError('engine', 'A file did not arrive in the container.');
      }),
    );
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.end();
  }
}

/** Throws `SandboxError('invalid')` unless files of these names can lie in one workspace. */
export function checkTogether(names: Iterable<string>): void {
  const all = new Set(names);
  for (const name of all) {
    const reason = checkFileName(name);
    if (reason !== undefined) throw new SandboxError('invalid', `A file of the workspace cannot be used: ${reason}.`);
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
      const folder = name.slice(0, at);
      if (!all.has(folder)) continue;
      throw new SandboxError('invalid', `"${folder}" is a file and a folder of this workspace. Remove one of them.`);
    }
  }
}

async function listingOf(putting: FolderProcess): Promise<ReturnType<typeof parseListing>> {
  const section = createRecordReader(putting.stdout, mostListingBytes).section();
  const [outcome] = await Promise.allSettled([section]);
  const { exitCode, stderr } = await putting.end();
  if (exitCode === 8) {
    const isFull = /No space left|Wrote only/.test(stderr);
    throw new SandboxError('engine', isFull ? noRoom : 'The files could not be written.', { cause: stderr });
  }
  if (outcome.status === 'rejected') throw outcome.reason;
  return parseListing(outcome.value ?? []);
}

/** What the source fails with ends the process, too: a short archive must not look like a whole one. */
async function* reporting(chunks: AsyncIterable<Uint8Array>, deadline: BoxDeadline): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const next = async () => {
    try {
      return await source.next();
    } catch (error) {
      deadline.fail(error);
      throw error;
    }
  };
  try {
    for (let step = await next(); step.done !== true; step = await next()) yield step.value;
  } finally {
    await source.return?.();
  }
}

async function* uncounted(chunks: AsyncIterable<Uint8Array>, deadline: BoxDeadline): AsyncGenerator<Uint8Array> {
  deadline.hold();
  try {
    for await (const chunk of chunks) {
      deadline.go();
      yield chunk;
      deadline.hold();
    }
  } finally {
    deadline.go();
  }
}
