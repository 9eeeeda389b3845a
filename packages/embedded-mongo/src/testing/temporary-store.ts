import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../store/open-store.ts';

/** Opens a store in a directory of its own, which goes when the store is closed. */
export function openTemporaryStore(): Store {
  const directory = mkdtempSync(join(tmpdir(), 'parley-store-'));
  const store = openStore(directory, 'none');
  return {
    ...store,
    close: () => {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
