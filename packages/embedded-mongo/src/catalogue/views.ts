import { activeCollation } from '../bson/active-collation.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import type { Value } from '../bson/value.ts';
import { collationOption } from '../query/collation.ts';
import { CommandError } from '../server/command-error.ts';
import { viewEntry, type View, type WriteView } from './catalogue-state.ts';
import { checkDatabaseCase, checkNamespace, findCollection } from './collections.ts';
import { catalogueOf, type ViewEntry } from './entries.ts';
import { splitNamespace } from './split-namespace.ts';
import { checkViewGraph } from './view-graph.ts';

/** The collection name under which a database shows its view definitions. */
export const SYSTEM_VIEWS = 'system.views';

/** The view of a namespace, or undefined. */
export function findView(view: View, namespace: string): ViewEntry | undefined {
  return view.catalogue().views.get(namespace);
}

/** Refuses to read a view under another collation than its own: OptionNotSupportedOnView (manual: Views). */
export function checkViewCollation(entry: ViewEntry): void {
  if (collationOption(entry.options.get('collation'), undefined) === activeCollation()) return;
  throw new CommandError('OptionNotSupportedOnView', `Cannot override a view's default collation: ${entry.namespace}`);
}

/** The views of a database. */
export function viewsOf(view: View, database: string): readonly ViewEntry[] {
  return [...view.catalogue().views.values()].filter((entry) => entry.database === database);
}

/** Whether a namespace is read by running a pipeline instead of from records: a view, or the list of views. */
export function isVirtual(view: View, namespace: string): boolean {
  return findView(view, namespace) !== undefined || isViewList(view, namespace);
}

/** Whether a namespace is the list of the views of a database that has some. */
export function isViewList(view: View, namespace: string): boolean {
  const { database, name } = splitNamespace(namespace);
  return name === SYSTEM_VIEWS && viewsOf(view, database).length > 0;
}

/** The documents `system.views` shows. */
export function viewDefinitions(view: View, database: string): readonly Document[] {
  return viewsOf(view, database).map(
    (entry) => new Document(new Map<string, Value>([['_id', entry.namespace], ...entry.options.entries()])),
  );
}

/** Creates a view from options with `viewOn` and `pipeline`; the namespace must be free. */
export function createView(view: WriteView, namespace: string, options: Document): ViewEntry {
  checkNamespace(namespace);
  checkDatabaseCase(view, namespace);
  if (findCollection(view, namespace) !== undefined) {
    throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
  }
  const bytes = encodeDocument(options);
  view.connection.run(
    'INSERT INTO collections (namespace, uuid, options) VALUES (?, ?, ?)',
    namespace,
    Buffer.alloc(16),
    bytes,
  );
  return setView(view, namespace, new Document(bytes));
}

/** Gives a view another definition. */
export function changeView(view: WriteView, namespace: string, options: Document): ViewEntry {
  const bytes = encodeDocument(options);
  view.connection.run('UPDATE collections SET options = ? WHERE namespace = ?', bytes, namespace);
  return setView(view, namespace, new Document(bytes));
}

function setView(view: WriteView, namespace: string, options: Document): ViewEntry {
  const entry = viewEntry(namespace, options);
  if (entry === undefined) throw new CommandError('InternalError', 'a view needs viewOn');
  const catalogue = view.catalogue();
  view.setCatalogue(catalogueOf(catalogue, new Map(catalogue.views).set(namespace, entry)));
  checkViewGraph(view.catalogue().views, entry);
  return entry;
}

/** Drops a view. */
export function dropView(view: WriteView, entry: ViewEntry): void {
  view.connection.run('DELETE FROM collections WHERE namespace = ?', entry.namespace);
  const catalogue = view.catalogue();
  const views = new Map(catalogue.views);
  views.delete(entry.namespace);
  view.setCatalogue(catalogueOf(catalogue, views));
}
