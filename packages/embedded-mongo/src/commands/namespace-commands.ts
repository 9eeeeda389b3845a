import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { isEqual } from '../bson/compare-values.ts';
import type { Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { createCollection, dropCollection, findCollection } from '../catalogue/collections.ts';
import { indexTable, recordTable, type CollectionEntry } from '../catalogue/entries.ts';
import { matches } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { CommandError } from '../server/command-error.ts';
import { integerOf } from '../store/connection.ts';
import { namespaceOf, type Command, type Request } from './command.ts';
import { cursorReply } from './find.ts';
import { refuseCollation } from './refuse-collation.ts';

function collectionsOf(view: View, database: string): readonly CollectionEntry[] {
  return [...view.catalogue().values()].filter((entry) => entry.database === database);
}

/** The number of documents and the bytes they take. */
function measure(view: View, collection: CollectionEntry): { count: number; size: number } {
  const row = view.connection.get(`SELECT count(*), coalesce(sum(length(doc)), 0) FROM ${recordTable(collection)}`);
  return { count: integerOf(row?.[0]), size: integerOf(row?.[1]) };
}

function filterOf(request: Request): (document: Document) => boolean {
  const filter = request.arguments.optionalDocument('filter');
  if (filter === undefined) return () => true;
  const parsed = parseFilter(filter);
  return (document) => matches(parsed, document);
}

const listDatabases: Command = {
  kind: 'read',
  fields: ['listDatabases', 'nameOnly', 'filter', 'authorizedDatabases'],
  run: (request, view) => {
    const names = [...new Set([...view.catalogue().values()].map((entry) => entry.database))].toSorted();
    const isNameOnly = request.arguments.flag('nameOnly');
    const sizeOf = (name: string): number =>
      collectionsOf(view, name).reduce((sum, entry) => sum + measure(view, entry).size, 0);
    const databases = names
      .map((name) => {
        if (isNameOnly) return buildDocument({ name });
        const size = sizeOf(name);
        return buildDocument({ name, sizeOnDisk: BigInt(size), empty: false });
      })
      .filter(filterOf(request));
    return isNameOnly
      ? { databases }
      : { databases, totalSize: BigInt(names.reduce((sum, name) => sum + sizeOf(name), 0)) };
  },
};

const listCollections: Command = {
  kind: 'read',
  fields: ['listCollections', 'filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run: (request, view) => {
    const isNameOnly = request.arguments.flag('nameOnly');
    const documents = collectionsOf(view, request.database)
      .map((entry) => describe(entry, isNameOnly))
      .filter(filterOf(request));
    const namespace = `${request.database}.$cmd.listCollections`;
    const batch = request.cursors.open(namespace, request.owner, documents, {
      batchSize: Number.POSITIVE_INFINITY,
      isSingleBatch: true,
    });
    return cursorReply(namespace, 'firstBatch', batch);
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

const create: Command = {
  kind: 'write',
  fields: ['create', 'capped', 'autoIndexId', 'collation', 'indexOptionDefaults', 'storageEngine'],
  allowedInTransaction: true,
  run: (request, view) => {
    refuseCollation(request.arguments);
    if (request.arguments.flag('capped'))
      throw new CommandError('InvalidOptions', 'Capped collections are not supported by the embedded store');
    const namespace = namespaceOf(request);
    const existing = findCollection(view, namespace);
    const options = new Document(new Map());
    if (existing === undefined) createCollection(view, namespace, options);
    else if (!isEqual(existing.options, options)) {
      throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    }
    return {};
  },
};

const drop: Command = {
  kind: 'write',
  fields: ['drop'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined) return {};
    dropCollection(view, collection);
    return { nIndexesWas: collection.indexes.length, ns: namespace };
  },
};

const dropDatabase: Command = {
  kind: 'write',
  fields: ['dropDatabase'],
  run: (request, view) => {
    const collections = collectionsOf(view, request.database);
    for (const collection of collections) dropCollection(view, collection);
    return collections.length === 0 ? {} : { dropped: request.database };
  },
};

const collStats: Command = {
  kind: 'read',
  fields: ['collStats', 'scale'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined)
      return { ns: namespace, size: 0, count: 0, storageSize: 0, nindexes: 0, totalIndexSize: 0, indexSizes: {} };
    const { count, size } = measure(view, collection);
    const sizes = new Map<string, Value>(
      collection.indexes.map((index): [string, Value] => {
        const row = view.connection.get(`SELECT coalesce(sum(length(k)), 0) FROM ${indexTable(index)}`);
        return [index.name, BigInt(integerOf(row?.[0]))];
      }),
    );
    return {
      ns: namespace,
      size,
      count,
      avgObjSize: count === 0 ? 0 : Math.floor(size / count),
      storageSize: size,
      nindexes: collection.indexes.length,
      totalIndexSize: [...sizes.values()].reduce<bigint>(
        (sum, value) => sum + (typeof value === 'bigint' ? value : 0n),
        0n,
      ),
      indexSizes: new Document(sizes),
    };
  },
};

const dbStats: Command = {
  kind: 'read',
  fields: ['dbStats', 'dbstats', 'scale', 'freeStorage'],
  run: (request, view) => {
    const collections = collectionsOf(view, request.database);
    const measures = collections.map((entry) => measure(view, entry));
    const objects = measures.reduce((sum, one) => sum + one.count, 0);
    const size = measures.reduce((sum, one) => sum + one.size, 0);
    return {
      db: request.database,
      collections: collections.length,
      views: 0,
      objects,
      avgObjSize: objects === 0 ? 0 : size / objects,
      dataSize: size,
      storageSize: size,
      indexes: collections.reduce((sum, entry) => sum + entry.indexes.length, 0),
    };
  },
};

/** The commands about databases and collections. */
export const NAMESPACE_COMMANDS: Readonly<Record<string, Command>> = {
  listDatabases,
  listCollections,
  create,
  drop,
  dropDatabase,
  collStats,
  dbStats,
  dbstats: dbStats,
};
