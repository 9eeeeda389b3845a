import { isTruthy } from '../aggregation/expression.ts';
import { toDouble } from '../bson/arithmetic.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, isNumber, type Value } from '../bson/value.ts';
import { CommandError } from '../server/command-error.ts';
import { wrongFieldType } from '../server/wrong-field-type.ts';

/** Typed access to the fields of a command or of one of its parts; wrong types are refused as MongoDB does. */
export interface Arguments {
  readonly value: (name: string) => Value | undefined;
  readonly text: (name: string) => string;
  readonly optionalText: (name: string) => string | undefined;
  readonly document: (name: string) => Document;
  readonly optionalDocument: (name: string) => Document | undefined;
  readonly list: (name: string) => readonly Value[];
  readonly documents: (name: string) => readonly Document[];
  /** A whole number of at least zero. */
  readonly count: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
  readonly optionalFlag: (name: string) => boolean | undefined;
}

/** The fields somebody takes. */
export type Known = Pick<ReadonlySet<string>, 'has'>;

const GENERIC_FIELDS = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  'apiDeprecationErrors',
  'apiStrict',
  'apiVersion',
  'autocommit',
  'comment',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'startTransaction',
  'stmtId',
  'txnNumber',
  'writeConcern',
]);

/** Whether every command takes a field. */
export function isGenericField(name: string): boolean {
  return GENERIC_FIELDS.has(name);
}

/** Reads a command's fields; a field that is neither generic nor known is refused with 40415. */
export function readArguments(owner: string, document: Document, known: Known): Arguments {
  for (const name of document.names()) {
    if (!known.has(name) && !GENERIC_FIELDS.has(name)) {
      throw new CommandError(40_415, `BSON field '${owner}.${name}' is an unknown field.`);
    }
  }
  const value = (name: string): Value | undefined => document.get(name);
  const optional = <T>(name: string, expected: string, cast: (found: Value) => T | undefined): T | undefined => {
    const found = value(name);
    if (found === undefined || found === null) return undefined;
    const result = cast(found);
    if (result === undefined) throw wrongType(owner, name, found, expected);
    return result;
  };
  const required = <T>(name: string, result: T | undefined): T => {
    if (result === undefined)
      throw new CommandError(40_414, `BSON field '${owner}.${name}' is missing but a required field`);
    return result;
  };
  const optionalText = (name: string) =>
    optional(name, 'string', (found) => (typeof found === 'string' ? found : undefined));
  const optionalDocument = (name: string) =>
    optional(name, 'object', (found) => (isDocument(found) ? found : undefined));
  const list = (name: string) =>
    required(
      name,
      optional(name, 'array', (found) => (Array.isArray(found) ? found : undefined)),
    );
  const optionalFlag = (name: string) =>
    optional(name, 'bool', (found) => (typeof found === 'boolean' || isNumber(found) ? isTruthy(found) : undefined));
  return {
    value,
    optionalText,
    text: (name) => required(name, optionalText(name)),
    optionalDocument,
    document: (name) => required(name, optionalDocument(name)),
    list,
    documents: (name) =>
      list(name).map((item, index) => {
        if (!isDocument(item)) throw wrongType(owner, `${name}.${String(index)}`, item, 'object');
        return item;
      }),
    count: (name) => optional(name, 'long', (found) => countOf(owner, name, found)),
    optionalFlag,
    flag: (name) => optionalFlag(name) ?? false,
  };
}

function countOf(owner: string, name: string, value: Value): number | undefined {
  if (!isNumber(value)) return undefined;
  const number = Math.trunc(toDouble(value));
  if (Number.isNaN(number) || number < 0) {
    throw new CommandError(51_024, `BSON field '${name}' value must be >= 0, actual value '${String(number)}'`);
  }
  return number;
}

function wrongType(owner: string, name: string, value: Value, expected: string): CommandError {
  return wrongFieldType(`${owner}.${name}`, value, expected);
}
