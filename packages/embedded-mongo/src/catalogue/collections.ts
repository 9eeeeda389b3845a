import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { randomUuid } from '../bson/random-uuid.ts';
import { recordChange } from '../changes/record-change.ts';
import { CommandError } from '../server/command-error.ts';
import { blobOf, integerOf, statementOn } from '../store/connection.ts';
import { collectionEntry, type View, type WriteView } from './catalogue-state.ts';
import { createCappedTable, dropCappedTable } from './capped.ts';
import {
  PROFILE,
  catalogueOf,
  indexTable,
  recordTable,
  type CollectionEntry,
  type IndexEntry,
  type IndexSpec,
} from './entries.ts';
import { indexKeysOf } from './index-keys.ts';
import { idIndexSpec } from './index-spec.ts';
import { splitNamespace } from './split-namespace.ts';
import { checkUnique } from './unique.ts';

/** The collection of a namespace, or undefined; what only collections can do is refused on a view. */
export function findCollection(view: View, namespace: string): CollectionEntry | undefined {
  const catalogue = view.catalogue();
  if (catalogue.views.has(namespace)) {
    throw new CommandError('CommandNotSupportedOnView', `Namespace ${namespace} is a view, not a collection`);
  }
  return catalogue.get(namespace);
}

/** The collection of a namespace, created with its `_id` index when it does not exist. */
export function ensureCollection(view: WriteView, namespace: string): CollectionEntry {
  return findCollection(view, namespace) ?? createCollection(view, namespace, new Document(new Map()));
}

/** Creates a collection; the namespace must be free. */
export function createCollection(
  view: WriteView,
  namespace: string,
  options: Document,
  idVersion = 2,
): CollectionEntry {
  if (splitNamespace(namespace).name !== PROFILE) checkNamespace(namespace);
  checkDatabaseCase(view, namespace);
  const uuid = randomUuid();
  const bytes = encodeDocument(options);
  const id = view.connection.run(
    'INSERT INTO collections (namespace, uuid, options) VALUES (?, ?, ?)',
    namespace,
    uuid,
    bytes,
  );
  const entry = collectionEntry(id, namespace, uuid, new Document(bytes));
  view.connection.run(`CREATE TABLE ${recordTable(entry)} (rid INTEGER PRIMARY KEY, doc BLOB NOT NULL)`);
  if (entry.capped !== undefined) createCappedTable(view, entry);
  const index = createIndexTable(view, entry, idIndexSpec(entry.collation, idVersion));
  const collection = replaceCollection(view, { ...entry, indexes: [index] });
  recordChange(view, { kind: 'create', collection });
  return collection;
}

/** Refuses names MongoDB does not allow for a collection. */
export function checkNamespace(namespace: string): void {
  const { database, name } = splitNamespace(namespace);
  if (database === '' || database === namespace || database.length > 63 || /[/\\. "$\0]/.test(database)) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  }
  const isInvalid =
    name === '' || name.startsWith('.') || name.includes('\0') || name.includes('$') || name.startsWith('system.');
  const isInternal = database === 'admin' || database === 'config' || database === 'local';
  if (isInvalid || Buffer.byteLength(namespace) > (isInternal ? 512 : 255)) {
    throw new CommandError('InvalidNamespace', `Invalid collection name: ${name}`);
  }
}

/** The databases every member of a replica set has. */
export const SERVER_DATABASES = ['admin', 'config', 'local'];

/** Refuses to create something in a database whose name differs from an existing one in case alone. */
export function checkDatabaseCase(view: View, namespace: string): void {
  const { database } = splitNamespace(namespace);
  const wanted = database.toLowerCase();
  const catalogue = view.catalogue();
  const names = [...catalogue.values(), ...catalogue.views.values()].map((entry) => entry.database);
  if (names.includes(database)) return;
  const other = [...SERVER_DATABASES, ...names].find((name) => name !== database && name.toLowerCase() === wanted);
  if (other === undefined) return;
  throw new CommandError(
    13_297,
    `db already exists with different case already have: [${other}] trying to create [${database}]`,
  );
}

/** Puts a changed entry into the writer's catalogue. */
export function replaceCollection(view: WriteView, entry: CollectionEntry): CollectionEntry {
  const catalogue = view.catalogue();
  view.setCatalogue(catalogueOf(new Map(catalogue).set(entry.namespace, entry), catalogue.views));
  return entry;
}

/** Whether a collection holds no record. */
export function isEmpty(view: View, entry: CollectionEntry): boolean {
  return view.connection.get(`SELECT 1 FROM ${recordTable(entry)} LIMIT 1`) === undefined;
}

/** Drops a collection with its records and indexes. */
export function dropCollection(view: WriteView, entry: CollectionEntry): void {
  for (const index of entry.indexes) dropIndexTable(view, index);
  view.connection.forget(recordTable(entry));
  view.connection.run(`DROP TABLE ${recordTable(entry)}`);
  if (entry.capped !== undefined) dropCappedTable(view, entry);
  view.connection.run('DELETE FROM collections WHERE id = ?', entry.id);
  const catalogue = view.catalogue();
  const next = new Map(catalogue);
  next.delete(entry.namespace);
  view.setCatalogue(catalogueOf(next, catalogue.views));
}

/** Adds an index and fills it from the records; a duplicate key refuses the whole index. */
export function buildIndex(view: WriteView, entry: CollectionEntry, spec: IndexSpec): CollectionEntry {
  let index = createIndexTable(view, entry, spec);
  let last = 0;
  for (;;) {
    const rows = view.connection.all(
      `SELECT rid, doc FROM ${recordTable(entry)} WHERE rid > ? ORDER BY rid LIMIT 500`,
      last,
    );
    for (const [rid, bytes] of rows) {
      last = integerOf(rid);
      const { keys, isMultikey } = indexKeysOf(index, new Document(blobOf(bytes)));
      // `prepareUnique` says nothing of what is there already.
      if (index.isUnique) checkUnique(view, entry, index, keys, last);
      for (const key of keys) addIndexKey(view, index, key.bytes, last);
      if (isMultikey && !index.isMultikey) index = markMultikey(view, index);
    }
    if (rows.length === 0) break;
  }
  return replaceCollection(view, { ...entry, indexes: [...entry.indexes, index] });
}

function createIndexTable(view: WriteView, entry: CollectionEntry, spec: IndexSpec): IndexEntry {
  const id = view.connection.run(
    'INSERT INTO indexes (collection, spec) VALUES (?, ?)',
    entry.id,
    encodeDocument(spec.document),
  );
  const index: IndexEntry = { ...spec, id, isMultikey: false };
  view.connection.run(
    `CREATE TABLE ${indexTable(index)} (k BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (k, rid)) WITHOUT ROWID`,
  );
  return index;
}

const INSERT_KEY = statementOn((index: IndexEntry) => `INSERT INTO ${indexTable(index)} (k, rid) VALUES (?, ?)`);

/** Adds one entry to an index. */
export function addIndexKey(view: WriteView, index: IndexEntry, key: Buffer, rid: number): void {
  view.connection.run(INSERT_KEY(index), key, rid);
}

/** Notes that a document put an array on an indexed path, which narrows what the planner may do. */
export function markMultikey(view: WriteView, index: IndexEntry): IndexEntry {
  view.connection.run('UPDATE indexes SET multikey = 1 WHERE id = ?', index.id);
  return { ...index, isMultikey: true };
}

/** Drops one index of a collection. */
export function dropIndex(view: WriteView, entry: CollectionEntry, index: IndexEntry): CollectionEntry {
  dropIndexTable(view, index);
  return replaceCollection(view, { ...entry, indexes: entry.indexes.filter((other) => other.id !== index.id) });
}

function dropIndexTable(view: WriteView, index: IndexEntry): void {
  view.connection.forget(indexTable(index));
  view.connection.run(`DROP TABLE ${indexTable(index)}`);
  view.connection.run('DELETE FROM indexes WHERE id = ?', index.id);
}
