import type { RunPorts, WorkspaceFile } from '../core/run.ts';
import type { TakenBox } from './box-shelf.ts';
import { withDeadline } from './with-deadline.ts';

const removeMs = 15_000;
const putMs = 120_000;

/**
 * Makes a container hold just these files: those that are not among them are removed, those it lacks are put. Throws
 * `engine` when the container fails, and what `read` throws.
 */
export async function syncFiles(
  { box, contents }: TakenBox,
  files: readonly WorkspaceFile[],
  { read, signal }: Pick<RunPorts, 'read' | 'signal'>,
): Promise<void> {
  const wanted = new Map(files.map((file) => [file.name, file]));
  const stale = [...contents.keys()].filter((name) => !wanted.has(name));
  if (stale.length > 0) {
    await withDeadline(removeMs, 'Old files could not be removed in time.', signal, (soon) => box.remove(stale, soon));
    for (const name of stale) contents.delete(name);
  }
  const lacking = files.filter(({ name, sha256 }) => contents.get(name) !== sha256);
  if (lacking.length === 0) return;
  await withDeadline(putMs, 'The files could not be put in place in time.', signal, (soon) =>
    box.put(lacking, read, soon),
  );
  for (const { name, sha256 } of lacking) contents.set(name, sha256);
}
