import { foldWithOrigins } from '@parley/contracts';
import type { MarkedText } from '@parley/contracts';
import { unspacedScripts } from './words-of.ts';

/** UTF-16 units on either side of what was found, and marks of one snippet. */
const before = 60;
const after = 180;
const mostMarks = 50;
/** Longer texts are looked through up to here. */
const longestText = 200_000;

const unspaced = new RegExp(`^[${unspacedScripts}]`, 'u');

type Span = [start: number, end: number];

/** A short text in whole, with all that was looked for in it. */
export function markTitle(title: string, marks: readonly string[]): MarkedText {
  return { text: title, marks: spansOf(title, marks) };
}

/** The surroundings of the first thing that was looked for, on one line. */
export function cutSnippet(text: string, marks: readonly string[]): MarkedText {
  const line = text.slice(0, longestText).replace(/\s+/g, ' ').trim();
  const [first] = spansOf(line, marks, 1);
  const start = first === undefined ? 0 : startOfWord(line, first[0] - before);
  const end = Math.min(line.length, (first?.[0] ?? 0) + after);
  const piece = wellFormed(line.slice(start, end));
  const snippet = `${start > 0 ? '…' : ''}${piece}${end < line.length ? '…' : ''}`;
  return { text: snippet, marks: spansOf(snippet, marks) };
}

/** Whether a folded text on one line has a folded literal, where a word begins if it begins with a letter. */
export function hasLiteral(folded: string, literal: string): boolean {
  return positionOf(folded, literal, 0) !== -1;
}

function spansOf(text: string, marks: readonly string[], most = mostMarks): Span[] {
  const { folded, starts, ends } = foldWithOrigins(text);
  const spans: Span[] = [];
  for (const mark of marks) {
    for (let at = positionOf(folded, mark, 0); at !== -1; at = positionOf(folded, mark, at + mark.length)) {
      spans.push([starts[at] ?? 0, ends[at + mark.length - 1] ?? text.length]);
      if (spans.length >= most * marks.length) break;
    }
  }
  return merge(spans).slice(0, most);
}

function positionOf(folded: string, mark: string, from: number): number {
  for (let at = folded.indexOf(mark, from); at !== -1; at = folded.indexOf(mark, at + 1)) {
    if (!/^[\p{L}\p{N}]/u.test(mark) || !isInWord(folded, at)) return at;
  }
  return -1;
}

/** Whether a place lies within a word; between characters of scripts without spaces every place begins one. */
function isInWord(folded: string, at: number): boolean {
  return (
    at > 0 &&
    /[\p{L}\p{N}\p{M}]$/u.test(folded.slice(Math.max(0, at - 2), at)) &&
    !unspaced.test(folded.slice(at, at + 2))
  );
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((left, right) => left[0] - right[0] || left[1] - right[1])) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] < last[1]) last[1] = Math.max(last[1], span[1]);
    else merged.push([...span]);
  }
  return merged;
}

function startOfWord(line: string, wanted: number): number {
  if (wanted <= 0) return 0;
  const space = line.indexOf(' ', wanted);
  return space !== -1 && space < wanted + 20 ? space + 1 : wanted;
}

/** A cut may have parted a pair of surrogates. */
function wellFormed(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
