import { toDouble } from '../../bson/arithmetic.ts';
import { buildDocument } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { isNumber, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { dropCollection, findCollection, SERVER_DATABASES } from '../../catalogue/collections.ts';
import type { CollectionEntry, ViewEntry } from '../../catalogue/entries.ts';
import { indexSize, measure, storageStatistics } from '../../catalogue/statistics.ts';
import { dropView, findView, isViewList, SYSTEM_VIEWS, viewsOf } from '../../catalogue/views.ts';
import { matches } from '../../query/filter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { recordChange } from '../../changes/record-change.ts';
import { CommandError } from '../../server/command-error.ts';
import { checkAdmin } from '../administration/admin-only.ts';
import { checkedByUuid } from '../collection-uuid.ts';
import { COLLECTION_CHANGES } from './collection-changes.ts';
import { namespaceOf, type Command, type Request } from '../command.ts';
import { create } from './create.ts';
import { listReply } from '../reads/list-reply.ts';
import { validate } from '../administration/validate.ts';

function collectionsOf(view: View, database: string): readonly CollectionEntry[] {
  return [...view.catalogue().values()].filter((entry) => entry.database === database);
}

function filterOf(request: Request): (document: Document) => boolean {
  const filter = request.arguments.optionalDocument('filter');
  if (filter === undefined) return () => true;
  const parsed = parseFilter(filter);
  return (document) => matches(parsed, document);
}

function databasesOf(view: View): readonly string[] {
  const catalogue = view.catalogue();
  const entries = [...catalogue.values(), ...catalogue.views.values()];
  return [...new Set([...SERVER_DATABASES, ...entries.map((entry) => entry.database)])].toSorted();
}

const listDatabases: Command = {
  kind: 'read',
  fields: ['listDatabases', 'nameOnly', 'filter', 'authorizedDatabases'],
  run: (request, view) => {
    checkAdmin(request);
    const names = databasesOf(view);
    const isNameOnly = request.arguments.flag('nameOnly');
    const sizeOf = (name: string): number =>
      collectionsOf(view, name).reduce((sum, entry) => sum + measure(view, entry).size, 0);
    const isListed = filterOf(request);
    const databases: Document[] = [];
    let total = 0;
    for (const name of names) {
      const size = isNameOnly ? 0 : sizeOf(name);
      const empty = size === 0 && SERVER_DATABASES.includes(name);
      const database = buildDocument(isNameOnly ? { name } : { name, sizeOnDisk: BigInt(size), empty });
      if (!isListed(database)) continue;
      databases.push(database);
      total += size;
    }
    if (isNameOnly) return { databases };
    return { databases, totalSize: BigInt(total), totalSizeMb: BigInt(Math.floor(total / 1024 / 1024)) };
  },
};

const listCollections: Command = {
  kind: 'read',
  fields: ['listCollections', 'filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run: (request, view) => {
    const isNameOnly = request.arguments.flag('nameOnly');
    const views = viewsOf(view, request.database);
    const documents = [
      ...collectionsOf(view, request.database).map((entry) => describe(entry, isNameOnly)),
      ...(views.length === 0 ? [] : [describeViewList(isNameOnly)]),
      ...views.map((entry) => describeView(entry, isNameOnly)),
    ].filter(filterOf(request));
    return listReply(request, `${request.database}.$cmd.listCollections`, documents);
  },
};

function describe(entry: CollectionEntry, isNameOnly: boolean): Document {
  if (isNameOnly) return buildDocument({ name: entry.name, type: 'collection' });
  const uuid: Value = { kind: 'binData', subtype: 4, bytes: entry.uuid };
  return buildDocument({
    name: entry.name,
    type: 'collection',
    options: entry.options,
    info: { readOnly: false, uuid },
    idIndex: entry.indexes[0]?.document,
  });
}

function describeView(entry: ViewEntry, isNameOnly: boolean): Document {
  if (isNameOnly) return buildDocument({ name: entry.name, type: 'view' });
  return buildDocument({ name: entry.name, type: 'view', options: entry.options, info: { readOnly: true } });
}

function describeViewList(isNameOnly: boolean): Document {
  if (isNameOnly) return buildDocument({ name: SYSTEM_VIEWS, type: 'collection' });
  return buildDocument({ name: SYSTEM_VIEWS, type: 'collection', options: {}, info: { readOnly: false } });
}

const drop: Command = {
  kind: 'write',
  fields: ['drop'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const dropped = isViewList(view, namespace) ? viewsOf(view, request.database) : [findView(view, namespace)];
    for (const entry of dropped) {
      if (entry === undefined) continue;
      dropView(view, entry);
      recordChange(view, { kind: 'view', operation: 'drop', entry });
    }
    if (dropped.some((entry) => entry !== undefined)) return { ns: namespace };
    const collection = findCollection(view, namespace);
    if (collection === undefined) return {};
    dropCollection(view, collection);
    recordChange(view, { kind: 'drop', collection });
    return { nIndexesWas: collection.indexes.length, ns: namespace };
  },
};

const UNDROPPABLE = new Map([
  ['admin', "Dropping the 'admin' database is prohibited."],
  ['local', "Cannot drop 'local' database while replication is active"],
]);

const dropDatabase: Command = {
  kind: 'write',
  fields: ['dropDatabase'],
  run: (request, view) => {
    const asked = request.arguments.value('dropDatabase');
    if (asked === undefined || !isNumber(asked) || toDouble(asked) !== 1) {
      throw new CommandError(5_255_100, 'Have to pass 1 as command parameter');
    }
    const prohibition = UNDROPPABLE.get(request.database);
    if (prohibition !== undefined) throw new CommandError('IllegalOperation', prohibition);
    const collections = collectionsOf(view, request.database);
    const views = viewsOf(view, request.database);
    for (const collection of collections) {
      dropCollection(view, collection);
      recordChange(view, { kind: 'drop', collection });
    }
    for (const entry of views) dropView(view, entry);
    if (collections.length > 0) recordChange(view, { kind: 'dropDatabase', database: request.database });
    return collections.length + views.length === 0 ? {} : { dropped: request.database };
  },
};

const collStats: Command = {
  kind: 'read',
  fields: ['collStats', 'collstats', 'scale'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    const scale = scaleOf(request);
    if (collection === undefined) {
      return {
        ns: namespace,
        size: 0,
        count: 0,
        numOrphanDocs: 0,
        storageSize: 0,
        totalSize: 0,
        nindexes: 0,
        totalIndexSize: 0,
        indexDetails: {},
        indexSizes: {},
        scaleFactor: scale,
      };
    }
    return { ns: namespace, ...storageStatistics(view, collection, scale) };
  },
};

/** How many bytes one unit of an answered size stands for. */
function scaleOf(request: Request): number {
  const scale = request.arguments.count('scale') ?? 1;
  if (scale > 0) return scale;
  throw new CommandError('BadValue', "BSON field 'scale' value must be >= 1, actual value '0'");
}

const dbStats: Command = {
  kind: 'read',
  fields: ['dbStats', 'dbstats', 'scale', 'freeStorage'],
  run: (request, view) => {
    const collections = collectionsOf(view, request.database);
    const measures = collections.map((entry) => measure(view, entry));
    const objects = measures.reduce((sum, one) => sum + one.count, 0);
    const size = measures.reduce((sum, one) => sum + one.size, 0);
    const indexes = collections.flatMap((entry) => entry.indexes);
    const indexBytes = indexes.reduce((sum, index) => sum + indexSize(view, index), 0);
    const scale = scaleOf(request);
    return {
      db: request.database,
      collections: collections.length,
      views: viewsOf(view, request.database).length,
      objects,
      avgObjSize: objects === 0 ? 0 : size / objects,
      dataSize: size / scale,
      storageSize: size / scale,
      indexes: indexes.length,
      indexSize: indexBytes / scale,
      totalSize: (size + indexBytes) / scale,
      ...(request.arguments.flag('freeStorage')
        ? { freeStorageSize: 0, indexFreeStorageSize: 0, totalFreeStorageSize: 0 }
        : {}),
      scaleFactor: scale,
    };
  },
};

/** The commands about databases and collections. */
export const NAMESPACE_COMMANDS: Readonly<Record<string, Command>> = {
  listDatabases,
  listCollections,
  create,
  drop: checkedByUuid(drop),
  dropDatabase,
  collStats,
  dbStats,
  validate,
  ...COLLECTION_CHANGES,
  collstats: collStats,
  dbstats: dbStats,
};
