import { expect, it } from 'vitest';
import { buildDocument, type Literal } from '../bson/build-document.ts';
import { collating } from '../bson/active-collation.ts';
import type { Collation } from '../bson/collation.ts';
import { compareValues, isEqual } from '../bson/compare-values.ts';
import { encodeKey } from '../bson/encode-key.ts';
import { Document } from '../bson/document.ts';
import { matches } from './filter.ts';
import { collationOption } from './collation.ts';
import { parseFilter } from './parse-filter.ts';

function collation(options: { readonly [name: string]: Literal }): Collation {
  const parsed = collationOption(buildDocument(options), undefined);
  if (parsed === undefined) throw new Error('a collation is wanted');
  return parsed;
}

const TEXTS = [
  ['', 'a', 'A', 'b', 'B', 'ab', 'aB', 'Ab', 'AB', 'á', 'Á', 'ä', 'Ä', 'áb', 'ab\u0301', 'ậ', 'a\u0302\u0323'],
  ['resume', 'Resume', 'résumé', 'Résumé', 'cote', 'côte', 'coté', 'côté', 'Zoe', 'Zoë', 'naïve', 'naive'],
  ['Straße', 'Strasse', 'STRASSE', 'straß', 'ß', 'ss', 'ẞ', 'æon', 'aeon', 'Æon', 'œuvre', 'oeuvre', 'øre', 'ore'],
  ['ł', 'l', 'đ', 'd', 'þ', 'ð', 'ŋ', 'ı', 'i', 'İ', 'I', 'ñ', 'n', 'Ñ', 'č', 'c', 'Ç', 'ž', 'z', 'Z'],
  ['1', '2', '10', '01', 'a1', 'a2', 'a10', '٣', '½', '①', 'x²', '_a', '-a', 'a-b', 'a b', 'a.b', 'a@b.c', 'A@B.C'],
  ['"a"', "'a'", '‘a’', '$5', '€5', '¥', '%', '&', '~', '<', '=', '+', '|', '^', '{', '[', '/', '#', '!', '?', '…'],
  ['σ', 'Σ', 'ς', 'α', 'ά', 'Ά', 'Αθήνα', 'ΑΘΗΝΑ', 'а', 'А', 'й', 'и', 'Й', 'ё', 'е', 'Москва', 'москва', 'ї', 'ґ'],
  ['😀', '😁', '👍', '☺', '☺\uFE0F', '❤', '日本', '中', 'あ', 'ア', 'か', 'が', 'ש', 'ع', 'ﬁ', 'fi', 'Fi', 'ｆ'],
  ['user@Example.COM', 'user@example.com', 'x\0y', 'xy', 'x\u00ADy', 'a\tb', 'a\nb', '\uFFFD'],
].flat();

const SENSITIVITIES = ['base', 'accent', 'variant'] as const;

it.each([
  [1, false],
  [2, false],
  [3, false],
  [1, true],
  [3, true],
])('orders texts as ICU does at strength %i, numeric ordering %s', (strength, numericOrdering) => {
  const own = collation({ locale: 'en', strength, numericOrdering });
  const icu = new Intl.Collator('en', { sensitivity: SENSITIVITIES[strength - 1], numeric: numericOrdering });
  const keys = TEXTS.map((text) => encodeKey(text, own));
  const wrong = TEXTS.flatMap((left, i) =>
    TEXTS.flatMap((right, j) => {
      const [mine, theirs] = [Buffer.compare(keys[i] ?? NONE, keys[j] ?? NONE), Math.sign(icu.compare(left, right))];
      return mine === theirs ? [] : [[left, right, mine, theirs]];
    }),
  );
  expect(wrong).toEqual([]);
});

const NONE = Buffer.alloc(0);

it('orders every listed character as ICU does', () => {
  for (const [level, sensitivity] of SENSITIVITIES.entries()) {
    const own = collation({ locale: 'en', strength: level + 1 });
    const icu = new Intl.Collator('en', { sensitivity });
    const characters = [];
    for (let code = 1; code < 0x700; code += 1) characters.push(`a${String.fromCodePoint(code)}b`);
    const assigned = characters.filter((text) => !/\p{Cn}/u.test(text));
    const sorted = assigned.toSorted((left, right) => icu.compare(left, right));
    const wrong = sorted.slice(1).filter((text, index) => {
      const before = sorted[index] ?? '';
      const mine = Buffer.compare(encodeKey(before, own), encodeKey(text, own));
      return mine !== Math.sign(icu.compare(before, text));
    });
    expect(wrong).toEqual([]);
  }
});

it.each(['eo', 'es', 'gl', 'lkt', 'pl', 'sl'])('knows the letters of the locale %s', (locale) => {
  const letters = Array.from('abcdefghijklmnopqrstuvwxyząćęłńóśźżñĉĝĥĵŝŭčǧȟšžđÄÑŁČ');
  const texts = letters.flatMap((letter) => [
    letter,
    letter.toUpperCase(),
    `${letter}z`,
    `x${letter}a`,
    letter + letter,
  ]);
  for (const [level, sensitivity] of SENSITIVITIES.entries()) {
    const own = collation({ locale, strength: level + 1 });
    const icu = new Intl.Collator(locale, { sensitivity });
    const sorted = texts.toSorted((left, right) => icu.compare(left, right));
    const wrong = sorted.slice(1).filter((text, index) => {
      const before = sorted[index] ?? '';
      return Buffer.compare(encodeKey(before, own), encodeKey(text, own)) !== Math.sign(icu.compare(before, text));
    });
    expect(wrong).toEqual([]);
  }
});

it('tells apart at strength 5 what is not the same text, whatever its normal form', () => {
  const own = collation({ locale: 'en', strength: 5 });
  const key = (text: string) => encodeKey(text, own).toString('hex');
  expect(key('xy')).not.toBe(key('x\0y'));
  expect(key('é')).toBe(key('e\u0301'));
  expect(key('a')).not.toBe(key('A'));
});

it('keeps keys of long and odd texts apart from what follows them', () => {
  const own = collation({ locale: 'en', strength: 2, numericOrdering: true });
  const list = (...texts: string[]) => encodeKey(texts, own);
  expect(Buffer.compare(list('a', 'z'), list('ab', 'a'))).toBe(-1);
  expect(Buffer.compare(list('á', 'a'), list('a', 'z'))).toBe(1);
  const [shorter, longer] = ['9'.repeat(249), `1${'0'.repeat(249)}`];
  expect(Buffer.compare(encodeKey(shorter, own), encodeKey(longer, own))).toBe(-1);
  for (const text of ['\0\0', 'ÿ'.repeat(300), '1'.repeat(600), '\u{10FFFF}', '\uFFFF']) {
    const key = encodeKey(text, own);
    expect(key.indexOf(0, 1)).toBe(key.length - 2);
  }
});

function nested(name: string, text: string): Document {
  return new Document(new Map([[name, [text, 1]]]));
}

it('applies to every text within a value but not to field names', () => {
  const own = collation({ locale: 'en', strength: 1 });
  collating(own, () => {
    expect(isEqual(nested('a', 'É'), nested('a', 'e'))).toBe(true);
    expect(isEqual(nested('a', 'é'), nested('A', 'é'))).toBe(false);
    expect(compareValues('b', 'A')).toBeGreaterThan(0);
    expect(isEqual({ kind: 'symbol', text: 'A' }, 'a')).toBe(true);
  });
  expect(isEqual(nested('a', 'É'), nested('a', 'e'))).toBe(false);
});

it('stays with a filter that was parsed under it', () => {
  const filter = collating(collation({ locale: 'en', strength: 2 }), () =>
    parseFilter(buildDocument({ a: { $in: ['x', 'Y'], $gt: 'A' }, b: { $not: { $eq: 'No' } }, c: { $regex: '^c' } })),
  );
  const verdict = (a: string, b: string, c: string) => matches(filter, buildDocument({ a, b, c }));
  expect([
    verdict('X', 'yes', 'c'),
    verdict('y', 'NO', 'c'),
    verdict('z', 'yes', 'c'),
    verdict('x', 'yes', 'C'),
  ]).toEqual([true, false, false, false]);
});

it('spells out every option and makes one object of equal collations', () => {
  const first = collation({ locale: 'fr', strength: 1n });
  expect(Object.fromEntries(first.document.entries())).toEqual({
    locale: 'fr',
    caseLevel: false,
    caseFirst: 'off',
    strength: { kind: 'int', value: 1 },
    numericOrdering: false,
    alternate: 'non-ignorable',
    maxVariable: 'punct',
    normalization: false,
    backwards: false,
    version: '57.1',
  });
  expect(collationOption(first.document, undefined)).toBe(first);
  expect(collation({ locale: 'fr', strength: 2 })).not.toBe(first);
  expect(collation({ locale: 'fr' }).document.get('strength')).toEqual({ kind: 'int', value: 3 });
});

it('knows the binary order and inheritance', () => {
  const inherited = collation({ locale: 'en' });
  expect(collationOption(buildDocument({ locale: 'simple' }), inherited)).toBeUndefined();
  expect(collationOption(undefined, inherited)).toBe(inherited);
  expect(collationOption(buildDocument({}), inherited)).toBe(inherited);
});

it.each<[{ readonly [name: string]: Literal }, number]>([
  [{ strength: 2 }, 40_414],
  [{ locale: 5 }, 14],
  [{ locale: 'en', strength: 'two' }, 14],
  [{ locale: 'en', strength: 0 }, 2],
  [{ locale: 'en', strength: 6 }, 2],
  [{ locale: 'en', strength: 1.5 }, 2],
  [{ locale: 'en', caseLevel: 1 }, 14],
  [{ locale: 'en', caseLevel: true }, 2],
  [{ locale: 'en', caseFirst: 'upper' }, 2],
  [{ locale: 'en', caseFirst: 'first' }, 2],
  [{ locale: 'en', alternate: 'shifted' }, 2],
  [{ locale: 'en', maxVariable: 'all' }, 2],
  [{ locale: 'en', backwards: true }, 2],
  [{ locale: 'en', version: '99.0' }, 161],
  [{ locale: 'en', colour: 'red' }, 40_415],
  [{ locale: 'simple', strength: 1 }, 2],
  [{ locale: 'xx' }, 2],
  [{ locale: '' }, 2],
  [{ locale: 'sv' }, 2],
  [{ locale: 'es@collation=traditional' }, 2],
  [{ locale: 'de@collation=phonebook' }, 2],
])('refuses %o', (options, code) => {
  expect(() => collationOption(buildDocument(options), undefined)).toThrow(expect.objectContaining({ code }));
});
