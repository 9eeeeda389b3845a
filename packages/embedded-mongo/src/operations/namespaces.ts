import type { BSON, MongoClient } from 'mongodb';
import { OperationError } from './operation-error.ts';

/** A collection or view with what makes it anew. */
export interface Namespace {
  readonly database: string;
  readonly name: string;
  readonly isView: boolean;
  readonly options: BSON.Document;
  /** All but the index of `_id`. */
  readonly indexes: readonly BSON.Document[];
  /** 32 hexadecimal digits, or empty for a view. */
  readonly uuid: string;
}

/** Numbers keep their types and regular expressions their options. */
const EXACT = { promoteValues: false, bsonRegExp: true } as const;
const SERVER_DATABASES = new Set(['admin', 'config', 'local']);

/** Everything people stored on a server: collections first, views last, because those refer to others. */
export async function listNamespaces(client: MongoClient): Promise<readonly Namespace[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const found: Namespace[] = [];
  for (const { name: database } of databases) {
    if (SERVER_DATABASES.has(database)) continue;
    const collections = await client
      .db(database)
      .listCollections({}, { ...EXACT, nameOnly: false })
      .toArray();
    for (const { name, type, options = {}, info } of collections) {
      if (name.startsWith('system.')) continue;
      const isView = type === 'view';
      const indexes = isView ? [] : await client.db(database).collection(name).listIndexes(EXACT).toArray();
      found.push({
        database,
        name,
        isView,
        options,
        indexes: indexes.filter((index: BSON.Document) => index['name'] !== '_id_'),
        uuid: info?.uuid?.toString('hex').replaceAll('-', '') ?? '',
      });
    }
  }
  return found.toSorted((a, b) => Number(a.isView) - Number(b.isView));
}

/**
 * Creates a collection or view unless it is there, so that an interrupted run can be repeated. One that is there with
 * other options throws OperationError; only their names are compared, because servers complete their values.
 */
export async function createNamespace(client: MongoClient, namespace: Namespace): Promise<void> {
  const database = client.db(namespace.database);
  const { uuid: _uuid, autoIndexId: _autoIndexId, ...options } = namespace.options;
  const [present] = await database.listCollections({ name: namespace.name }, { nameOnly: false }).toArray();
  if (present !== undefined) {
    const names = Object.keys(present.options ?? {})
      .toSorted()
      .join();
    if (names === Object.keys(options).toSorted().join()) return;
    throw new OperationError(
      `${namespace.database}.${namespace.name} is there already with other options. Drop it there and repeat the command.`,
    );
  }
  await database.command({ create: namespace.name, ...options });
}

/** Creates the indexes a collection lacks; one without a collation does not inherit that of the collection. */
export async function createIndexes(client: MongoClient, namespace: Namespace): Promise<void> {
  if (namespace.indexes.length === 0) return;
  const own = namespace.options['collation'] === undefined ? {} : { collation: { locale: 'simple' } };
  const indexes = namespace.indexes.map(({ ns: _ns, background: _background, ...index }) => ({ ...own, ...index }));
  await client.db(namespace.database).command({ createIndexes: namespace.name, indexes });
}
