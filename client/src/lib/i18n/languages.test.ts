import { expect, test } from 'vitest';
import { directionOf, languageFor, localeFor } from './languages.ts';

test.each([
  [['de-AT', 'en'], 'de'],
  [['nl', 'fr-CA', 'en'], 'fr'],
  [['zh-Hans-CN'], 'zh'],
  [['AR-EG'], 'ar'],
  [['english', 'nl'], 'en'],
  [[], 'en'],
])('a reader of %j is shown %s', (tags, language) => {
  expect(languageFor(tags)).toBe(language);
});

test('dates and numbers follow the reader’s region of the language, in the digits of the words around them', () => {
  expect(localeFor('de', ['en-US', 'de-CH'])).toBe('de-CH-u-nu-latn');
  expect(new Intl.NumberFormat(localeFor('de', ['en-US'])).format(1234.5)).toBe('1.234,5');
  expect(new Intl.NumberFormat(localeFor('ar', ['ar-EG'])).format(42)).toBe('42');
  expect(localeFor('en', ['en-US@posix', 'en-GB'])).toBe('en-GB-u-nu-latn');
});

test('only Arabic runs from right to left', () => {
  expect([directionOf('ar'), directionOf('zh')]).toEqual(['rtl', 'ltr']);
});
