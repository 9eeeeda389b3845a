import { refusesSame, type Catalogue, type CollectionEntry } from './entries.ts';

/** Whether two catalogues define the same. That an index has become multikey is no definition: it comes with documents. */
export function definesSame(one: Catalogue, other: Catalogue): boolean {
  if (one === other) return true;
  if (one.size !== other.size || !hasViews(other, one) || !hasViews(one, other)) return false;
  for (const [namespace, entry] of one) {
    const counterpart = other.get(namespace);
    if (counterpart === undefined || (counterpart !== entry && !isSameCollection(entry, counterpart))) return false;
  }
  return true;
}

/**
 * Whether what was read and written by one catalogue is still right by a later one. New collections and indexes do no
 * harm, unless what was written into a collection would have had to obey them.
 */
export function isStillRight(before: Catalogue, after: Catalogue, written: ReadonlySet<number>): boolean {
  if (before === after) return true;
  if (!hasViews(after, before)) return false;
  for (const [namespace, entry] of before) {
    const current = after.get(namespace);
    if (current?.id !== entry.id) return false;
    if (current !== entry && written.has(entry.id) && !isAsLenient(entry, current)) return false;
  }
  return true;
}

/** Whether a catalogue has all views of another. */
function hasViews(catalogue: Catalogue, { views }: Catalogue): boolean {
  return [...views].every(([namespace, view]) => catalogue.views.get(namespace) === view);
}

function isSameCollection(one: CollectionEntry, other: CollectionEntry): boolean {
  if (!hasSameRules(one, other) || one.indexes.length !== other.indexes.length) return false;
  return one.indexes.every(({ id, document }, position) => {
    const index = other.indexes[position];
    return index?.id === id && index.document === document;
  });
}

function isAsLenient(before: CollectionEntry, after: CollectionEntry): boolean {
  const refusing = new Set(before.indexes.filter(refusesSame).map(({ id }) => id));
  return hasSameRules(before, after) && after.indexes.every((index) => !refusesSame(index) || refusing.has(index.id));
}

function hasSameRules(one: CollectionEntry, other: CollectionEntry): boolean {
  return one.id === other.id && one.options === other.options && one.validator === other.validator;
}
