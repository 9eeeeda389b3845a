import { isEqual } from '../bson/compare-values.ts';
import type { Document } from '../bson/document.ts';
import { formatDocument } from '../bson/format-value.ts';
import { isDocument } from '../bson/value.ts';
import { buildIndex, dropIndex, ensureCollection, findCollection } from '../catalogue/collections.ts';
import type { CollectionEntry, IndexEntry, IndexSpec } from '../catalogue/entries.ts';
import { parseIndexSpec } from '../catalogue/index-spec.ts';
import { CommandError } from '../server/command-error.ts';
import { namespaceOf, type Command } from './command.ts';
import { cursorReply } from './find.ts';

const MAX_INDEXES = 64;

/** `createIndexes`: builds indexes; one that exists just the same is left as it is. */
const createIndexes: Command = {
  kind: 'write',
  fields: ['createIndexes', 'indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  allowedInTransaction: true,
  run: (request, view) => {
    const inherited = view.catalogue().get(namespaceOf(request))?.collation;
    const specs = request.arguments.documents('indexes').map((spec) => parseIndexSpec(spec, inherited));
    if (specs.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
    const namespace = namespaceOf(request);
    const isNew = findCollection(view, namespace) === undefined;
    let collection = ensureCollection(view, namespace);
    const before = collection.indexes.length;
    for (const spec of specs) {
      if (isExisting(collection, spec)) continue;
      if (collection.indexes.length >= MAX_INDEXES)
        throw new CommandError(
          'CannotCreateIndex',
          `add index fails, too many indexes for ${namespace} key:${spec.name}`,
        );
      collection = buildIndex(view, collection, spec);
    }
    const after = collection.indexes.length;
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: isNew,
      ...(before === after ? { note: 'all indexes already exist' } : {}),
    };
  },
};

function isExisting(collection: CollectionEntry, spec: IndexSpec): boolean {
  if (isIdKey(spec)) {
    if (spec.fields[0]?.collation === collection.collation) return true;
    throw new CommandError('BadValue', 'The _id index must have the same collation as the collection.');
  }
  const named = collection.indexes.find((index) => index.name === spec.name);
  if (named !== undefined) {
    if (!isSameKey(named, spec)) {
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${formatDocument(spec.document)}, existing index: ${formatDocument(named.document)}`,
      );
    }
    if (isSameOptions(named, spec)) return true;
    throw new CommandError(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. Requested index: ${formatDocument(spec.document)}, existing index: ${formatDocument(named.document)}`,
    );
  }
  const text = spec.text === undefined ? undefined : collection.indexes.find((index) => index.text !== undefined);
  if (text !== undefined) {
    throw new CommandError(
      'CannotCreateIndex',
      `only one text index per collection allowed, found existing text index "${text.name}"`,
    );
  }
  const twin = collection.indexes.find((index) => isSameKey(index, spec) && isSamePartial(index, spec));
  if (twin === undefined) return false;
  throw new CommandError('IndexOptionsConflict', `Index already exists with a different name: ${twin.name}`);
}

function isIdKey(spec: IndexSpec): boolean {
  const [only] = spec.fields;
  return spec.fields.length === 1 && only?.path === '_id' && !only.isDescending;
}

function isSameKey(left: IndexSpec, right: IndexSpec): boolean {
  if (left.text !== undefined || right.text !== undefined) {
    return ['key', 'weights', 'default_language', 'language_override'].every((name) =>
      isEqual(left.document.get(name), right.document.get(name)),
    );
  }
  return (
    left.fields.length === right.fields.length &&
    left.fields.every((field, position) => {
      const other = right.fields[position];
      return (
        field.path === other?.path && field.isDescending === other.isDescending && field.collation === other.collation
      );
    })
  );
}

function isSamePartial(left: IndexSpec, right: IndexSpec): boolean {
  return isEqual(left.document.get('partialFilterExpression'), right.document.get('partialFilterExpression'));
}

function isSameOptions(left: IndexEntry, right: IndexSpec): boolean {
  return (
    left.isUnique === right.isUnique &&
    left.isSparse === right.isSparse &&
    left.expireAfterSeconds === right.expireAfterSeconds &&
    isSamePartial(left, right)
  );
}

/** `listIndexes`: the index specifications of a collection. */
const listIndexes: Command = {
  kind: 'read',
  fields: ['listIndexes', 'cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    const documents = collection.indexes.map((index) => index.document);
    const batch = request.cursors.open(namespace, request.owner, documents, {
      batchSize: undefined,
      isSingleBatch: true,
    });
    return cursorReply(namespace, 'firstBatch', batch);
  },
};

/** `dropIndexes`: drops indexes by name, key or all but `_id_`. */
const dropIndexes: Command = {
  kind: 'write',
  fields: ['dropIndexes', 'deleteIndexes', 'index'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns not found ${namespace}`);
    const chosen = chooseIndexes(collection, request.body);
    let current = collection;
    for (const index of chosen) current = dropIndex(view, current, index);
    return { nIndexesWas: collection.indexes.length };
  },
};

function chooseIndexes(collection: CollectionEntry, body: Document): readonly IndexEntry[] {
  const wanted = body.get('index');
  if (wanted === '*') return collection.indexes.filter((index) => index.name !== '_id_');
  const names = Array.isArray(wanted) ? wanted : [wanted];
  return names.map((name) => {
    const [found, other] = collection.indexes.filter((index) =>
      isDocument(name) ? isEqual(index.document.get('key'), name) : index.name === name,
    );
    if (found !== undefined && other !== undefined) {
      throw new CommandError(
        'AmbiguousIndexKeyPattern',
        `indexes found for key: ${isDocument(name) ? formatDocument(name) : ''}, identify by name instead. Conflicting indexes: ${formatDocument(found.document)}, ${formatDocument(other.document)}`,
      );
    }
    if (found === undefined) {
      const shown = isDocument(name)
        ? `can't find index with key: ${formatDocument(name)}`
        : `index not found with name [${typeof name === 'string' ? name : ''}]`;
      throw new CommandError('IndexNotFound', shown);
    }
    if (found.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    return found;
  });
}

/** The commands about indexes. */
export const INDEX_COMMANDS: Readonly<Record<string, Command>> = {
  createIndexes,
  listIndexes,
  dropIndexes,
  deleteIndexes: dropIndexes,
};
