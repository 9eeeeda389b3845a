import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { CompiledMessage } from '@lingui/message-utils/compileMessage';
import { parsePo } from 'pofile-ts';
import { describe, expect, test } from 'vitest';
import { englishMessages } from '../../build/words/english-messages.ts';
import type { EnglishMessage } from '../../build/words/english-messages.ts';
import { languages } from '../lib/i18n/languages.ts';
import { sameAsEnglish, sameEverywhere } from './same-as-english.ts';

const catalogs = new Map(
  Object.entries(import.meta.glob<Record<string, object>>('./en*.ts', { eager: true })).map(([path, exported]) => [
    /en-(.+)\.ts$/.exec(path)?.[1] ?? 'app',
    Object.values(exported)[0] ?? {},
  ]),
);
const parts = [...catalogs].flatMap(([room, catalog]) => (room === 'app' ? [] : [catalog]));
const files = import.meta.glob<string>('./*/*.po', { eager: true, query: '?raw', import: 'default' });
const others = languages.filter((language) => language !== 'en');

test('every PO file belongs to an English catalog and a language', () => {
  const wanted = others.flatMap((language) => [...catalogs.keys()].map((room) => `./${language}/${room}.po`));
  expect(Object.keys(files).toSorted()).toEqual(wanted.toSorted());
});

test('every sentence of a schema can be said beside its field', () => {
  const sources = import.meta.glob<string>('../../../packages/contracts/src/{entities,routes}/*.ts', {
    eager: true,
    query: '?raw',
    import: 'default',
  });
  const said = Object.values(sources).flatMap((source) => [...source.matchAll(/'(Please [^']*)'/g)]);
  const sentences = said.map(([, sentence]) => sentence);
  expect(sentences.length).toBeGreaterThan(0);
  const known = englishMessages(catalogs.get('fields') ?? {}).map(({ words }) => words);
  expect(sentences.filter((sentence = '') => !known.includes(sentence))).toEqual([]);
});

test('the guide understands what the app suggests to ask it, in every language', () => {
  const source = import.meta.glob<string>('../../../packages/gateway/src/dialects/guide/guide-languages.ts', {
    eager: true,
    query: '?raw',
    import: 'default',
  });
  const written = [
    ...Object.values(source)
      .join('')
      .matchAll(/^ {6}'?([^':]+)'?: \w+,$/gm),
  ];
  const understood = written.map(([, question = '']) => withPlainSpaces(question));
  const suggested = others.flatMap((language) =>
    parsePo(files[`./${language}/chat.po`] ?? '').items.flatMap(({ msgid, msgstr }) =>
      msgid.startsWith('suggestions.guide.') ? msgstr : [],
    ),
  );
  expect(suggested).toHaveLength(others.length * 3);
  expect(suggested.filter((question) => !understood.includes(withPlainSpaces(question)))).toEqual([]);
});

describe.each(others)('the words of %s', (language) => {
  const same = [...sameEverywhere, ...(sameAsEnglish[language] ?? [])];
  const pluralCategories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  test.each([...catalogs])('say all of %s, as it can be said', (room, catalog) => {
    const english = englishMessages(catalog, parts);
    const given = parsePo(files[`./${language}/${room}.po`] ?? '').items.map(({ msgid, msgstr }) => [msgid, msgstr[0]]);
    const words = new Map(given.map(([id, message]) => [id, message ?? '']));
    expect([...words.keys()]).toEqual(english.map(({ id }) => id));
    expect(english.flatMap((one) => faultsOf(one, words.get(one.id) ?? ''))).toEqual([]);
  });

  function faultsOf({ id, words, arguments: most }: EnglishMessage, message: string): string[] {
    if (message === '') return words === '' ? [] : [`${id} has no words`];
    if (message === words && /\p{L}{2}/u.test(words) && !same.includes(words)) {
      return [`${id} is still English: ${words}`];
    }
    try {
      return partsOf(compileMessageOrThrow(message)).flatMap(({ name, cases, isPlural }) => {
        const faults = Number(name) < most ? [] : [`${id} has {${name}}, which English does not have`];
        if (cases === undefined) return faults;
        if (!cases.includes('other')) faults.push(`${id} says nothing for “other”`);
        const missing = isPlural ? pluralCategories.filter((category) => !cases.includes(category)) : [];
        return [...faults, ...missing.map((category) => `${id} has no plural “${category}”`)];
      });
    } catch (error) {
      return [`${id} is not ICU: ${String(error)}`];
    }
  }
});

function withPlainSpaces(text: string): string {
  return text.replaceAll(/\s/g, ' ');
}

interface Part {
  readonly name: string;
  readonly cases?: readonly string[];
  readonly isPlural: boolean;
}

/** Arguments of a message, those within the cases of others too. */
function partsOf(message: CompiledMessage): Part[] {
  return message.flatMap((token) => {
    if (typeof token === 'string') return [];
    const [name, type, format] = token;
    if (typeof format !== 'object' || format === null || type === undefined) return [{ name, isPlural: false }];
    const cases = Object.entries(format as Record<string, unknown>).filter(([key]) => key !== 'offset');
    const inner = cases.flatMap(([, given]) => (Array.isArray(given) ? partsOf(given as CompiledMessage) : []));
    return [{ name, cases: cases.map(([key]) => key), isPlural: type === 'plural' }, ...inner];
  });
}
