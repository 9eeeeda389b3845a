/*
 * The English stemmer of the Snowball project ("Porter2"), after its published description
 * (https://snowballstem.org/algorithms/english/stemmer.html). MongoDB stems English the same way.
 */

const VOWEL = '[aeiouy]';
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word): [string, string] => [word, word]),
]);
const KEPT_AFTER_PLURAL = new Set([
  'inning',
  'outing',
  'canning',
  'herring',
  'earring',
  'proceed',
  'exceed',
  'succeed',
]);

/** The stem of a lower-case English word. */
export function stemEnglish(text: string): string {
  if (text.length <= 2) return text;
  const exception = EXCEPTIONS.get(text);
  if (exception !== undefined) return exception;
  // A y that is a consonant is written Y until the end.
  const marked = text
    .replace(/^'/, '')
    .replace(/^y/, 'Y')
    .replaceAll(/(?<=[aeiouy])y/g, 'Y');
  const regions = regionsOf(marked);
  const singular = removePlural(marked.replace(/'s'$|'s$|'$/, ''));
  if (KEPT_AFTER_PLURAL.has(singular)) return singular;
  const base = replaceY(removePast(singular, regions));
  return removeEnd(removeLong(replaceMiddle(base, regions), regions), regions).replaceAll('Y', 'y');
}

interface Regions {
  readonly first: number;
  readonly second: number;
}

function regionsOf(word: string): Regions {
  const special = /^(?:gener|commun|arsen)/.exec(word);
  const first = special?.[0].length ?? afterSyllable(word, 0);
  return { first, second: afterSyllable(word, first) };
}

/** The position after the first consonant that follows a vowel, or the end. */
function afterSyllable(word: string, from: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
  return found === null ? word.length : from + found.index + 2;
}

function removePlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(?:us|ss)$/.test(word)) return word;
  return new RegExp(`${VOWEL}.+s$`).test(word) ? word.slice(0, -1) : word;
}

function removePast(word: string, { first }: Regions): string {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed !== null) return eed.index >= first ? `${word.slice(0, eed.index)}ee` : word;
  const found = /(?:ed|edly|ing|ingly)$/.exec(word);
  if (found === null || !/[aeiouy]/.test(word.slice(0, found.index))) return word;
  const rest = word.slice(0, found.index);
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return first >= rest.length && endsInShortSyllable(rest) ? `${rest}e` : rest;
}

function endsInShortSyllable(word: string): boolean {
  return /[^aeiouy][aeiouy][^aeiouywxY]$/.test(word) || /^[aeiouy][^aeiouy]$/.test(word);
}

function replaceY(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

/** Replaces the longest ending there is a rule for when it lies in a region; other endings are left alone. */
function replaceEnding(word: string, from: number, rules: readonly (readonly [string, string])[]): string {
  const found = rules
    .filter(([ending]) => word.endsWith(ending))
    .toSorted(([left], [right]) => right.length - left.length)[0];
  if (found === undefined || word.length - found[0].length < from) return word;
  return word.slice(0, word.length - found[0].length) + found[1];
}

const MIDDLE: readonly (readonly [string, string])[] = [
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['entli', 'ent'],
  ['izer', 'ize'],
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['alli', 'al'],
  ['fulness', 'ful'],
  ['ousli', 'ous'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['bli', 'ble'],
  ['fulli', 'ful'],
  ['lessli', 'less'],
];
const LATE: readonly (readonly [string, string])[] = [
  ['tional', 'tion'],
  ['ational', 'ate'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

function replaceMiddle(word: string, { first, second }: Regions): string {
  const next = MIDDLE.some(([ending]) => word.endsWith(ending))
    ? replaceEnding(word, first, MIDDLE)
    : removeAdverb(word, first);
  if (next.endsWith('ative')) return next.length - 5 >= second ? next.slice(0, -5) : next;
  return replaceEnding(next, first, LATE);
}

function removeAdverb(word: string, first: number): string {
  if (word.endsWith('logi')) return word.length - 3 >= first ? word.slice(0, -1) : word;
  return /[cdeghkmnrt]li$/.test(word) && word.length - 2 >= first ? word.slice(0, -2) : word;
}

const LONG = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ism|ate|iti|ous|ive|ize|(?<=[st])ion)$/;

function removeLong(word: string, { second }: Regions): string {
  const found = LONG.exec(word);
  return found !== null && found.index >= second ? word.slice(0, found.index) : word;
}

function removeEnd(word: string, { first, second }: Regions): string {
  const rest = word.slice(0, -1);
  if (word.endsWith('ll')) return rest.length >= second ? rest : word;
  if (!word.endsWith('e')) return word;
  return rest.length >= second || (rest.length >= first && !endsInShortSyllable(rest)) ? rest : word;
}
