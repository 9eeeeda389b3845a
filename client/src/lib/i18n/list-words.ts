import { inLocale } from './in-locale.ts';

const list = inLocale((locale) => new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' }));

/** Several names in one line: `A, B, C`, with the marks and words that the language puts between them. */
export function listWords(words: readonly string[]): string {
  return list().format(words);
}
