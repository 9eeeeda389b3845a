import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface WatchOptions {
  readonly paths: readonly string[];
  /** Milliseconds that the files must have been quiet. */
  readonly debounceMs: number;
  readonly onChange: () => void;
  /** Hears once that changes cannot be seen. */
  readonly onError: (error: unknown) => void;
}

/** Mounted configuration (Kubernetes) changes by moving this link, not the files. */
const mountLink = '..data';

/** Calls back after any of the files was written, replaced, made or removed. Returns what stops it. */
export function watchFiles({ paths, debounceMs, onChange, onError }: WatchOptions): () => void {
  const names = new Set([...paths.map((path) => basename(path)), mountLink]);
  let timer: NodeJS.Timeout | undefined;
  const note = (_kind: string, name: string | null): void => {
    if (name !== null && !names.has(name)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, debounceMs);
  };
  // Editors replace files instead of writing them: what is watched is the folder.
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    try {
      watchers.push(watch(folder, { persistent: false }, note).on('error', onError));
    } catch (error) {
      onError(error);
    }
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
