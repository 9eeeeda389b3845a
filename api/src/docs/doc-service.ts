import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { problem } from '@parley/contracts';
import type { DocPage } from '@parley/contracts';

/** Larger than any page of documentation. */
const maxBytes = 1024 * 1024;
const rootPages: ReadonlySet<string> = new Set(['README.md', 'ARCHITECTURE.md']);

export interface DocService {
  /** A page by its path below `docs/` (with or without that prefix), or one of the two pages of the root. Throws `not-found`. */
  read(page: string): Promise<DocPage>;
}

/** Reads the documentation of an install; nothing outside of it, not by `..` nor by a symbolic link. */
export function createDocService(installRoot: string): DocService {
  return {
    async read(page) {
      const text = rootPages.has(page)
        ? await readInside(installRoot, page)
        : await readInside(path.join(installRoot, 'docs'), page.replace(/^docs\//, ''));
      if (text === undefined) throw problem('not-found', { detail: 'There is no such page in the documentation.' });
      const title = /^#\s+(.+)$/m.exec(text)?.[1]?.trim() ?? path.basename(page, '.md');
      return { path: page, title, text };
    },
  };
}

async function readInside(folder: string, file: string): Promise<string | undefined> {
  try {
    const base = await realpath(folder);
    const wanted = path.join(base, file);
    // A link could lead out of the folder; a page is only what really is where its path says.
    if (!wanted.startsWith(base + path.sep) || (await realpath(wanted)) !== wanted) return undefined;
    const handle = await open(wanted, 'r');
    try {
      const { size } = await handle.stat();
      return size <= maxBytes ? await handle.readFile('utf8') : undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && isAbsent(error.code)) return undefined;
    throw error;
  }
}

function isAbsent(code: unknown): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP';
}
