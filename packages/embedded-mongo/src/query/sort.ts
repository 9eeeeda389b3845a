import { encodeKey } from '../bson/encode-key.ts';
import type { Document } from '../bson/document.ts';
import { toDouble } from '../bson/arithmetic.ts';
import { isNumber } from '../bson/value.ts';
import type { IndexField } from '../catalogue/entries.ts';
import { indexKeysOf } from '../catalogue/index-keys.ts';
import { CommandError } from '../server/command-error.ts';

/** One field to sort by. */
export type SortField = IndexField;

/** Parses a sort specification; directions other than 1 and -1 are refused. */
export function parseSort(document: Document | undefined): readonly SortField[] {
  const fields: SortField[] = [];
  for (const [path, direction] of document?.entries() ?? []) {
    if (!isNumber(direction)) throw new CommandError(15_974, `Illegal key in $sort specification: ${path}`);
    const order = toDouble(direction);
    if (order !== 1 && order !== -1)
      throw new CommandError(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (path === '' || path.startsWith('$') || path.split('.').includes('')) {
      throw new CommandError(
        path === '' || path.startsWith('$') ? 16_410 : 40_352,
        `FieldPath field names may not be empty or start with '$': '${path}'`,
      );
    }
    fields.push({ path, segments: path.split('.'), isDescending: order < 0 });
  }
  if (fields.length > 32) throw new CommandError('BadValue', 'too many compound keys');
  return fields;
}

/** Bytes that order documents by a sort specification; of an array, the smallest or largest element counts. */
export function sortKeyOf(fields: readonly SortField[], document: Document): Buffer {
  try {
    const { keys } = indexKeysOf({ fields, isSparse: false, partialFilter: undefined }, document);
    return keys.map((key) => key.bytes).reduce((least, bytes) => (Buffer.compare(bytes, least) < 0 ? bytes : least));
  } catch (error) {
    if (!(error instanceof CommandError) || error.codeName !== 'CannotIndexParallelArrays') throw error;
    throw new CommandError('BadValue', 'cannot sort with keys that are parallel arrays');
  }
}

interface Keyed<T> {
  readonly key: Buffer;
  readonly item: T;
}

/** Sorts items stably by the sort key of their document; with a limit it keeps no more than that many in memory. */
export function sortItems<T>(
  items: Iterable<T>,
  fields: readonly SortField[],
  documentOf: (item: T) => Document,
  limit = Number.POSITIVE_INFINITY,
): readonly T[] {
  let kept: Keyed<T>[] = [];
  let bound: Buffer | undefined;
  for (const item of items) {
    const key = sortKeyOf(fields, documentOf(item));
    if (bound !== undefined && Buffer.compare(key, bound) >= 0) continue;
    kept.push({ key, item });
    if (kept.length >= limit * 2 + 16) {
      kept = byKey(kept).slice(0, limit);
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

/** A key that tells whether two values are equal, for sets and groups. */
export function equalityKey(value: Parameters<typeof encodeKey>[0]): string {
  return encodeKey(value).toString('latin1');
}
