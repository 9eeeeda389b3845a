import { use } from 'react';
import { LanguageContext } from './language-context.ts';
import { languageStore } from './language-store.ts';
import type { Translator } from './language-store.ts';

/** A catalog in the language of the interface: the first for components, the second for everything else. */
export type CatalogReaders<T> = readonly [useTexts: () => T, readTexts: () => T];

/**
 * The readers of one catalog of words, `const [useAgentTexts] = createTexts('agents', enAgents)`. `room` is the name of
 * its file without `en-`. Catalogs stay apart, so that a page loads the words it shows and no others.
 */
export function createTexts<T extends object>(room: string, english: T): CatalogReaders<T> {
  let made: { readonly by: Translator; readonly texts: T } | undefined;
  const read = () => {
    const { translator } = languageStore.getState();
    if (translator === undefined) return english;
    if (made?.by !== translator) made = { by: translator, texts: translator.translate(room, english) };
    return made.texts;
  };
  const useTexts = () => {
    use(LanguageContext);
    return read();
  };
  return [useTexts, read];
}
