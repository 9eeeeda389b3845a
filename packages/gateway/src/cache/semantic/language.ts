const little: Readonly<Record<string, ReadonlySet<string>>> = {
  english: listed('the is are what how who when where why does did can could of and to in for my with from a an'),
  german: listed(
    'der die das ist sind wie wer wann wo warum kann und zu mit für von ein eine ich mein nicht auf im dem',
  ),
  french: listed(
    "le la les est sont quel quelle comment qui quand où pourquoi et de du des un une je mon avec pour dans qu'est",
  ),
  spanish: listed('el la los las es son qué cómo quién cuándo dónde cuál y de del un una yo mi con para en por'),
  italian: listed('il lo la gli è sono che come chi quando dove perché e di del un una io mio con per in della'),
  portuguese: listed('o a os as é são que como quem quando onde qual e de do da um uma eu meu com para em não'),
  dutch: listed('de het is zijn wat hoe wie wanneer waar waarom en van een ik mijn met voor op niet'),
};
const scripts: readonly (readonly [string, RegExp])[] = [
  ['japanese', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['chinese', /\p{Script=Han}/u],
  ['korean', /\p{Script=Hangul}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['greek', /\p{Script=Greek}{3}/u],
  ['devanagari', /\p{Script=Devanagari}/u],
  ['thai', /\p{Script=Thai}/u],
];

/** The language of a sentence by its script or its little words; undefined when they do not tell. */
export function languageOf(text: string, tokens: readonly string[]): string | undefined {
  const script = scripts.find(([, pattern]) => pattern.test(text))?.[0];
  if (script !== undefined) return script;
  const counts = Object.entries(little)
    .map(([language, words]) => ({ language, count: tokens.filter((token) => words.has(token)).length }))
    .toSorted((one, other) => other.count - one.count);
  const [best, second] = counts;
  if (best === undefined || best.count === 0 || best.count === second?.count) return undefined;
  return best.language;
}

function listed(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
