import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuideDocument } from './guide-document.ts';
import { splitPage } from './split-page.ts';

const rootPages = ['README.md', 'ARCHITECTURE.md'];
/** Generated tables answer no question well. */
const leftOut = /^docs\/reference\//;

/**
 * Reads the product's documentation: README, ARCHITECTURE and every page below `docs/` except the generated reference,
 * in a stable order. What is missing is left out; other file errors are thrown.
 */
export async function loadGuideDocuments(rootDirectory: string): Promise<GuideDocument[]> {
  const below = await orNone(readdir(join(rootDirectory, 'docs'), { recursive: true }));
  const pages = (below ?? [])
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !leftOut.test(path))
    .toSorted();
  const documents: GuideDocument[] = [];
  for (const path of [...rootPages, ...pages]) {
    const markdown = await orNone(readFile(join(rootDirectory, path), 'utf8'));
    if (markdown !== undefined) documents.push(splitPage(path, markdown));
  }
  return documents;
}

async function orNone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
