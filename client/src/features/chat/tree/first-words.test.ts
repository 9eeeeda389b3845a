import { afterEach, expect, test } from 'vitest';
import { languageStore } from '../../../lib/i18n/language-store.ts';
import { firstWords } from './first-words.ts';

const initial = languageStore.getState();
afterEach(() => languageStore.setState(initial));

const message = (_room: string, id: string) => (id === 'upstream-timeout' ? 'Keine Antwort' : undefined);

test('an answer that only failed is named by its problem in the reader’s language', () => {
  const parts = [{ type: 'error', code: 'upstream-timeout', title: 'The provider did not answer in time' } as const];
  expect(firstWords({ parts })).toBe('The provider did not answer in time');
  languageStore.setState({ translator: { translate: (_, english) => english, message } });
  expect(firstWords({ parts })).toBe('Keine Antwort');
});
