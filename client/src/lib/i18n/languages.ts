/** Every language the interface speaks, by its ISO 639 code. English is the source of the others. */
export const languages = ['en', 'de', 'fr', 'es', 'zh', 'ar'] as const;

export type Language = (typeof languages)[number];

/** What each language calls itself; such a name is never translated. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  zh: '简体中文',
  ar: 'العربية',
};

/**
 * The first language of somebody's list (BCP 47 tags, as in `navigator.languages`) that the interface speaks, whatever
 * the region; English when it speaks none. The first script of index.html chooses in the same way.
 */
export function languageFor(tags: readonly string[]): Language {
  for (const tag of tags) {
    const language = languages.find((one) => one === primary(tag));
    if (language) return language;
  }
  return 'en';
}

/** The way a language is written. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/**
 * The locale for dates and numbers: the reader's own region of the language where the list names one (`de-AT`), the
 * language alone otherwise. Always with the digits 0–9, as in the code, versions and identifiers around them.
 */
export function localeFor(language: Language, tags: readonly string[]): string {
  const tag = tags.find((one) => primary(one) === language && (isPlain(one) || isTag(one))) ?? language;
  // Intl takes its time when it is first asked, and this is asked before the first paint.
  if (isPlain(tag)) return `${tag}-u-nu-latn`;
  return new Intl.Locale(tag, { numberingSystem: 'latn' }).toString();
}

/** A language with or without a country, as nearly all browsers say it. */
function isPlain(tag: string): boolean {
  return /^[a-z]{2}(?:-[A-Z]{2})?$/.test(tag);
}

/** Some systems hand on names of their own, such as `en-US@posix`. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function primary(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}
