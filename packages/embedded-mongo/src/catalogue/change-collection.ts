import { Document } from '../bson/document.ts';
import { recordChange } from '../changes/record-change.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { createCappedTable, dropCappedTable } from './capped.ts';
import { collectionEntry, type WriteView } from './catalogue-state.ts';
import { checkDatabaseCase, checkNamespace, replaceCollection } from './collections.ts';
import { catalogueOf, type CollectionEntry, type IndexEntry } from './entries.ts';
import { parseIndexSpec } from './index-spec.ts';

/** Gives a collection other options, with the validator and limits they describe. */
export function changeOptions(view: WriteView, entry: CollectionEntry, options: Document): CollectionEntry {
  const bytes = encodeDocument(options);
  view.connection.run('UPDATE collections SET options = ? WHERE id = ?', bytes, entry.id);
  const changed = collectionEntry(entry.id, entry.namespace, entry.uuid, new Document(bytes));
  if (entry.capped === undefined && changed.capped !== undefined) createCappedTable(view, changed);
  if (entry.capped !== undefined && changed.capped === undefined) dropCappedTable(view, entry);
  return replaceCollection(view, { ...changed, indexes: entry.indexes });
}

/** Gives an index another specification with the same key; throws what makes the specification unfit. */
export function changeIndex(
  view: WriteView,
  entry: CollectionEntry,
  index: IndexEntry,
  specification: Document,
): CollectionEntry {
  const parsed = parseIndexSpec(specification);
  view.connection.run('UPDATE indexes SET spec = ? WHERE id = ?', encodeDocument(parsed.document), index.id);
  const changed: IndexEntry = { ...index, ...parsed, isUnique: parsed.isUnique || index.name === '_id_' };
  const indexes = entry.indexes.map((other) => (other.id === index.id ? changed : other));
  return replaceCollection(view, { ...entry, indexes });
}

/**
 * Gives a collection another name, also in another database; the new name must be free. `dropped` is what had it until
 * now, for those who watch.
 */
export function renameEntry(
  view: WriteView,
  entry: CollectionEntry,
  namespace: string,
  dropped: CollectionEntry | undefined,
): CollectionEntry {
  checkNamespace(namespace);
  checkDatabaseCase(view, namespace);
  view.connection.run('UPDATE collections SET namespace = ? WHERE id = ?', namespace, entry.id);
  const catalogue = view.catalogue();
  const next = new Map(catalogue);
  next.delete(entry.namespace);
  view.setCatalogue(catalogueOf(next, catalogue.views));
  recordChange(view, { kind: 'rename', collection: entry, to: namespace, dropped });
  const renamed = collectionEntry(entry.id, namespace, entry.uuid, entry.options);
  return replaceCollection(view, { ...renamed, indexes: entry.indexes });
}
