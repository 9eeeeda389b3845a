import { activeCollation } from '../bson/active-collation.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { collationOption } from '../query/collation.ts';
import { CommandError } from '../server/command-error.ts';
import { viewEntry, type View, type WriteView } from './catalogue-state.ts';
import { checkNamespace, findCollection } from './collections.ts';
import { catalogueOf, type ViewEntry } from './entries.ts';

/** The most views one above the other (MongoDB manual: Views). */
const MAX_DEPTH = 20;

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
  const dot = namespace.indexOf('.');
  return namespace.slice(dot + 1) === SYSTEM_VIEWS && viewsOf(view, namespace.slice(0, dot)).length > 0;
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
  checkGraph(view, entry, [entry.namespace]);
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

/** Refuses cycles, also through joined collections, and more than twenty views one above the other. */
function checkGraph(view: View, entry: ViewEntry, path: readonly string[]): void {
  if (path.length > MAX_DEPTH) {
    throw new CommandError(
      'ViewDepthLimitExceeded',
      `View depth limit exceeded; maximum depth is ${String(MAX_DEPTH)}`,
    );
  }
  for (const name of [entry.viewOn, ...sourcesOf(entry.pipeline)]) {
    const namespace = `${entry.database}.${name}`;
    if (path.includes(namespace)) {
      throw new CommandError('GraphContainsCycle', `View cycle detected: ${[...path, namespace].join(' => ')}`);
    }
    const next = findView(view, namespace);
    if (next !== undefined) checkGraph(view, next, [...path, namespace]);
  }
}

/** The names of the collections a pipeline reads besides its own, in sub-pipelines too. */
function sourcesOf(pipeline: readonly Value[]): readonly string[] {
  return pipeline.flatMap((stage) => {
    const [entry] = isDocument(stage) ? [...stage.entries()] : [];
    if (entry === undefined) return [];
    const [name, specification] = entry;
    if (name === '$unionWith' && typeof specification === 'string') return [specification];
    if (!isDocument(specification)) return [];
    if (name === '$facet') {
      return [...specification.entries()].flatMap(([, inner]) => (Array.isArray(inner) ? sourcesOf(inner) : []));
    }
    if (name !== '$lookup' && name !== '$graphLookup' && name !== '$unionWith') return [];
    const from = specification.get(name === '$unionWith' ? 'coll' : 'from');
    const inner = specification.get('pipeline');
    return [...(typeof from === 'string' ? [from] : []), ...(Array.isArray(inner) ? sourcesOf(inner) : [])];
  });
}
