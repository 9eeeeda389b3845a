import { setPreferences } from '../preferences.ts';
import type { Preferences } from '../preferences.ts';
import { languageStore } from './language-store.ts';
import type { Translator } from './language-store.ts';
import { directionOf, languageFor, languages, localeFor } from './languages.ts';
import type { Language } from './languages.ts';
import { loadTranslator } from './load-translator.ts';

/** Milliseconds that the first paint waits for another language than English. */
const patienceMs = 4_000;

/**
 * Speaks the language that the first script of index.html set on `root`, from the first paint on. Words that take too
 * long follow when they are there; without them the interface is English.
 */
export async function beginLanguage(root: HTMLElement): Promise<void> {
  const language = languages.find((one) => one === root.lang) ?? 'en';
  const loading = speak(language, root).catch(() => {
    // Somebody may have chosen another one meanwhile.
    if (languageStore.getState().translator === undefined) apply('en', root);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      setRoot('en', root);
      resolve();
    }, patienceMs);
  });
  await Promise.race([loading, patience]);
  clearTimeout(timer);
}

/** Keeps the choice and speaks that language as soon as its words are there; rejects when they cannot be fetched. */
export async function chooseLanguage(choice: Preferences['language'], root: HTMLElement): Promise<void> {
  setPreferences({ language: choice });
  await speak(choice === 'browser' ? languageFor(navigator.languages) : choice, root);
}

let latest = 0;

/** Of two that are asked for at once, the later one counts. */
async function speak(language: Language, root: HTMLElement): Promise<void> {
  const turn = ++latest;
  const translator = await loadTranslator(language, localeFor(language, navigator.languages));
  if (turn === latest) apply(language, root, translator);
}

function apply(language: Language, root: HTMLElement, translator?: Translator): void {
  languageStore.setState({ language, locale: localeFor(language, navigator.languages), translator });
  setRoot(language, root);
}

function setRoot(language: Language, root: HTMLElement): void {
  root.lang = language;
  root.dir = directionOf(language);
}
