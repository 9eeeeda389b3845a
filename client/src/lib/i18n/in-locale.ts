import { currentLocale } from './language-store.ts';

/** Something of `Intl` in the language of the interface: `const clock = inLocale((locale) => new Intl.DateTimeFormat(locale))`, then `clock().format(date)`. It is made once per language. */
export function inLocale<T>(make: (locale: string) => T): () => T {
  let made: { readonly locale: string; readonly value: T } | undefined;
  return () => {
    const locale = currentLocale();
    if (made?.locale !== locale) made = { locale, value: make(locale) };
    return made.value;
  };
}
