import { compileMessage } from '@lingui/message-utils/compileMessage';
import { afterEach, expect, test } from 'vitest';
import { createTexts } from './create-texts.ts';
import { createTranslator } from './create-translator.ts';
import { currentLocale, languageStore } from './language-store.ts';

const english = {
  hello: 'Hello',
  untranslated: 'Only here',
  list: {
    chats: (count: number) => (count === 1 ? '1 chat' : `${String(count)} chats`),
    filtered: (tag: string) => `Filtered by tag “${tag}”`,
    first: (line: number | undefined) => (line === undefined ? 'Somewhere' : `Line ${String(line)}`),
    more: (hasMore: boolean) => (hasMore ? 'and more' : 'that is all'),
  },
  suggestions: ['One', 'Two'],
  limit: 3,
};

const initial = languageStore.getState();
afterEach(() => languageStore.setState(initial));

const german = {
  hello: 'Hallo',
  'list.chats': '{0, plural, one {# Chat} other {# Chats}}',
  'list.filtered': 'Nach „{0}“ gefiltert',
  'list.first': '{0, select, none {Irgendwo} other {Zeile {0}}}',
  'list.more': '{0, select, true {und mehr} other {das ist alles}}',
  'suggestions.0': 'Eins',
  'suggestions.1': 'Zwei',
};

test('a catalog has the same shape in another language', () => {
  const texts = translator('de', { './de/order.po': german }).translate('order', english);
  expect(texts.hello).toBe('Hallo');
  expect([0, 1, 2, 12_345].map(texts.list.chats)).toEqual(['0 Chats', '1 Chat', '2 Chats', '12.345 Chats']);
  expect([undefined, 7].map(texts.list.first)).toEqual(['Irgendwo', 'Zeile 7']);
  expect([true, false].map(texts.list.more)).toEqual(['und mehr', 'das ist alles']);
  expect(texts.suggestions).toEqual(['Eins', 'Zwei']);
  expect(texts.limit).toBe(3);
});

test('what has no words yet stays English, and other catalogs do not answer for it', () => {
  const texts = translator('de', { './de/order.po': { hello: 'Hallo' }, './de/app.po': german }).translate(
    'order',
    english,
  );
  expect([texts.untranslated, texts.list.chats(2)]).toEqual(['Only here', '2 chats']);
});

test('the parts of the first catalog are found within it', () => {
  const files = { './de/app.po': { hello: 'Hallo' }, './de/chat.po': { hello: 'Tag' } };
  const texts = translator('de', files).translate('app', { hello: 'Hello', chat: { hello: 'Hi' } });
  expect(texts).toEqual({ hello: 'Hallo', chat: { hello: 'Tag' } });
});

test('somebody’s own text is shown as it is', () => {
  const { list } = translator('de', { './de/order.po': german }).translate('order', english);
  for (const tag of ['{0}', '#', '\\x41 \\u0042', 'constructor', '<b>', '%__lingui_octothorpe__%']) {
    expect(list.filtered(tag)).toBe(`Nach „${tag}“ gefiltert`);
  }
});

test('counts follow the plural rules of the language', () => {
  const chats = '{0, plural, zero {zero} one {one} two {two} few {few} many {many} other {other}}';
  const texts = translator('ar', { './ar/order.po': { 'list.chats': chats } }).translate('order', english);
  expect([0, 1, 2, 3, 11, 100].map(texts.list.chats)).toEqual(['zero', 'one', 'two', 'few', 'many', 'other']);
});

test('the readers of a catalog follow the language, and give the same object as long as it stays', () => {
  const [, readTexts] = createTexts('order', english);
  expect(readTexts()).toBe(english);
  languageStore.setState({ language: 'de', locale: 'de', translator: translator('de', { './de/order.po': german }) });
  expect([readTexts().hello, currentLocale()]).toEqual(['Hallo', 'de']);
  expect(readTexts()).toBe(readTexts());
  languageStore.setState(initial);
  expect(readTexts()).toBe(english);
});

function translator(locale: string, files: Record<string, Record<string, string>>) {
  const compiled = Object.entries(files).map(([path, words]) => [
    path,
    Object.fromEntries(Object.entries(words).map(([id, message]) => [id, compileMessage(message)])),
  ]);
  return createTranslator(locale, Object.fromEntries(compiled));
}
