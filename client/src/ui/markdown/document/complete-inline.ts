import { longestRun } from './inline-pieces.ts';
import { readInlineMath } from './math-grammar.ts';

/** Destination of a link that is still being written. */
export const PENDING_DESTINATION = 'about:pending-link';

/** How to finish a text: drop `cut` characters from its end, then append `suffix`. */
export interface Completion {
  readonly cut: number;
  readonly suffix: string;
}

interface Opener {
  readonly mark: string;
  readonly index: number;
  count: number;
}

const DESTINATION = /^\((?:[^()\\]|\\[\s\S]|\([^()]*\))*\)/;
const REFERENCE = /^\[(?:[^[\]\\]|\\[\s\S])*\]/;
/** `[1`, `[ ` or `[x`: more often a citation or a checkbox than the text of a link. */
const UNLIKELY_LINK_TEXT = /^!?\[[\s\dxX^,;–-]*\]?$/;
/** More than anybody means: such text is left as it is. */
const MAX_OPENERS = 50;
const PUNCTUATION = /[\p{P}\p{S}]/u;

interface Scan {
  readonly text: string;
  readonly openers: Opener[];
  /** End of the last delimiter run that closed something: such a run is final. */
  closedAt: number;
}

/**
 * Guesses the likely final form of inline text that may still grow: closes emphasis and code, makes an unfinished link
 * inert, hides delimiters nobody can judge yet.
 */
export function completeInline(text: string): Completion {
  if (text.length > longestRun) return { cut: 0, suffix: '' };
  const scan: Scan = { text, openers: [], closedAt: 0 };
  let index = 0;
  while (index < text.length) {
    if (scan.openers.length > MAX_OPENERS) return { cut: 0, suffix: '' };
    const step = readStep(scan, index);
    if (typeof step !== 'number') return step;
    index = step;
  }
  return finish(scan, text.length);
}

/** The index after the construct at `index`, or the completion when that construct is the unfinished one. */
function readStep(scan: Scan, index: number): number | Completion {
  const { text, openers } = scan;
  switch (text[index]) {
    case '\\':
    case '$':
      return readBackslashOrMath(scan, index);
    case '`':
      return readCode(scan, index);
    case '<':
      return index + (/^<[^\s<>][^<>]*>/.exec(text.slice(index))?.[0].length ?? 1);
    case '[':
      openers.push({ mark: '[', index: text[index - 1] === '!' ? index - 1 : index, count: 1 });
      return index + 1;
    case ']':
      return readBracketEnd(scan, index);
    case '*':
    case '_':
    case '~':
      return readDelimiterRun(scan, index);
    default:
      return index + 1;
  }
}

function readBackslashOrMath(scan: Scan, index: number): number | Completion {
  const rest = scan.text.slice(index);
  const math = readInlineMath(rest, scan.text[index - 1] ?? '');
  if (math) return index + math.raw.length;
  const opensMath = rest.startsWith('\\(') || rest.startsWith('\\[') || rest.startsWith('$$');
  if (opensMath && !rest.includes('\n')) {
    const source = rest.length > 2 ? '`' + rest.replaceAll('`', '') + '`' : '';
    return { cut: rest.length, suffix: source + closersOf(scan.openers) };
  }
  if (rest === '\\') return finish(scan, index);
  return index + (rest.startsWith('\\') ? 2 : 1);
}

function readCode(scan: Scan, index: number): number | Completion {
  const { text, openers } = scan;
  const fence = /^`+/.exec(text.slice(index))?.[0] ?? '`';
  const start = index + fence.length;
  const closed = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(text.slice(start));
  if (closed) return start + closed.index + fence.length;
  if (start === text.length) return finish(scan, index);
  const ticks = /`*$/.exec(text)?.[0].length ?? 0;
  return { cut: ticks, suffix: fence + closersOf(openers) };
}

function readBracketEnd(scan: Scan, index: number): number | Completion {
  const { text, openers } = scan;
  const position = openers.findLastIndex(({ mark }) => mark === '[');
  const opener = openers[position];
  if (!opener) return index + 1;
  openers.length = position;
  const rest = text.slice(index + 1);
  const complete = DESTINATION.exec(rest) ?? REFERENCE.exec(rest);
  if (complete) return index + 1 + complete[0].length;
  if (rest === '' || /^[([][^\n]*$/.test(rest)) {
    if (UNLIKELY_LINK_TEXT.test(text.slice(opener.index))) return index + 1;
    return asPendingLink(text, opener, index, openers, []);
  }
  return index + 1;
}

function readDelimiterRun(scan: Scan, index: number): number {
  const { text, openers } = scan;
  const mark = text[index] ?? '';
  let end = index;
  while (text[end] === mark) end += 1;
  // A single tilde means "about" more often than strikethrough.
  if (mark === '~' && end - index !== 2) return end;
  const before = text[index - 1] ?? ' ';
  const after = text[end] ?? ' ';
  const left = isLeftFlanking(before, after);
  const right = isLeftFlanking(after, before);
  let count = end - index;
  if (right && (mark !== '_' || !left || PUNCTUATION.test(after))) count = closeOpeners(mark, count, openers);
  if (count === 0) scan.closedAt = end;
  else if (left && (mark !== '_' || !right || PUNCTUATION.test(before))) openers.push({ mark, index, count });
  return end;
}

/** Takes away openers that `available` delimiters close; returns how many delimiters are left over. */
function closeOpeners(mark: string, available: number, openers: Opener[]): number {
  let count = available;
  while (count > 0) {
    const position = openers.findLastIndex((opener) => opener.mark === mark);
    const opener = openers[position];
    if (!opener || openers.slice(position).some((inner) => inner.mark === '[')) break;
    const used = Math.min(count, opener.count);
    count -= used;
    opener.count -= used;
    openers.length = opener.count > 0 ? position + 1 : position;
  }
  return count;
}

function isLeftFlanking(before: string, after: string): boolean {
  if (/\s/.test(after)) return false;
  return !PUNCTUATION.test(after) || /\s/.test(before) || PUNCTUATION.test(before);
}

/** The text up to `end` was read to its end: drop what cannot be judged there, close what is still open. */
function finish(scan: Scan, end: number): Completion {
  const text = scan.text.slice(0, end);
  const undecided = /(?:\s+|(?:!?\[)+|!|[*_~]+)$/.exec(text);
  if (undecided && scan.closedAt !== end) return finish(scan, undecided.index);
  const cut = scan.text.length - end;
  const openers = scan.openers.filter(({ index }) => index < end);
  const bracket = openers.findLastIndex(({ mark }) => mark === '[');
  const opener = openers[bracket];
  if (!opener || UNLIKELY_LINK_TEXT.test(text.slice(opener.index))) return { cut, suffix: closersOf(openers) };
  const pending = asPendingLink(text, opener, end, openers.slice(0, bracket), openers.slice(bracket + 1));
  return { cut: cut + pending.cut, suffix: pending.suffix };
}

/** `end` is the index of the closing bracket, or the length of the text when there is none yet. */
function asPendingLink(
  text: string,
  opener: Opener,
  end: number,
  outer: readonly Opener[],
  inner: readonly Opener[],
): Completion {
  if (text[opener.index] === '!') return { cut: text.length - opener.index, suffix: closersOf(outer) };
  return { cut: text.length - end, suffix: `${closersOf(inner)}](${PENDING_DESTINATION})${closersOf(outer)}` };
}

function closersOf(openers: readonly Opener[]): string {
  return openers
    .filter(({ mark }) => mark !== '[')
    .map(({ mark, count }) => mark.repeat(count))
    .toReversed()
    .join('');
}
