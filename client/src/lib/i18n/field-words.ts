import { languageStore } from './language-store.ts';

/** What a schema says is wrong with a field, in the language of the interface; what it has no words for stays as it is. */
export function fieldWords(message: string): string {
  return languageStore.getState().translator?.message('fields', message) ?? message;
}
