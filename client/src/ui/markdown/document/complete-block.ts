import type { Token } from 'marked';
import { childTokens } from './child-tokens.ts';
import { completeInline } from './complete-inline.ts';
import { withoutPartialFence } from './fence.ts';
import type { LexedBlock } from './lex.ts';

/** A line that is nothing but the beginning of some construct. */
const MARKERS_ONLY =
  /^[ \t]*(?:>[ \t]*)*(?:[-*_+]{1,2}|#{1,6}|>|`{1,2}|~{1,2}|\${1,2}|\\\[?|=+|-+|\||\d{1,9}[.)]|[-*+] \[[ xX]?\]?|:{1,2}|:::(?:a.*)?)[ \t]*$/;
const BLANK_LINE_AT_END = /\n[ \t]*\n[ \t]*$/;
const PIPE_LINE = /^ {0,3}\|.*[^\s|]/;
const PARTIAL_DELIMITER = /^ {0,3}\|[ :|-]*$/;

/**
 * Source of the last block in its likely final form, for display only: the result must never be kept, because the next
 * characters may prove it wrong.
 */
export function completeBlock({ raw, token }: LexedBlock): string {
  const leaf = lastLeaf(token);
  if (leaf.type === 'code') return raw.slice(0, raw.length - leaf.raw.length + withoutPartialFence(leaf.raw).length);
  if (leaf.type === 'html' || leaf.type === 'artifact' || leaf.type === 'blockMath' || BLANK_LINE_AT_END.test(raw))
    return raw;
  const shown = withoutMarkerLine(raw);
  const table = token.type === 'paragraph' ? asTable(shown) : undefined;
  if (table !== undefined) return table;
  if (shown !== raw) return shown;
  return completeText(raw, textOf(leaf, raw));
}

/** The innermost token at the end: what the next character would be appended to. */
function lastLeaf(token: Token): Token {
  if (token.type === 'table') return token;
  const last = isContainer(token) ? childTokens(token).at(-1)?.at(-1) : undefined;
  return last ? lastLeaf(last) : token;
}

function isContainer(token: Token): boolean {
  return token.type === 'list' || token.type === 'blockquote';
}

function textOf(leaf: Token, raw: string): string {
  if (leaf.type === 'table') return raw.trimEnd().slice(raw.trimEnd().lastIndexOf('|') + 1);
  return 'text' in leaf && typeof leaf.text === 'string' ? leaf.text : leaf.raw;
}

function completeText(raw: string, text: string): string {
  const source = raw.trimEnd();
  const trimmed = text.trimEnd();
  const { cut, suffix } = completeInline(trimmed);
  if (cut === 0 && suffix === '') return raw;
  const removed = trimmed.slice(trimmed.length - cut);
  // In a list or quotation further lines carry prefixes the text does not show.
  if (!source.endsWith(removed) || removed.includes('\n')) return raw;
  return source.slice(0, source.length - cut) + suffix;
}

function withoutMarkerLine(raw: string): string {
  const start = raw.lastIndexOf('\n') + 1;
  return MARKERS_ONLY.test(raw.slice(start)) ? raw.slice(0, start) : raw;
}

/** A paragraph whose last lines look like the head of a table, as that table. */
function asTable(raw: string): string | undefined {
  const lines = raw.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  const previous = lines.at(-2) ?? '';
  // A delimiter row that is complete and made no table does not fit its head.
  if (raw.endsWith('\n') && PARTIAL_DELIMITER.test(last)) return undefined;
  if (PARTIAL_DELIMITER.test(last) && PIPE_LINE.test(previous)) lines.pop();
  else if (!PIPE_LINE.test(last) || PIPE_LINE.test(previous)) return undefined;
  const head = lines.at(-1) ?? '';
  const completed = completeText(head, head.slice(head.lastIndexOf('|') + 1)).trimEnd();
  const closed = completed.endsWith('|') ? completed : `${completed} |`;
  const columns = closed.replaceAll(/\\./g, '').split('|').length - 2;
  return [...lines.slice(0, -1), closed, `|${'---|'.repeat(columns)}`].join('\n');
}
