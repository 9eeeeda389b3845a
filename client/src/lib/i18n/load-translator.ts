import type { Messages } from '@lingui/core';
import type { Translator } from './language-store.ts';
import type { Language } from './languages.ts';

type Words = Readonly<Record<string, Messages>>;

/** One chunk each, which only the readers of that language load. */
const words: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Words>>> = {
  de: async () => (await import('../../locales/de.ts')).de,
  fr: async () => (await import('../../locales/fr.ts')).fr,
  es: async () => (await import('../../locales/es.ts')).es,
  zh: async () => (await import('../../locales/zh.ts')).zh,
  ar: async () => (await import('../../locales/ar.ts')).ar,
};

/** Fetches the words of a language and what translates by them; English needs neither. */
export async function loadTranslator(language: Language, locale: string): Promise<Translator | undefined> {
  if (language === 'en') return undefined;
  const [{ createTranslator }, files] = await Promise.all([import('./create-translator.ts'), words[language]()]);
  return createTranslator(locale, files);
}
