import { foldText } from '@parley/contracts';
import { longestWord, pairsOf, piecesOf } from './words-of.ts';

/** What somebody looks for, folded. */
export interface SearchTerms {
  /** All of them are in the text. */
  readonly words: readonly string[];
  /** Some word of the text begins with it. */
  readonly prefix: string | undefined;
  /** Texts that must stand there exactly so, because words alone do not say it. */
  readonly literals: readonly string[];
  /** What to mark where it is found. */
  readonly marks: readonly string[];
}

const mostWords = 12;

/** Quoted words, or what stands between spaces. */
const chunks = /"([^"]*)("|$)|[^\s"]+/g;

/** Signs around a word that belong to the sentence, not to it. */
const framing = /^[.,;:!?'(¿¡]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])[.,;:!?')]+$/gu;

/** Reads a search as plain text; `undefined` when there is nothing in it to look for. */
export function readSearchTerms(text: string): SearchTerms | undefined {
  const folded = foldText(text);
  const words = new Set<string>();
  const literals: string[] = [];
  const marks: string[] = [];
  let prefix: string | undefined;
  for (const match of folded.matchAll(chunks)) {
    const isQuoted = match[1] !== undefined;
    const chunk = (match[1] ?? match[0].replace(framing, '')).trim().replace(/\s+/g, ' ');
    const pieces = [...piecesOf(chunk)];
    if (pieces.length === 0) continue;
    const isEnd = match.index + match[0].length === folded.length && match[2] !== '"';
    for (const [index, { kind, text: piece }] of pieces.entries()) {
      const isUnfinished = kind !== 'sign' && isEnd && index === pieces.length - 1;
      if (kind === 'unspaced' && Array.from(piece).length > 1) for (const pair of pairsOf(piece)) words.add(pair);
      // A single character begins a pair. There is one prefix, the newest; what an earlier one said the literal says too.
      else if (isUnfinished || kind === 'unspaced') prefix = piece.slice(0, longestWord);
      else words.add(piece.slice(0, longestWord));
    }
    const [only] = pieces;
    const saysAll = pieces.length === 1 && only?.kind !== 'unspaced' && (only?.text.length ?? 0) <= longestWord;
    if (!saysAll || isQuoted) literals.push(chunk);
    marks.push(chunk);
  }
  if (words.size === 0 && prefix === undefined) return undefined;
  return { words: [...words].slice(0, mostWords), prefix, literals, marks };
}
