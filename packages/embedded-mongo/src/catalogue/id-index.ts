import { isTruthy } from '../aggregation/expression.ts';
import { toDouble } from '../bson/arithmetic.ts';
import { buildDocument } from '../bson/build-document.ts';
import { isEqual } from '../bson/compare-values.ts';
import type { Document } from '../bson/document.ts';
import { formatDocument, formatValue } from '../bson/format-value.ts';
import { isDocument, isNumber, type Value } from '../bson/value.ts';
import { collationOption } from '../query/collation.ts';
import { CommandError } from '../server/command-error.ts';

/** What an index on `_id` alone may be told; whatever else of an index it has anyway or cannot have. */
const ID_OPTIONS = new Set(['_id', 'collation', 'key', 'name', 'ns', 'v']);

const ID_KEY = buildDocument({ _id: 1 });

/** Refuses options of the `_id` index and names that are not free, as createIndexes does for each of its entries. */
export function checkReservedIndex(spec: Document): void {
  const key = spec.get('key');
  if (!isDocument(key)) return;
  if (isIdPattern(key)) {
    const foreign = [...spec.entries()].find(([name, value]) => !ID_OPTIONS.has(name) && !isHiding(name, value));
    if (foreign !== undefined) {
      throw new CommandError(
        'InvalidIndexSpecificationOption',
        `The field '${foreign[0]}' is not valid for an _id index specification. Specification: ${formatDocument(spec)}`,
      );
    }
    if (isEqual(key, ID_KEY)) return;
    throw new CommandError(
      'BadValue',
      `The field 'key' for an _id index must be {_id: 1}, but got ${formatDocument(key)}`,
    );
  }
  const name = spec.get('name');
  if (name === '_id_') {
    throw new CommandError(
      'BadValue',
      `The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}, found key: ${formatValue(key)}`,
    );
  }
  if (name === '*') throw new CommandError('BadValue', "The index name '*' is not valid.");
}

/** Hiding the index has a fault of its own. */
function isHiding(name: string, value: Value): boolean {
  return name === 'hidden' && isTruthy(value);
}

function isIdPattern(key: Document): boolean {
  const [only, ...others] = [...key.entries()];
  if (only === undefined || others.length > 0 || only[0] !== '_id' || !isNumber(only[1])) return false;
  return Math.abs(Math.trunc(toDouble(only[1]))) === 1;
}

/**
 * Checks what `create` says of the index on `_id` and gives its version; its collation must be the one of the
 * collection.
 */
export function readIdIndex(spec: Document, collation: Value | undefined): number {
  const key = spec.get('key');
  if (key === undefined) {
    throw new CommandError('FailedToParse', "The 'key' field is a required property of an index specification");
  }
  if (!isDocument(key) || !isEqual(key, ID_KEY)) {
    throw new CommandError(
      'BadValue',
      `The field 'key' for an _id index must be {_id: 1}, but got ${formatValue(key)}`,
    );
  }
  checkReservedIndex(spec);
  const given = spec.get('v');
  const version = given !== undefined && isNumber(given) && toDouble(given) === 1 ? 1 : 2;
  const inherited = collationOption(collation, undefined);
  if (collationOption(spec.get('collation'), version === 1 ? undefined : inherited) !== inherited) {
    throw new CommandError('BadValue', "'idIndex' must have the same collation as the collection.");
  }
  return version;
}
