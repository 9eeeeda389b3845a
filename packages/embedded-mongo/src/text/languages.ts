import { stemEnglish } from './stem-english.ts';

/** How the words of a language are indexed. */
export interface Language {
  readonly name: string;
  readonly isStopWord: (word: string) => boolean;
  readonly stem: (word: string) => string;
}

const ENGLISH_STOP_WORDS = new Set(
  `a about above after again against all am an and any are aren't as at be because been before being below between
  both but by can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further
  had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his how how's i
  i'd i'll i'm i've if in into is isn't it it's its itself let's me more most mustn't my myself no nor not of off on
  once only or other ought our ours ourselves out over own same shan't she she'd she'll she's should shouldn't so some
  such than that that's the their theirs them themselves then there there's these they they'd they'll they're they've
  this those through to too under until up very was wasn't we we'd we'll we're we've were weren't what what's when
  when's where where's which while who who's whom why why's with won't would wouldn't you you'd you'll you're you've
  your yours yourself yourselves`.split(/\s+/),
);

const plain = (name: string): Language => ({ name, isStopWord: () => false, stem: (word) => word });

const ENGLISH: Language = {
  name: 'english',
  isStopWord: (word) => ENGLISH_STOP_WORDS.has(word),
  stem: stemEnglish,
};

/** MongoDB's names and codes of languages (manual: "Text Search Languages"). */
const NAMES: readonly (readonly [string, string])[] = [
  ['danish', 'da'],
  ['dutch', 'nl'],
  ['finnish', 'fi'],
  ['french', 'fr'],
  ['german', 'de'],
  ['hungarian', 'hu'],
  ['italian', 'it'],
  ['norwegian', 'nb'],
  ['portuguese', 'pt'],
  ['romanian', 'ro'],
  ['russian', 'ru'],
  ['spanish', 'es'],
  ['swedish', 'sv'],
  ['turkish', 'tr'],
];

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['none', plain('none')],
  ['english', ENGLISH],
  ['en', ENGLISH],
  ...NAMES.flatMap(([name, code]): [string, Language][] => [
    [name, plain(name)],
    [code, plain(name)],
  ]),
]);

/**
 * A language by MongoDB's name or code, or undefined. Only English is stemmed and freed of stop words; the words of
 * the others are indexed as they are, apart from case and diacritics.
 */
export function languageOf(name: string): Language | undefined {
  return LANGUAGES.get(name.toLowerCase());
}
