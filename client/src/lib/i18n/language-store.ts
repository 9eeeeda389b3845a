import { create } from 'zustand';
import type { Language } from './languages.ts';
import { localeFor } from './languages.ts';

/** Puts the words of another language in the place of English ones. */
export interface Translator {
  /** A catalog of the same shape in this language; what it has no words for stays English. */
  readonly translate: <T extends object>(room: string, english: T) => T;
  /** One message of a catalog by its id, where it exists. */
  readonly message: (room: string, id: string) => string | undefined;
}

interface LanguageState {
  readonly language: Language;
  /** For Intl. */
  readonly locale: string;
  /** English needs none. */
  readonly translator: Translator | undefined;
}

/** The language the interface speaks now; `language-switch.ts` changes it. */
export const languageStore = create<LanguageState>()(() => ({
  language: 'en',
  locale: localeFor('en', navigator.languages),
  translator: undefined,
}));

/** The locale of dates and numbers as the interface shows them now, a BCP 47 tag for `Intl`. */
export function currentLocale(): string {
  return languageStore.getState().locale;
}
