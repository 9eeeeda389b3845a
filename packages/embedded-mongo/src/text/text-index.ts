import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { languageOf, type Language } from './languages.ts';
import { fold, INSENSITIVE, termOf, wordsOf, type Sensitivity } from './tokenize.ts';

/** What a text index covers. */
export interface TextOptions {
  /** The weight of each indexed path; empty with a wildcard index that weighs nothing apart. */
  readonly weights: ReadonlyMap<string, number>;
  /** The weight of every other text when the index covers all fields (`$**`). */
  readonly wildcardWeight: number | undefined;
  readonly language: Language;
  /** The field of a document, or of one inside it, that names another language. */
  readonly languageField: string;
}

/** One text of a document a text index covers. */
export interface IndexedText {
  readonly text: string;
  readonly weight: number;
  readonly language: Language;
}

/** The texts of a document that a text index covers. */
export function indexedTexts(options: TextOptions, document: Document): readonly IndexedText[] {
  const texts: IndexedText[] = [];
  collect(options, { document, prefix: '', language: options.language }, texts);
  return texts;
}

interface Place {
  readonly document: Document;
  readonly prefix: string;
  readonly language: Language;
}

function collect(options: TextOptions, { document, prefix, language: outer }: Place, texts: IndexedText[]): void {
  const language = languageIn(document, options.languageField) ?? outer;
  const visit = (path: string, value: Value): void => {
    if (typeof value === 'string') {
      const weight = options.weights.get(path) ?? options.wildcardWeight;
      if (weight !== undefined) texts.push({ text: value, weight, language });
    } else if (Array.isArray(value)) {
      for (const item of value) visit(path, item);
    } else if (isDocument(value) && mayHoldTexts(options, path)) {
      collect(options, { document: value, prefix: `${path}.`, language }, texts);
    }
  };
  for (const [name, value] of document.entries()) {
    // No path leads to a field with a dot in its name, nor does `$**` cover what begins with a dollar sign.
    if (name.includes('.') || (name.startsWith('$') && !options.weights.has(prefix + name))) continue;
    const path = prefix + name;
    if (options.wildcardWeight !== undefined || options.weights.has(path) || mayHoldTexts(options, path)) {
      visit(path, value);
    }
  }
}

function mayHoldTexts(options: TextOptions, path: string): boolean {
  return options.wildcardWeight !== undefined || [...options.weights.keys()].some((key) => key.startsWith(`${path}.`));
}

function languageIn(document: Document, field: string): Language | undefined {
  const name = document.get(field);
  if (name === undefined) return undefined;
  if (typeof name !== 'string') {
    throw new CommandError(17_261, 'found language override field in document with non-string type');
  }
  const language = languageOf(name);
  if (language === undefined) throw new CommandError(17_262, `language override unsupported: ${name}`);
  return language;
}

/**
 * The terms of a document and the score each has: its weight, times how often it comes (every time counting half of the
 * time before), times how much of the text it makes up, and a tenth more for a text that is nothing but the term.
 */
export function scoreTerms(
  options: TextOptions,
  document: Document,
  sensitivity: Sensitivity = INSENSITIVE,
): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const { text, weight, language } of indexedTexts(options, document)) {
    const counts = new Map<string, number>();
    const terms = new Map<string, string | undefined>();
    let total = 0;
    for (const word of wordsOf(text)) {
      if (!terms.has(word)) terms.set(word, termOf(word, language, sensitivity));
      const term = terms.get(word);
      if (term === undefined) continue;
      counts.set(term, (counts.get(term) ?? 0) + 1);
      total += 1;
    }
    const whole = fold(text, sensitivity);
    for (const [term, count] of counts) {
      const frequency = 2 - 2 ** (1 - count);
      const share = (0.5 * count) / total + 0.5;
      const score = weight * frequency * share * (whole === term ? 1.1 : 1);
      scores.set(term, (scores.get(term) ?? 0) + score);
    }
  }
  return scores;
}
