import { splitFieldPath } from '../aggregation/set-path.ts';
import { formatValue } from '../bson/format-value.ts';
import { activeCollation } from '../bson/active-collation.ts';
import { encodeKey } from '../bson/encode-key.ts';
import type { Document } from '../bson/document.ts';
import { toDouble } from '../bson/arithmetic.ts';
import { isDocument, isNumber } from '../bson/value.ts';
import type { IndexField } from '../catalogue/entries.ts';
import { indexKeysOf } from '../catalogue/index-keys.ts';
import { CommandError } from '../server/command-error.ts';
import { textScoreOf } from '../text/text-score.ts';
import type { MemoryMeter } from './memory-meter.ts';

/** One field to sort by. */
export interface SortField extends IndexField {
  /** Whether documents are ordered by the score of a text search (`{$meta: 'textScore'}`), the best first. */
  readonly isTextScore?: boolean;
  /** Whether documents are put into an order of chance (`{$meta: 'randVal'}`). */
  readonly isRandom?: boolean;
}

/** Parses a sort specification under the running command's collation; directions other than 1 and -1 are refused. */
export function parseSort(document: Document | undefined): readonly SortField[] {
  const collation = activeCollation();
  const fields: SortField[] = [];
  for (const [path, direction] of document?.entries() ?? []) {
    if (isDocument(direction)) {
      const kind = parseMetaOrder(direction);
      fields.push({ path, segments: path.split('.'), isDescending: true, collation: undefined, ...kind });
      continue;
    }
    if (!isNumber(direction)) {
      throw new CommandError(15_974, `Illegal key in $sort specification: ${path}: ${formatValue(direction)}`);
    }
    const order = toDouble(direction);
    if (order !== 1 && order !== -1)
      throw new CommandError(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    fields.push({ path, segments: splitFieldPath(path), isDescending: order < 0, collation });
  }
  if (fields.length > 32) throw new CommandError('BadValue', 'too many compound keys');
  return fields;
}

/** Bytes that order documents by a sort specification; of an array, the smallest or largest element counts. */
export function sortKeyOf(fields: readonly SortField[], document: Document): Buffer {
  if (fields.some(isOfMetadata)) {
    return Buffer.concat(
      fields.map((field) => (isOfMetadata(field) ? metadataKeyOf(field, document) : sortKeyOf([field], document))),
    );
  }
  try {
    const { keys } = indexKeysOf(
      { fields, isSparse: false, partialFilter: undefined, keepsPositioned: true },
      document,
    );
    return keys.map((key) => key.bytes).reduce((least, bytes) => (Buffer.compare(bytes, least) < 0 ? bytes : least));
  } catch (error) {
    if (!(error instanceof CommandError) || error.codeName !== 'CannotIndexParallelArrays') throw error;
    throw new CommandError('BadValue', 'cannot sort with keys that are parallel arrays');
  }
}

/** Whether a field is ordered by something else than a value of the document. */
function isOfMetadata(field: SortField): boolean {
  return field.isTextScore === true || field.isRandom === true;
}

/** Parses an order by metadata; what cannot be sorted by is refused with MongoDB's codes. */
function parseMetaOrder(order: Document): Pick<SortField, 'isTextScore' | 'isRandom'> {
  if (order.firstName() !== '$meta')
    throw new CommandError(17_312, '$meta is the only expression supported by $sort right now');
  const [[, kind] = ['', undefined], second] = [...order.entries()];
  if (second !== undefined)
    throw new CommandError('FailedToParse', 'Cannot have additional keys in a $meta sort specification');
  if (kind === 'textScore') return { isTextScore: true };
  if (kind === 'randVal') return { isRandom: true };
  const name = typeof kind === 'string' ? kind : '';
  if (SORTLESS_METADATA.has(name)) throw new CommandError(31_138, `Illegal $meta sort: $meta: "${name}"`);
  throw new CommandError(17_308, `Unsupported argument to $meta: ${name}`);
}

/** Metadata that MongoDB knows and this store has not, or that cannot be sorted by. */
const SORTLESS_METADATA = new Set(['geoNearDistance', 'geoNearPoint', 'indexKey', 'recordId', 'sortKey']);

function metadataKeyOf(field: SortField, document: Document): Buffer {
  if (field.isRandom === true) return encodeKey(Math.random());
  const score = textScoreOf(document);
  return encodeKey(score === undefined ? null : -score);
}

interface Keyed<T> {
  readonly key: Buffer;
  readonly item: T;
  readonly bytes: number;
}

/**
 * Sorts items stably by the sort key of their document; with a limit it keeps not much more than that many in memory,
 * and never more than the meter allows.
 */
export function sortItems<T>(
  items: Iterable<T>,
  fields: readonly SortField[],
  documentOf: (item: T) => Document,
  limit = Number.POSITIVE_INFINITY,
  meter?: MemoryMeter,
): readonly T[] {
  let kept: Keyed<T>[] = [];
  let bound: Buffer | undefined;
  for (const item of items) {
    const document = documentOf(item);
    const key = sortKeyOf(fields, document);
    if (bound !== undefined && Buffer.compare(key, bound) >= 0) continue;
    meter?.keepBytes(key.length);
    kept.push({ key, item, bytes: key.length + (meter?.keep(document) ?? 0) });
    if (kept.length >= limit * 2 + 16) {
      kept = byKey(kept);
      for (const dropped of kept.slice(limit)) meter?.release(dropped.bytes);
      kept = kept.slice(0, limit);
      bound = kept.at(-1)?.key;
    }
  }
  return byKey(kept)
    .slice(0, limit)
    .map((entry) => entry.item);
}

function byKey<T>(entries: readonly Keyed<T>[]): Keyed<T>[] {
  return entries.toSorted((left, right) => Buffer.compare(left.key, right.key));
}

/** A key that tells whether two values are equal under the running command's collation, for sets and groups. */
export function equalityKey(value: Parameters<typeof encodeKey>[0]): string {
  return encodeKey(value, activeCollation()).toString('latin1');
}
