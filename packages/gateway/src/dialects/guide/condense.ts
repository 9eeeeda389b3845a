import { searchTerms } from './search-terms.ts';

/**
 * `markdown` in at most about `limit` characters: whole blocks that speak of `question`, in their order. Code, lists and
 * tables stay whole, together with the sentence that announces them; only a list longer than the limit is cut.
 */
export function condense(markdown: string, question: string, limit: number): string {
  const blocks = joinAnnouncements(splitBlocks(markdown));
  if (markdown.length <= limit || blocks.length === 0) return markdown;
  const asked = new Set(searchTerms(question));
  const rated = blocks.map((text, position) => ({ text, position, score: rate(text, asked) - position / 1000 }));
  const chosen: typeof rated = [];
  let length = 0;
  for (const block of rated.toSorted((one, other) => other.score - one.score)) {
    if (chosen.length > 0 && length + block.text.length > limit) continue;
    chosen.push(block);
    length += block.text.length;
  }
  return chosen
    .toSorted((one, other) => one.position - other.position)
    .map(({ text }) => (text.length > limit * 1.5 ? cutLines(text, limit) : text))
    .join('\n\n');
}

/** Paragraphs, lists, tables, quotes and fenced code, each as one block. */
export function splitBlocks(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let isCode = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    if (line.trim() === '' && !isCode) {
      if (lines.length > 0) blocks.push(lines.join('\n'));
      lines = [];
    } else lines.push(line);
  }
  if (lines.length > 0) blocks.push(lines.join('\n'));
  return joinLists(blocks);
}

/** A list whose items are set apart by blank lines is one list. */
function joinLists(blocks: readonly string[]): string[] {
  const joined: string[] = [];
  for (const block of blocks) {
    const previous = joined.at(-1);
    const goesOn = previous !== undefined && isList(previous) && (isList(block) || /^\s{2,}\S/.test(block));
    if (goesOn) joined[joined.length - 1] = `${previous}\n\n${block}`;
    else joined.push(block);
  }
  return joined;
}

function isList(block: string): boolean {
  return /^\s*(?:[-*+]|\d+[.)])\s/.test(block);
}

function joinAnnouncements(blocks: readonly string[]): string[] {
  const joined: string[] = [];
  for (const block of blocks) {
    const previous = joined.at(-1);
    if (previous?.endsWith(':')) joined[joined.length - 1] = `${previous}\n\n${block}`;
    else joined.push(block);
  }
  return joined;
}

function rate(block: string, asked: ReadonlySet<string>): number {
  const found = new Set(searchTerms(block).filter((term) => asked.has(term)));
  return found.size;
}

/** Whole lines up to `limit`, never inside code, which is kept to its end. */
function cutLines(block: string, limit: number): string {
  if (/^\s*(?:```|~~~)/m.test(block)) return block;
  const kept: string[] = [];
  let length = 0;
  for (const line of block.split('\n')) {
    if (kept.length > 0 && length + line.length > limit) return [...kept, '', '…'].join('\n');
    kept.push(line);
    length += line.length;
  }
  return kept.join('\n');
}
