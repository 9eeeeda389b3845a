import { toDouble } from '../bson/arithmetic.ts';
import type { Document } from '../bson/document.ts';
import { formatDocument, formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber, typeName, type Value } from '../bson/value.ts';
import { refuseBeyondQueries } from '../query/special-conditions.ts';
import { CommandError, inContext } from '../server/command-error.ts';
import { isTextKey } from '../text/text-spec.ts';
import { checkKeyPattern } from './index-key-pattern.ts';
import { KNOWN_OPTIONS } from './index-spec.ts';

/** Refuses an entry of createIndexes that is wrong in itself, in the order and with the words of MongoDB. */
export function checkIndexSpecification(spec: Document): void {
  inContext(`Error in specification ${formatDocument(spec)}`, () => checkParts(spec));
}

function checkParts(spec: Document): void {
  for (const [name] of spec.entries()) {
    if (!KNOWN_OPTIONS.has(name)) {
      throw new CommandError(
        'InvalidIndexSpecificationOption',
        `The field '${name}' is not valid for an index specification. Specification: ${formatDocument(spec)}`,
      );
    }
  }
  for (const [name, value] of spec.entries()) checkPart(name, value);
  checkVersion(spec);
  for (const name of ['key', 'name']) {
    if (spec.get(name) === undefined) {
      throw new CommandError('FailedToParse', `The '${name}' field is a required property of an index specification`);
    }
  }
  const key = spec.get('key');
  if (spec.get('collation') !== undefined && isFirstVersion(spec.get('v'))) {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${formatDocument(spec)}; cannot create an index with the 'collation' option and v=1`,
    );
  }
  if (spec.get('weights') !== undefined && isDocument(key) && !isTextKey(key)) {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${formatDocument(spec)}; the field 'weights' can only be specified with text indexes`,
    );
  }
}

function checkVersion(spec: Document): void {
  const version = spec.get('v');
  if (version === undefined) return;
  if (!isNumber(version)) throw mistyped('v', 'a number', version);
  const number = toDouble(version);
  if (!Number.isInteger(number) || Math.abs(number) >= 2 ** 31) {
    throw new CommandError(
      'BadValue',
      `Index version must be representable as a 32-bit integer, but got ${formatValue(version)}`,
    );
  }
  if (number !== 1 && number !== 2) {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${formatDocument(spec)}; cannot create an index with v=${String(number)}`,
    );
  }
}

function isFirstVersion(version: Value | undefined): boolean {
  return version !== undefined && isNumber(version) && toDouble(version) === 1;
}

function checkPart(name: string, value: Value): void {
  switch (name) {
    case 'key':
      checkKeyPattern(objectOf(name, value));
      return;
    case 'name':
    case 'default_language':
    case 'language_override':
      if (typeof value !== 'string') throw mistyped(name, 'a string', value);
      return;
    case 'collation':
      if (objectOf(name, value).firstName() === undefined) {
        throw new CommandError('BadValue', "The field 'collation' cannot be an empty object.");
      }
      return;
    case 'partialFilterExpression':
      refuseBeyondQueries(objectOf(name, value));
      return;
    case 'weights':
      if (!isDocument(value) && !Array.isArray(value) && typeof value !== 'string') {
        throw mistyped(name, 'an object', value);
      }
      return;
    case 'hidden':
      // MongoDB names the wrong field here.
      if (typeof value !== 'boolean') throw mistyped('name', 'a bool', value);
      return;
    case 'unique':
    case 'sparse':
    case 'background':
    case 'dropDups':
    case 'prepareUnique':
      if (typeof value !== 'boolean' && !isNumber(value)) {
        throw new CommandError(
          'TypeMismatch',
          `The field '${name} has value ${name}: ${formatValue(value)}, which is not convertible to bool`,
        );
      }
      return;
    default:
  }
}

function objectOf(name: string, value: Value): Document {
  if (isDocument(value)) return value;
  throw mistyped(name, 'an object', value);
}

function mistyped(name: string, wanted: string, value: Value): CommandError {
  return new CommandError('TypeMismatch', `The field '${name}' must be ${wanted}, but got ${typeName(value)}`);
}
