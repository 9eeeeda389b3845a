import { Direction } from 'radix-ui';
import type { ReactNode } from 'react';
import { LanguageContext } from './language-context.ts';
import { languageStore } from './language-store.ts';
import { directionOf } from './languages.ts';

/** Renders everything in it again when the language changes, and tells menus and tabs which way arrows lead. */
export function LanguageScope({ children }: { readonly children: ReactNode }) {
  const language = languageStore((state) => state.language);
  return (
    <LanguageContext value={language}>
      <Direction.Provider dir={directionOf(language)}>{children}</Direction.Provider>
    </LanguageContext>
  );
}
