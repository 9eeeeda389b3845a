import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { languageOf, type Language } from './languages.ts';
import { indexedTexts, scoreTerms, type TextOptions } from './text-index.ts';
import { noteTextScore } from './text-score.ts';
import { fold, INSENSITIVE, termOf, wordsOf, type Sensitivity } from './tokenize.ts';

/** A `$text` condition. It can judge documents once the planner has said which text index it is about. */
export interface TextSearch {
  /** Takes the collection's text index. */
  readonly bind: (options: TextOptions) => void;
  /** The terms of which a match has at least one, as the index holds them; only once bound. */
  readonly terms: () => readonly string[];
  readonly matches: (document: Document) => boolean;
}

const FIELDS = new Set(['$search', '$language', '$caseSensitive', '$diacriticSensitive']);

/**
 * Parses the operand of `$text`: words of which one must be there, `"phrases"` that all must, and `-words` and
 * `-"phrases"` that must not (manual: "$text").
 */
export function parseTextSearch(operand: Value): TextSearch {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$text expects an object');
  for (const [name] of operand.entries()) {
    if (!FIELDS.has(name)) throw new CommandError('BadValue', `extra fields in $text: ${name}`);
  }
  const search = operand.get('$search');
  if (typeof search !== 'string')
    throw new CommandError('TypeMismatch', '"$search" had the wrong type. Expected string');
  const language = parseLanguage(operand.get('$language'));
  const sensitivity: Sensitivity = {
    isCaseSensitive: flagOf(operand, '$caseSensitive'),
    isDiacriticSensitive: flagOf(operand, '$diacriticSensitive'),
  };
  return createSearch(splitSearch(search), language, sensitivity);
}

function parseLanguage(value: Value | undefined): Language | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw new CommandError('TypeMismatch', '"$language" had the wrong type. Expected string');
  }
  const language = languageOf(value);
  if (language === undefined) {
    throw new CommandError('BadValue', `unsupported language: "${value}" for text index version 3`);
  }
  return language;
}

function flagOf(operand: Document, name: string): boolean {
  const value = operand.get(name);
  if (value !== undefined && typeof value !== 'boolean') {
    throw new CommandError('TypeMismatch', `"${name}" had the wrong type. Expected bool`);
  }
  return value === true;
}

interface SearchParts {
  /** Words outside and inside phrases that are not negated. */
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly refusedWords: readonly string[];
  readonly refusedPhrases: readonly string[];
}

function splitSearch(search: string): SearchParts {
  const parts = {
    words: [] as string[],
    phrases: [] as string[],
    refusedWords: [] as string[],
    refusedPhrases: [] as string[],
  };
  // A hyphen negates only at the start of a word; inside one it merely separates.
  for (const match of search.matchAll(/(?<minus>(?<!\S)-)?(?:"(?<phrase>[^"]*)"|(?<words>[^\s"]+))/g)) {
    const { minus, phrase, words = '' } = match.groups ?? {};
    const isRefused = minus !== undefined;
    if (phrase === undefined) (isRefused ? parts.refusedWords : parts.words).push(...wordsOf(words));
    else if (phrase.trim() !== '') {
      (isRefused ? parts.refusedPhrases : parts.phrases).push(phrase);
      if (!isRefused) parts.words.push(...wordsOf(phrase));
    }
  }
  return parts;
}

function createSearch(parts: SearchParts, language: Language | undefined, sensitivity: Sensitivity): TextSearch {
  let bound: TextOptions | undefined;
  const termsOf = (words: readonly string[], how: Sensitivity): ReadonlySet<string> => {
    const spoken = language ?? bound?.language;
    return new Set(spoken === undefined ? [] : words.flatMap((word) => termOf(word, spoken, how) ?? []));
  };
  const hasPhrase = (texts: readonly string[], phrase: string): boolean => {
    const wanted = fold(phrase, sensitivity);
    return texts.some((text) => text.includes(wanted));
  };
  return {
    bind: (options) => {
      bound = options;
    },
    terms: () => [...termsOf(parts.words, INSENSITIVE)],
    matches: (document) => {
      if (bound === undefined) {
        throw new CommandError(17_313, '$match with $text is only allowed as the first pipeline stage');
      }
      const scores = scoreTerms(bound, document, sensitivity);
      if ([...termsOf(parts.refusedWords, sensitivity)].some((term) => scores.has(term))) return false;
      let score = 0;
      for (const term of termsOf(parts.words, sensitivity)) score += scores.get(term) ?? 0;
      if (score === 0) return false;
      const texts = indexedTexts(bound, document).map(({ text }) => fold(text, sensitivity));
      if (!parts.phrases.every((phrase) => hasPhrase(texts, phrase))) return false;
      if (parts.refusedPhrases.some((phrase) => hasPhrase(texts, phrase))) return false;
      noteTextScore(document, score);
      return true;
    },
  };
}
