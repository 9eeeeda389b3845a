import { toInteger } from '../bson/arithmetic.ts';
import { isEqual } from '../bson/compare-values.ts';
import { formatDocument } from '../bson/format-value.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { findCollection } from '../catalogue/collections.ts';
import type { CollectionEntry, IndexEntry } from '../catalogue/entries.ts';
import { CommandError } from '../server/command-error.ts';

/** What a command's `hint` asks for: one index, or the collection in one direction (`$natural`). */
export type Hint =
  | { readonly kind: 'index'; readonly index: IndexEntry }
  | { readonly kind: 'natural'; readonly isReverse: boolean };

/**
 * Reads a hint: an index's name, its key, or `{$natural: 1|-1}`; an empty one is none. One at an index that does not
 * exist or is hidden is refused with BadValue (manual: "cursor.hint()", "Hidden Indexes"). A collection that does not
 * exist takes any hint, since there is nothing to read.
 */
export function readHint(view: View, namespace: string, hint: Value | undefined): Hint | undefined {
  if (hint === undefined || hint === null || hint === '') return undefined;
  if (typeof hint !== 'string' && !isDocument(hint)) {
    throw new CommandError('FailedToParse', 'Hint must be a string or an object');
  }
  if (isDocument(hint) && hint.firstName() === undefined) return undefined;
  if (isDocument(hint) && hint.has('$natural')) return { kind: 'natural', isReverse: isNaturalReverse(hint, 'hint') };
  const collection = findCollection(view, namespace);
  if (collection === undefined) return undefined;
  const [index, other] = indexesOf(collection, hint);
  if (index !== undefined && other !== undefined) {
    throw new CommandError(
      'IndexNotFound',
      `error processing query: planner returned error :: caused by :: Hint matched multiple indexes, must hint by index name. Matched: ${formatDocument(index.document)} and ${formatDocument(other.document)}`,
    );
  }
  if (index !== undefined) return { kind: 'index', index };
  throw new CommandError(
    'BadValue',
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}

function indexesOf(collection: CollectionEntry, hint: Value): readonly IndexEntry[] {
  return collection.indexes.filter(
    (index) =>
      !index.isHidden &&
      index.text === undefined &&
      (isDocument(hint) ? isEqual(index.document.get('key'), hint) : index.name === hint),
  );
}

/** The direction of a `{$natural: 1|-1}` in a hint or sort; another one, or other fields beside it, are refused. */
export function isNaturalReverse(natural: Document, place: 'hint' | 'sort'): boolean {
  const isAlone = [...natural.entries()].length === 1;
  const direction = isAlone ? toInteger(natural.get('$natural') ?? null) : undefined;
  if (direction !== 1n && direction !== -1n) {
    throw new CommandError('BadValue', `$natural ${place} cannot be set to a value other than -1 or 1.`);
  }
  return direction === -1n;
}
