import type { Question } from './question.ts';
import { opposites, singular } from './question.ts';
import { directions, oppositePrefixes } from './word-lists.ts';

/**
 * Whether two questions may have the same answer as far as one thing goes. Nearness of vectors does not see these: the
 * same words in another order have a cosine of 1. A guard may well say no to questions that mean the same.
 */
export type Guard = (one: Question, other: Question) => boolean;

export const guards = {
  numbers: (one, other) => hasSame(one.numbers, other.numbers),
  units: (one, other) => hasSame(one.units, other.units),
  symbols: (one, other) => one.symbols === other.symbols,
  literals: (one, other) => hasSame(one.literals, other.literals),
  antonyms: (one, other) => !hasOpposite(one, other) && !hasOpposite(other, one),
  negation: (one, other) => one.negations % 2 === other.negations % 2,
  names: (one, other) =>
    isSameSet(one.knownNames, other.knownNames) && hasNames(one, other.names) && hasNames(other, one.names),
  language: (one, other) =>
    one.language === other.language || one.language === undefined || other.language === undefined,
  kind: (one, other) => one.kind === other.kind,
  tense: (one, other) => one.tense === other.tense,
  form: (one, other) => isSameSet(one.form, other.form),
  quantifiers: (one, other) => isSameSet(one.quantifiers, other.quantifiers),
  owners: (one, other) => one.owners.size === 0 || other.owners.size === 0 || isSameSet(one.owners, other.owners),
  order: (one, other) => !isPermutation(one, other) && !hasSwappedOperands(one, other),
  subject: (one, other) => !hasOtherSubject(one, other),
} as const satisfies Readonly<Record<string, Guard>>;

export type GuardName = keyof typeof guards | 'words';

/** The first guard that says no to two questions; undefined when all agree. */
export function findObjection(one: Question, other: Question, isLexical: boolean): GuardName | undefined {
  for (const [name, guard] of guardList) if (!guard(one, other)) return name;
  return isLexical && !hasSameWords(one, other) ? 'words' : undefined;
}

// The names of an object's own fields are its keys; the type of Object.entries has forgotten them.
const guardList: readonly (readonly [keyof typeof guards, Guard])[] = [
  ['numbers', guards.numbers],
  ['names', guards.names],
  ['kind', guards.kind],
  ['negation', guards.negation],
  ['antonyms', guards.antonyms],
  ['units', guards.units],
  ['symbols', guards.symbols],
  ['literals', guards.literals],
  ['language', guards.language],
  ['tense', guards.tense],
  ['form', guards.form],
  ['quantifiers', guards.quantifiers],
  ['owners', guards.owners],
  ['order', guards.order],
  ['subject', guards.subject],
];

/** Where vectors know nothing of meaning, another word of substance counts as another question. */
export function hasSameWords(one: Question, other: Question): boolean {
  return isSameSet(new Set(one.content.map(toSynonym)), new Set(other.content.map(toSynonym)));
}

/** Nothing in common, or all of it but a word or two, which are others: what is asked about is another thing. */
function hasOtherSubject(one: Question, other: Question): boolean {
  const [first, second] = [new Set(one.content.map(toSynonym)), new Set(other.content.map(toSynonym))];
  const onlyFirst = [...first].filter((word) => !second.has(word)).length;
  const onlySecond = [...second].filter((word) => !first.has(word)).length;
  if (onlyFirst === 0 || onlySecond === 0) return false;
  return onlyFirst === first.size || (onlyFirst <= mostExchanged && onlySecond <= mostExchanged);
}

const mostExchanged = 2;

function hasSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  const sorted = other.toSorted();
  return one.toSorted().every((value, index) => value === sorted[index]);
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((word) => other.has(word));
}

/** A word on one side whose opposite stands on the other, and not both on both. */
function hasOpposite(one: Question, other: Question): boolean {
  for (const token of one.tokens) {
    const word = singular(token);
    if (other.tokenSet.has(token) || other.tokenSet.has(word)) continue;
    const known = opposites.get(word) ?? opposites.get(token) ?? [];
    if (known.some((opposite) => has(other, opposite) && !has(one, opposite))) return true;
    if (
      token.length > 3 &&
      oppositePrefixes.some((prefix) => has(other, prefix + token) && !has(one, prefix + token))
    ) {
      return true;
    }
  }
  return false;
}

function has({ tokenSet }: Question, word: string): boolean {
  return tokenSet.has(word) || tokenSet.has(`${word}s`);
}

/** Whether each name is at least a word there, if not written like a name. */
function hasNames(question: Question, names: readonly string[]): boolean {
  return names.every((name) => has(question, name) || question.tokenSet.has(singular(name)));
}

/** The very same words of substance, in another order. */
function isPermutation(one: Question, other: Question): boolean {
  if (one.content.length !== other.content.length || one.content.length < 2) return false;
  return hasSame(one.content, other.content) && one.content.some((word, index) => word !== other.content[index]);
}

/** What stands on the two sides of a direction, the other way round. */
function hasSwappedOperands(one: Question, other: Question): boolean {
  const operands = new Set(
    [...operandsOf(one), ...operandsOf(other)].filter((word) => isOnce(one, word) && isOnce(other, word)),
  );
  const inOne = one.tokens.filter((token) => operands.has(token));
  const inOther = other.tokens.filter((token) => operands.has(token));
  return inOne.some((word, index) => word !== inOther[index]);
}

function operandsOf({ tokens, names, numbers, units, knownNames }: Question): readonly string[] {
  const beside = tokens.flatMap((token, index) =>
    directions.has(token) ? [tokens[index - 1], tokens[index + 1]].filter((word) => word !== undefined) : [],
  );
  const special = new Set([...names, ...numbers, ...units, ...knownNames]);
  return [...beside.filter((word) => !directions.has(word)), ...tokens.filter((token) => special.has(token))];
}

function isOnce({ tokens }: Question, word: string): boolean {
  return tokens.indexOf(word) !== -1 && tokens.indexOf(word) === tokens.lastIndexOf(word);
}

const synonymRows = [
  'movie film',
  'car automobile',
  'buy purchas',
  'error bug',
  'fix repair',
  'photo picture image',
  'big large',
  'biggest largest',
  'fast quick',
  'begin start',
  'delet remov',
  'creat mak',
  'config configuration',
  'app application',
  'db database',
  'repo repository',
  'doc documentation',
  'lawyer attorney',
  'doctor physician',
  'sick ill',
  'kid child',
];
const synonyms = new Map(
  synonymRows.flatMap((row) => row.split(' ').map((word): [string, string] => [word, row.split(' ')[0] ?? word])),
);

function toSynonym(word: string): string {
  return synonyms.get(word) ?? word;
}
