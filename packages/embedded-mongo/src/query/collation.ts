import { toInteger } from '../bson/arithmetic.ts';
import { buildDocument } from '../bson/build-document.ts';
import type { Collation } from '../bson/collation.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, isNumber, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { wrongFieldType } from '../server/wrong-field-type.ts';
import { writeCollationKey } from './collation-key.ts';
import { MOVED_LETTERS, ROOT_LOCALES, TAILORED_LOCALES } from './collation-locales.ts';
import { readTailoring } from './collation-weights.ts';

const FIELDS = new Set([
  'locale',
  'caseLevel',
  'caseFirst',
  'strength',
  'numericOrdering',
  'alternate',
  'maxVariable',
  'normalization',
  'backwards',
  'version',
]);

/** The ICU data version MongoDB 8.0 writes into a collation. */
const VERSION = '57.1';

/**
 * Parses a collation document (MongoDB manual, "Collation"); undefined stands for the binary order, which the locale
 * `simple` names. Unknown fields are refused with 40415, a missing locale with 40414, wrong
 * types with TypeMismatch, and wrong values as well as everything this store cannot honour with BadValue: locales with
 * more rules than moved letters, `caseLevel`, `caseFirst`, `alternate: 'shifted'` and `backwards`.
 */
function parseCollation(document: Document): Collation | undefined {
  for (const [name] of document.entries()) {
    if (!FIELDS.has(name)) throw new CommandError(40_415, `BSON field 'collation.${name}' is an unknown field.`);
  }
  const locale = textOption(document, 'locale');
  if (locale === undefined)
    throw new CommandError(40_414, "BSON field 'collation.locale' is missing but a required field");
  const strength = strengthOption(document);
  const isNumeric = flagOption(document, 'numericOrdering');
  const maxVariable = choiceOption(document, 'maxVariable', ['punct', 'space']);
  const normalization = flagOption(document, 'normalization');
  refuseUnlessDefault(document);
  checkVersion(document);
  if (locale === 'simple') {
    refuseOptionsOfSimple(document);
    return undefined;
  }
  checkLocale(locale);
  const full = buildDocument({
    locale,
    caseLevel: false,
    caseFirst: 'off',
    strength,
    numericOrdering: isNumeric,
    alternate: 'non-ignorable',
    maxVariable,
    normalization,
    backwards: false,
    version: VERSION,
  });
  const id = [locale, strength, isNumeric, maxVariable, normalization].join(' ');
  const known = COLLATIONS.get(id);
  if (known !== undefined) return known;
  const moved = MOVED_LETTERS.get(locale);
  const options = { strength, isNumeric, tailoring: moved === undefined ? undefined : readTailoring(moved) };
  const collation: Collation = {
    id,
    document: full,
    writeText: (writer, text) => writeCollationKey(writer, text, options),
  };
  COLLATIONS.set(id, collation);
  return collation;
}

/** The collation an option names; without one, or with an empty document, the inherited one. */
export function collationOption(option: Value | undefined, inherited: Collation | undefined): Collation | undefined {
  if (option === undefined || option === null) return inherited;
  if (!isDocument(option)) {
    throw wrongFieldType('collation', option, 'object');
  }
  return option.firstName() === undefined ? inherited : parseCollation(option);
}

/** Every collation met so far: there is one object for each, so that they can be told apart by identity. */
const COLLATIONS = new Map<string, Collation>();

function wrongType(name: string, value: Value, expected: string): CommandError {
  return wrongFieldType(`collation.${name}`, value, expected);
}

function textOption(document: Document, name: string): string | undefined {
  const value = document.get(name);
  if (value !== undefined && typeof value !== 'string') throw wrongType(name, value, 'string');
  return value;
}

function flagOption(document: Document, name: string): boolean {
  const value = document.get(name);
  if (value !== undefined && typeof value !== 'boolean') throw wrongType(name, value, 'bool');
  return value ?? false;
}

function choiceOption(document: Document, name: string, choices: readonly [string, ...string[]]): string {
  const value = textOption(document, name) ?? choices[0];
  if (choices.includes(value)) return value;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${value}' for field 'collation.${name}' is not a valid value.`,
  );
}

function strengthOption(document: Document): number {
  const value = document.get('strength');
  if (value === undefined) return 3;
  if (!isNumber(value)) throw wrongType('strength', value, 'int');
  const strength = toInteger(value);
  if (strength !== undefined && strength >= 1n && strength <= 5n) return Number(strength);
  throw new CommandError(
    'BadValue',
    `Enumeration value '${String(strength)}' for field 'collation.strength' is not a valid value.`,
  );
}

function refuseUnlessDefault(document: Document): void {
  const unsupported: string[] = [];
  if (flagOption(document, 'caseLevel')) unsupported.push('caseLevel: true');
  const caseFirst = choiceOption(document, 'caseFirst', ['off', 'upper', 'lower']);
  if (caseFirst !== 'off') unsupported.push(`caseFirst: '${caseFirst}'`);
  const alternate = choiceOption(document, 'alternate', ['non-ignorable', 'shifted']);
  if (alternate !== 'non-ignorable') unsupported.push(`alternate: '${alternate}'`);
  if (flagOption(document, 'backwards')) unsupported.push('backwards: true');
  if (unsupported.length === 0) return;
  throw new CommandError(
    'BadValue',
    `The collation option ${unsupported.join(', ')} is not supported by the embedded store`,
  );
}

function checkVersion(document: Document): void {
  const version = textOption(document, 'version');
  if (version === undefined || version === VERSION) return;
  throw new CommandError(
    'IncompatibleCollationVersion',
    `Requested collation version '${version}' but the only available collator version was '${VERSION}'.`,
  );
}

function refuseOptionsOfSimple(document: Document): void {
  for (const [name] of document.entries()) {
    if (name !== 'locale') {
      throw new CommandError('BadValue', `The 'simple' locale may not be combined with the collation option '${name}'`);
    }
  }
}

function checkLocale(locale: string): void {
  if (ROOT_LOCALES.has(locale) || MOVED_LETTERS.has(locale)) return;
  const [language = ''] = locale.split('@');
  if (TAILORED_LOCALES.has(language) || ROOT_LOCALES.has(language) || MOVED_LETTERS.has(language)) {
    throw new CommandError(
      'BadValue',
      `The locale '${locale}' has sorting rules of its own, which the embedded store does not have; locales such as 'en', 'de', 'es' and 'fr' do without`,
    );
  }
  throw new CommandError('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
}
