import type { FileRecord } from '../database/repositories/file-repository.ts';

/** The newest of each name among what was placed into a workspace, by name. */
export function currentFiles(placed: readonly FileRecord[]): FileRecord[] {
  const newest = new Map<string, FileRecord>();
  for (const file of placed) {
    const known = newest.get(file.name);
    if (known === undefined || isNewer(file, known)) newest.set(file.name, file);
  }
  return [...newest.values()].toSorted((a, b) => compare(a.name, b.name));
}

function isNewer(a: FileRecord, b: FileRecord): boolean {
  const difference = (a.placedAt?.getTime() ?? 0) - (b.placedAt?.getTime() ?? 0);
  return difference === 0 ? a.id > b.id : difference > 0;
}

/** By their code units: the same order everywhere. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
