import { SandboxError } from '../core/sandbox-error.ts';
import { createBoxDeadline } from './box-deadline.ts';
import { inOnePiece, runInFolder, type BoxFolder } from './box-folder.ts';
import { nameList, rawNameOf } from './listing.ts';

const longestMs = 20_000;
const script = 'exec xargs -0 -r rm -rf --';

/** Removes files; names that are not there are no error. */
export async function removeFiles(folder: BoxFolder, names: readonly string[], signal: AbortSignal): Promise<void> {
  const deadline = createBoxDeadline(signal, longestMs);
  try {
    const stdin = inOnePiece(nameList(names.map(rawNameOf)));
    const removing = await runInFolder(folder, { script, stdin }, deadline.signal);
    for await (const _ of removing.stdout);
    const { exitCode, stderr } = await removing.end();
    if (exitCode !== 0) throw new SandboxError('engine', 'Files could not be removed.', { cause: stderr });
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.end();
  }
}
