import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.ts';

/** Makes the data folder, for its owner only, unless it is there. Throws a `StartError` when it cannot be made. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw dataFolderError(folder, error);
  }
}

/** What the operator is told about an error of the file system in the data folder; any other error as it is. */
export function dataFolderError(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const remedy = error.code === 'ENOSPC' ? 'The disk is full: free some space' : 'Make it writable';
  return new StartError(
    `The data folder ${folder} cannot be used (${String(error.code)}). ${remedy}, or name another one in PARLEY_DATA_DIR.`,
    { cause: error },
  );
}

/** Node's own `recursive` never returns where a file system says ENOENT in an existing folder, as /proc does. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}
