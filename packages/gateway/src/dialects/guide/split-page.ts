import { posix } from 'node:path';
import type { GuideDocument, GuideSection } from './guide-document.ts';

/**
 * Cuts a Markdown page of the documentation into sections by its headings. `path` is relative to the product's root,
 * such as `docs/guides/deploy.md`; links between pages become addresses within the app, pictures are left out.
 */
export function splitPage(path: string, markdown: string): GuideDocument {
  const url = pageUrl(path);
  const headings: string[] = [];
  const slugs = new Map<string, number>();
  const sections: GuideSection[] = [];
  let slug = '';
  let lines: string[] = [];
  let title: string | undefined;

  const flush = (): void => {
    const text = tidy(lines);
    lines = [];
    if (text !== '') sections.push({ headings: headings.filter((heading) => heading !== ''), slug, text });
  };

  for (const line of outsideFences(markdown)) {
    const heading = line.isCode ? undefined : /^(#{1,4})\s+(.+?)\s*#*$/.exec(line.text);
    if (!heading) {
      lines.push(line.isCode ? line.text : mendLinks(line.text, path));
      continue;
    }
    flush();
    const level = heading[1]?.length ?? 1;
    const words = plainText(heading[2] ?? '');
    slug = title === undefined && level === 1 ? '' : uniqueSlug(words, slugs);
    if (level === 1) title ??= words;
    headings.splice(level - 1, headings.length, words);
    for (let above = 0; above < level - 1; above += 1) headings[above] ??= '';
  }
  flush();
  return { url, title: title ?? posix.basename(path, '.md'), sections };
}

/** `README.md` → `/docs/README`, `docs/guides/deploy.md` → `/docs/guides/deploy`. */
function pageUrl(path: string): string {
  return `/docs/${path.replace(/^docs\//, '').replace(/\.md$/, '')}`;
}

/** The fragment that GitHub and the app give a heading. */
export function headingSlug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function uniqueSlug(heading: string, taken: Map<string, number>): string {
  const slug = headingSlug(heading);
  const count = taken.get(slug) ?? 0;
  taken.set(slug, count + 1);
  return count === 0 ? slug : `${slug}-${count}`;
}

/** Markdown without its marks, on one line. */
export function plainText(markdown: string): string {
  return markdown
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|__|`)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function outsideFences(markdown: string): { text: string; isCode: boolean }[] {
  let fence: string | undefined;
  return markdown.split(/\r?\n/).map((text) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
    const wasCode = fence !== undefined;
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
    return { text, isCode: wasCode || fence !== undefined };
  });
}

/** Lines without HTML, blank edges, and runs of blank lines. */
function tidy(lines: readonly string[]): string {
  let isCode = false;
  const kept = lines.filter((line) => {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    return isCode || !/^\s*<[!/a-z]/i.test(line);
  });
  return kept
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function mendLinks(line: string, path: string): string {
  return line
    .replaceAll(/\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?/g, '')
    .replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_link, words: string, address: string) => {
      const target = linkTarget(address, path);
      return target === undefined ? words : `[${words}](${target})`;
    });
}

/** Undefined for files that the app cannot show. */
function linkTarget(address: string, path: string): string | undefined {
  if (/^(?:https?:|mailto:)/.test(address)) return address;
  const [file = '', fragment] = address.split('#');
  const hash = fragment === undefined ? '' : `#${fragment}`;
  if (file === '') return pageUrl(path) + hash;
  const resolved = posix.normalize(posix.join(posix.dirname(path), file));
  const isPage = /^(?:[\w-]+|docs\/.+)\.md$/.test(resolved);
  return isPage ? pageUrl(resolved) + hash : undefined;
}
