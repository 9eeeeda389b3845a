import type { Language } from './languages.ts';

/** What differences between texts count. */
export interface Sensitivity {
  readonly isCaseSensitive: boolean;
  readonly isDiacriticSensitive: boolean;
}

/** How texts are compared unless a query asks otherwise, and how they are indexed. */
export const INSENSITIVE: Sensitivity = { isCaseSensitive: false, isDiacriticSensitive: false };

/** A text without the differences that do not count. */
export function fold(text: string, { isCaseSensitive, isDiacriticSensitive }: Sensitivity): string {
  const cased = isCaseSensitive ? text : text.toLowerCase();
  return isDiacriticSensitive ? cased.normalize('NFC') : cased.normalize('NFD').replaceAll(/\p{M}/gu, '');
}

/** The words of a text as written. */
export function wordsOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{M}\p{N}_'’]+/gu) ?? [];
  return words.map((word) => word.replaceAll('’', "'").replaceAll(/^'+|'+$/g, '')).filter((word) => word !== '');
}

/** The term of one word in a language, or undefined for a stop word. */
export function termOf(word: string, language: Language, sensitivity: Sensitivity): string | undefined {
  const lower = word.toLowerCase();
  if (language.isStopWord(lower)) return undefined;
  const folded = fold(word, sensitivity);
  if (!sensitivity.isCaseSensitive) return language.stem(folded);
  // The stemmer knows lower case only; what it leaves of the word keeps its case.
  const stem = language.stem(folded.toLowerCase());
  return folded.toLowerCase().startsWith(stem) ? folded.slice(0, stem.length) : folded;
}
