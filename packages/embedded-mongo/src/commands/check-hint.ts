import { isEqual } from '../bson/compare-values.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { findCollection } from '../catalogue/collections.ts';
import { CommandError } from '../server/command-error.ts';

/** Refuses a hint at an index that does not exist. An existing one is advice: the planner chooses by itself. */
export function checkHint(view: View, namespace: string, hint: Value | undefined): void {
  if (hint === undefined || hint === '') return;
  const collection = findCollection(view, namespace);
  if (collection === undefined) return;
  if (isDocument(hint) && (hint.firstName() === undefined || hint.has('$natural'))) return;
  const isKnown = collection.indexes.some((index) =>
    isDocument(hint) ? isEqual(index.document.get('key'), hint) : index.name === hint,
  );
  if (!isKnown) {
    throw new CommandError(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
}
