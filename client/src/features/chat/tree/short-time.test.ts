import { afterEach, expect, test } from 'vitest';
import { languageStore } from '../../../lib/i18n/language-store.ts';
import { shortTime } from './short-time.ts';

const initial = languageStore.getState();
afterEach(() => languageStore.setState(initial));

test('the first hour of a day is 00, wherever somebody lives', () => {
  const midnight = new Date(2026, 2, 1, 0, 5);
  const times = ['en-US', 'ar-u-nu-latn', 'de-AT'].map((locale) => {
    languageStore.setState({ locale });
    return shortTime(midnight.toISOString(), midnight);
  });
  expect(times).toEqual(['00:05', '00:05', '00:05']);
});
