import { collating } from '../bson/active-collation.ts';
import { buildDocument } from '../bson/build-document.ts';
import type { Collation } from '../bson/collation.ts';
import { toDouble } from '../bson/arithmetic.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { Document } from '../bson/document.ts';
import { formatDocument, formatValue } from '../bson/format-value.ts';
import { int, isDocument, isNumber, typeName, type Value } from '../bson/value.ts';
import { collationOption } from '../query/collation.ts';
import type { Filter } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { isTruthy } from '../aggregation/expression.ts';
import { CommandError } from '../server/command-error.ts';
import { isTextKey, parseTextSpec, TEXT_INDEX_OPTIONS } from '../text/text-spec.ts';
import type { IndexField, IndexSpec } from './entries.ts';
import { isIllegalPart } from './index-key-pattern.ts';
import { checkEngine } from './storage-engine-option.ts';

/** Options of other kinds of indexes, which MongoDB writes down without looking at them. */
const INERT_NUMBERS = ['bits', 'min', 'max', '2dsphereIndexVersion', 'coarsestIndexedLevel', 'finestIndexedLevel'];

/** The options an index can be created with. */
export const KNOWN_OPTIONS = new Set([
  'key',
  'name',
  'v',
  'unique',
  'sparse',
  'partialFilterExpression',
  'collation',
  'expireAfterSeconds',
  'hidden',
  'prepareUnique',
  'background',
  'dropDups',
  'ns',
  'storageEngine',
  ...INERT_NUMBERS,
  ...TEXT_INDEX_OPTIONS,
]);

/**
 * Parses one entry of createIndexes; what this store cannot index is refused. `inherited` is the default collation of
 * the collection, for an index that names none.
 */
export function parseIndexSpec(spec: Document, inherited?: Collation): IndexSpec {
  for (const [name] of spec.entries()) {
    if (!KNOWN_OPTIONS.has(name)) {
      throw new CommandError(
        'InvalidIndexSpecificationOption',
        `The field '${name}' is not valid for an index specification of the embedded store`,
      );
    }
  }
  checkInert(spec);
  const key = spec.get('key');
  if (!isDocument(key)) throw new CommandError('FailedToParse', "The 'key' field of an index must be an object");
  // Indexes of the first version know no collations.
  const collation = collationOption(spec.get('collation'), versionOf(spec.get('v')) === 1 ? undefined : inherited);
  const text = isTextKey(key) ? parseTextSpec(spec, key) : undefined;
  if (text !== undefined && collation !== undefined) {
    throw new CommandError(
      'CannotCreateIndex',
      `Index type 'text' does not support collation: ${formatDocument(collation.document)}`,
    );
  }
  const fields = text === undefined ? parseKey(key, collation) : [];
  const name = spec.get('name');
  if (name === '') throw new CommandError('CannotCreateIndex', 'index name cannot be empty');
  if (typeof name === 'string' && name.includes('\0'))
    throw new CommandError('CannotCreateIndex', 'index name cannot contain NUL bytes');
  if (typeof name !== 'string')
    throw new CommandError('FailedToParse', "The 'name' field is a required property of an index specification");
  const partial = spec.get('partialFilterExpression');
  if (partial !== undefined && !isDocument(partial)) {
    throw new CommandError('TypeMismatch', "The field 'partialFilterExpression' must be an object");
  }
  checkOptionTypes(spec);
  const isSparse = isSet(spec.get('sparse'));
  if (isSet(spec.get('unique')) && isSet(spec.get('prepareUnique'))) {
    throw new CommandError('CannotCreateIndex', "cannot mix 'unique' and 'prepareUnique' options");
  }
  if (partial !== undefined && isSparse) {
    throw new CommandError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  return {
    name,
    fields,
    isUnique: isSet(spec.get('unique')),
    refusesDuplicates: isSet(spec.get('prepareUnique')),
    isSparse,
    partialFilter: partial === undefined ? undefined : collating(collation, () => parsePartialFilter(partial)),
    expireAfterSeconds: parseExpiry(spec.get('expireAfterSeconds'), fields),
    text: text?.options,
    isHidden: parseHidden(spec.get('hidden'), fields),
    document: normalise(
      text === undefined ? spec : text.shown(spec),
      text?.key ?? key,
      text === undefined ? collation : undefined,
    ),
  };
}

/** An expression would compare by the collation of whatever command touches the index, so MongoDB allows none. */
function parsePartialFilter(partial: Document): Filter {
  const filter = parseFilter(partial);
  if (!holdsExpression(filter)) return filter;
  throw new CommandError('CannotCreateIndex', `unsupported expression in partial index: ${formatDocument(partial)}`);
}

function holdsExpression(filter: Filter): boolean {
  if (filter.op === 'not') return holdsExpression(filter.filter);
  return filter.op === 'field' ? false : filter.op === 'expression' || filter.filters.some(holdsExpression);
}

function checkOptionTypes(spec: Document): void {
  for (const name of [...SWITCHES, 'background', 'dropDups']) {
    const value = spec.get(name);
    if (value === undefined || value === null || typeof value === 'boolean' || isNumber(value)) continue;
    throw new CommandError(
      'TypeMismatch',
      `Field '${name}' has value ${name}: ${formatValue(value)}, which is not convertible to bool`,
    );
  }
  const engine = spec.get('storageEngine');
  if (engine === undefined) return;
  if (!isDocument(engine)) {
    throw new CommandError('TypeMismatch', `The field 'storageEngine' must be an object, but got ${typeName(engine)}`);
  }
  checkEngine('storageEngine', engine);
}

function isSet(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

function parseHidden(value: Value | undefined, fields: readonly IndexField[]): boolean {
  const isHidden = isSet(value);
  if (isHidden && fields.length === 1 && fields[0]?.path === '_id') {
    throw new CommandError('BadValue', "can't hide _id index");
  }
  return isHidden;
}

function parseKey(key: Document, collation: Collation | undefined): readonly IndexField[] {
  const fields: IndexField[] = [];
  for (const [path, direction] of key.entries()) {
    if (path === '' || path.split('.').includes(''))
      throw new CommandError('CannotCreateIndex', 'Index keys cannot contain an empty field');
    if (path.split('.').some(isIllegalPart))
      throw new CommandError('CannotCreateIndex', `Index key contains an illegal field name: ${path}`);
    if (!isNumber(direction)) {
      throw new CommandError(
        'CannotCreateIndex',
        `Index type '${typeof direction === 'string' ? direction : typeName(direction)}' of '${path}' is not supported by the embedded store`,
      );
    }
    const order = toDouble(direction);
    if (order === 0 || Number.isNaN(order))
      throw new CommandError('CannotCreateIndex', `Values in the index key pattern cannot be 0`);
    fields.push({ path, segments: path.split('.'), isDescending: order < 0, collation });
  }
  if (fields.length === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be an empty object');
  if (fields.length > 32) throw new CommandError(13_103, 'too many compound keys');
  return fields;
}

function parseExpiry(value: Value | undefined, fields: readonly IndexField[]): number | undefined {
  if (value === undefined) return undefined;
  if (!isNumber(value))
    throw new CommandError(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(value)}`,
    );
  const seconds = toDouble(value);
  const fault = faultOfExpiry(seconds);
  if (fault !== undefined) throw new CommandError('CannotCreateIndex', `TTL index 'expireAfterSeconds' ${fault}`);
  if (fields.length !== 1)
    throw new CommandError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    );
  if (fields[0]?.path === '_id')
    throw new CommandError(
      'CannotCreateIndex',
      "The field 'expireAfterSeconds' is not valid for an _id index specification",
    );
  return seconds;
}

function faultOfExpiry(seconds: number): string | undefined {
  if (Number.isNaN(seconds)) return 'option must not be NaN';
  if (Math.trunc(seconds) < 0) return 'option cannot be less than 0';
  return seconds >= 2 ** 31 ? 'must be within the range of a 32-bit integer' : undefined;
}

/** The versions of indexes, which all mean the same here. */
function versionOf(value: Value | undefined): number {
  if (value === undefined) return 2;
  if (!isNumber(value)) {
    throw new CommandError('TypeMismatch', `The field 'v' must be a number, but got ${typeName(value)}`);
  }
  const version = toDouble(value);
  if (version === 1 || version === 2) return version;
  throw new CommandError(
    'CannotCreateIndex',
    `Invalid index specification; cannot create an index with v=${String(version)}`,
  );
}

function checkInert(spec: Document): void {
  for (const name of INERT_NUMBERS) {
    const value = spec.get(name);
    if (value !== undefined && !isNumber(value)) {
      throw new CommandError('TypeMismatch', `The field '${name}' must be a number, but got ${typeName(value)}`);
    }
  }
}

/** Options that are written down only when they are on. */
const SWITCHES = new Set(['unique', 'sparse', 'hidden', 'prepareUnique']);

function normalise(spec: Document, key: Document, collation: Collation | undefined): Document {
  const fields = new Map<string, Value>([
    ['v', int(versionOf(spec.get('v')))],
    ['key', key],
  ]);
  for (const [name, value] of spec.entries()) {
    const isDropped =
      name === 'ns' || name === 'dropDups' || name === 'collation' || (SWITCHES.has(name) && !isSet(value));
    if (!fields.has(name) && !isDropped) fields.set(name, SWITCHES.has(name) ? true : value);
  }
  if (collation !== undefined) fields.set('collation', collation.document);
  return new Document(encodeDocument(new Document(fields)));
}

/** The index every collection has; it follows the default collation. */
export function idIndexSpec(collation: Collation | undefined, version = 2): IndexSpec {
  const spec = parseIndexSpec(buildDocument({ v: version, key: { _id: 1 }, name: '_id_' }), collation);
  return { ...spec, isUnique: true };
}
