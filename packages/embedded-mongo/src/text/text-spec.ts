import { toDouble } from '../bson/arithmetic.ts';
import { buildDocument, verbatim, type Literal } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { isDocument, isNumber } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { languageOf } from './languages.ts';
import type { TextOptions } from './text-index.ts';

/** A text index as parsed: what it covers, and how listIndexes shows that. */
export interface TextSpec {
  readonly options: TextOptions;
  readonly key: Document;
  /** The specification with the options of text indexes spelled out. */
  readonly shown: (spec: Document) => Document;
}

const EVERY_FIELD = '$**';
const MAX_WEIGHT = 99_999;
const REFUSED_OPTIONS = ['unique', 'expireAfterSeconds'];

/** The options only a text index has. */
export const TEXT_INDEX_OPTIONS = ['weights', 'default_language', 'language_override', 'textIndexVersion'];

/** Whether the key of an index makes it a text index. */
export function isTextKey(key: Document): boolean {
  return [...key.entries()].some(([, type]) => type === 'text');
}

/**
 * Parses a text index, as sent or as shown by listIndexes (`_fts`, `_ftsx`). Other fields before or after the texts are
 * kept in the key but neither narrow nor cover anything (manual: "Text Indexes").
 */
export function parseTextSpec(spec: Document, key: Document): TextSpec {
  const collation = spec.get('collation');
  if (isDocument(collation) && collation.get('locale') !== 'simple') {
    throw new CommandError('CannotCreateIndex', 'A text index cannot have a collation other than simple');
  }
  for (const name of REFUSED_OPTIONS) {
    if (spec.get(name) !== undefined && spec.get(name) !== false)
      throw new CommandError('CannotCreateIndex', `A text index cannot have the option ${name}`);
  }
  const version = spec.get('textIndexVersion');
  if (version !== undefined && !(isNumber(version) && toDouble(version) === 3)) {
    throw new CommandError('CannotCreateIndex', 'Only textIndexVersion 3 is supported by the embedded store');
  }
  const weights = parseWeights(spec, key);
  if (weights.size === 0) throw new CommandError('CannotCreateIndex', 'A text index needs at least one text field');
  const named = textOption(spec, 'default_language', 'english');
  const language = languageOf(named);
  if (language === undefined) throw new CommandError('CannotCreateIndex', 'default_language is not valid');
  const languageField = textOption(spec, 'language_override', 'language');
  const sorted = [...weights].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const shown = buildDocument({
    weights: Object.fromEntries(sorted),
    default_language: named,
    language_override: languageField,
    textIndexVersion: 3,
  });
  const paths = new Map([...weights].filter(([path]) => path !== EVERY_FIELD));
  return {
    options: { weights: paths, wildcardWeight: weights.get(EVERY_FIELD), language, languageField },
    key: shownKey(key),
    shown: (sent) => new Document(new Map([...sent.entries(), ...shown.entries()])),
  };
}

function textOption(spec: Document, name: string, fallback: string): string {
  const value = spec.get(name) ?? fallback;
  if (typeof value !== 'string' || value === '' || value.startsWith('$')) {
    throw new CommandError('CannotCreateIndex', `${name} is not valid`);
  }
  return value;
}

function parseWeights(spec: Document, key: Document): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [path, type] of key.entries()) if (type === 'text' && path !== '_fts') weights.set(path, 1);
  const given = spec.get('weights');
  if (given === undefined) return weights;
  if (!isDocument(given)) throw new CommandError('CannotCreateIndex', 'weights must be an object');
  for (const [path, weight] of given.entries()) {
    const number = isNumber(weight) ? toDouble(weight) : 0;
    if (!Number.isInteger(number) || number < 1 || number > MAX_WEIGHT) {
      throw new CommandError(
        'CannotCreateIndex',
        `text index weight must be in the exclusive interval (0,100000) but found: ${String(number)}`,
      );
    }
    weights.set(path, number);
  }
  return weights;
}

/** The key as MongoDB stores it: all text fields together as `_fts` and `_ftsx`. */
function shownKey(key: Document): Document {
  const fields: Record<string, Literal> = {};
  for (const [path, type] of key.entries()) {
    if (path.split('.').includes(''))
      throw new CommandError('CannotCreateIndex', 'Index keys cannot contain an empty field');
    if (type === 'text') Object.assign(fields, { _fts: 'text', _ftsx: 1 });
    else if (isNumber(type)) {
      if (Math.abs(Math.trunc(toDouble(type))) !== 1)
        throw new CommandError('CannotCreateIndex', 'expected value 1 or -1 for non-text key in compound index');
      fields[path] = path === '_ftsx' ? 1 : verbatim(type);
    } else throw new CommandError('CannotCreateIndex', `A text index cannot have a field of another kind: ${path}`);
  }
  return buildDocument(fields);
}
