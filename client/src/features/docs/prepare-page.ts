import type { DocPage } from '@parley/contracts';
import { slugOf } from './doc-pages.ts';

/**
 * The Markdown of a page as the app shows it: without its title, which stands above it, and without pictures; links to
 * other pages lead to their address in the app, links to anything else of the source tree become plain words.
 */
export function preparePage({ path, text }: Pick<DocPage, 'path' | 'text'>): string {
  const folder = repositoryPath(path).split('/').slice(0, -1);
  let fence: string | undefined;
  const lines = text.replace(/^#\s+.+$/m, '').split(/\r?\n/);
  const prepared = lines.map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return line;
    }
    return fence === undefined ? mendLinks(line, folder) : line;
  });
  return prepared.join('\n');
}

/** The anchor GitHub gives a heading; `taken` counts those of the page so far, so that repeated headings differ. */
export function headingAnchor(heading: string, taken: Map<string, number>): string {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
  const count = taken.get(anchor) ?? 0;
  taken.set(anchor, count + 1);
  return count === 0 ? anchor : `${anchor}-${String(count)}`;
}

function repositoryPath(path: string): string {
  const isRootPage = !path.includes('/');
  return isRootPage || path.startsWith('docs/') ? path : `docs/${path}`;
}

function mendLinks(line: string, folder: readonly string[]): string {
  return line
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, words: string, address: string) => {
      if (/^(?:[a-z]+:|#|\/)/i.test(address)) return link;
      const target = appAddress(address, folder);
      return target === undefined ? words : `[${words}](${target})`;
    });
}

function appAddress(address: string, folder: readonly string[]): string | undefined {
  const [file = '', anchor] = address.split('#');
  const steps = [...folder];
  for (const step of file.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  const path = steps.join('/');
  if (!/^(?:[\w-]+|docs\/[\w/-]+)\.md$/.test(path)) return undefined;
  return `/docs/${slugOf(path)}${anchor === undefined ? '' : `#${anchor}`}`;
}
