import { verbatim } from '../../bson/build-document.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { formatDocument } from '../../bson/format-value.ts';
import { isDocument } from '../../bson/value.ts';
import { checkIndexSpecification } from '../../catalogue/check-index-specification.ts';
import { checkPartialFilter } from '../../catalogue/check-partial-filter.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { buildIndex, dropIndex, ensureCollection, findCollection, isEmpty } from '../../catalogue/collections.ts';
import type { CollectionEntry, IndexEntry, IndexSpec } from '../../catalogue/entries.ts';
import { areEqualFilters } from '../../catalogue/equal-filters.ts';
import { checkReservedIndex } from '../../catalogue/id-index.ts';
import { KNOWN_OPTIONS, parseIndexSpec } from '../../catalogue/index-spec.ts';
import { recordChange } from '../../changes/record-change.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { checkedByUuid } from '../collection-uuid.ts';
import { namespaceOf, type Command } from '../command.ts';
import { checkCommitQuorum } from './commit-quorum.ts';
import { listReply } from '../reads/list-reply.ts';

const MAX_INDEXES = 64;

/** `createIndexes`: builds indexes; one that exists just the same is left as it is. */
const createIndexes: Command = {
  kind: 'write',
  fields: ['createIndexes', 'indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  allowedInTransaction: true,
  run: (request, view) => {
    const inherited = view.catalogue().get(namespaceOf(request))?.collation;
    const given = request.arguments.documents('indexes');
    const wanted = request.arguments.flag('ignoreUnknownIndexOptions') ? given.map(withoutUnknown) : given;
    const specs = wanted.map((spec) => {
      checkIndexSpecification(spec);
      checkReservedIndex(spec);
      return parseIndexSpec(spec, inherited);
    });
    for (const spec of specs) checkPartialFilter(spec);
    if (specs.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
    checkCommitQuorum(request.arguments.value('commitQuorum'));
    const namespace = namespaceOf(request);
    if (namespace === 'config.transactions') {
      throw new CommandError('IllegalOperation', `not allowed to create index on ${namespace}`);
    }
    const isNew = findCollection(view, namespace) === undefined;
    let collection = ensureCollection(view, namespace);
    const before = collection.indexes.length;
    const isFilled = !isEmpty(view, collection);
    for (const spec of specs) {
      if (isExisting(collection, spec)) continue;
      if (collection.indexes.length >= MAX_INDEXES)
        throw new CommandError(
          'CannotCreateIndex',
          `add index fails, too many indexes for ${namespace} key:${spec.name}`,
        );
      collection = buildIndex(view, collection, spec);
      if (!isFilled) recordIndexes(view, 'createIndexes', collection, [spec]);
    }
    const after = collection.indexes.length;
    // On a filled collection the indexes are built together.
    if (isFilled && after > before) recordIndexes(view, 'createIndexes', collection, collection.indexes.slice(before));
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: isNew,
      commitQuorum: verbatim(request.arguments.value('commitQuorum') ?? 'votingMembers'),
      ...(before === after ? { note: 'all indexes already exist' } : {}),
    };
  },
};

/** The specification of an index without what is no option of indexes. */
function withoutUnknown(spec: Document): Document {
  return new Document(new Map([...spec.entries()].filter(([name]) => KNOWN_OPTIONS.has(name))));
}

function isExisting(collection: CollectionEntry, spec: IndexSpec): boolean {
  if (isIdKey(spec)) {
    if (spec.fields[0]?.collation === collection.collation) return true;
    throw new CommandError('BadValue', 'The _id index must have the same collation as the collection.');
  }
  const named = collection.indexes.find((index) => index.name === spec.name);
  if (named !== undefined) {
    if (!isSameIndex(named, spec)) {
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${describe(spec)}, existing index: ${describe(named)}`,
      );
    }
    if (isSameOptions(named, spec)) return true;
    throw new CommandError(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. Requested index: ${describe(spec)}, existing index: ${describe(named)}`,
    );
  }
  const text = spec.text === undefined ? undefined : collection.indexes.find((index) => index.text !== undefined);
  if (text !== undefined && !isSameIndex(text, spec)) {
    throw new CommandError(
      'CannotCreateIndex',
      `only one text index per collection allowed, found existing text index "${text.name}"`,
    );
  }
  const twin = collection.indexes.find((index) => isSameIndex(index, spec));
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

/** Whether two specifications are of one index: two that differ in one of these can stand side by side. */
function isSameIndex(left: IndexSpec, right: IndexSpec): boolean {
  return (
    isSameKey(left, right) &&
    areEqualFilters(left.partialFilter, right.partialFilter) &&
    left.isUnique === right.isUnique &&
    left.isSparse === right.isSparse
  );
}

/** A specification as MongoDB prints it, the flag of uniqueness before the key. */
function describe({ document }: IndexSpec): string {
  const fields = new Map(document.entries());
  const unique = fields.get('unique');
  fields.delete('unique');
  const [version, ...others] = fields;
  const inOrder = [version, unique === undefined ? undefined : (['unique', unique] as const), ...others];
  return formatDocument(new Document(new Map(inOrder.filter((field) => field !== undefined))));
}

function isSameOptions(left: IndexEntry, right: IndexSpec): boolean {
  return left.expireAfterSeconds === right.expireAfterSeconds && left.refusesDuplicates === right.refusesDuplicates;
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
    return listReply(request, namespace, documents);
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
    for (const index of chosen) {
      current = dropIndex(view, current, index);
      recordIndexes(view, 'dropIndexes', collection, [index]);
    }
    const isEvery = request.body.get('index') === '*';
    return {
      nIndexesWas: collection.indexes.length,
      ...(isEvery ? { msg: 'non-_id indexes dropped for collection' } : {}),
    };
  },
};

function chooseIndexes(collection: CollectionEntry, body: Document): readonly IndexEntry[] {
  const wanted = body.get('index');
  if (wanted === undefined) {
    throw new CommandError(40_414, "BSON field 'dropIndexes.index' is missing but a required field");
  }
  if (typeof wanted !== 'string' && !isDocument(wanted) && !Array.isArray(wanted)) {
    throw wrongFieldType('dropIndexes.index', wanted, 'string', 'array', 'object');
  }
  if (wanted === '*') return collection.indexes.filter((index) => index.name !== '_id_');
  const names = Array.isArray(wanted) ? wanted : [wanted];
  for (const [position, name] of names.entries()) {
    if (typeof name === 'string' || !Array.isArray(wanted)) continue;
    throw wrongFieldType(`dropIndexes.index.${String(position)}`, name, 'string');
  }
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

function recordIndexes(
  view: WriteView,
  kind: 'createIndexes' | 'dropIndexes',
  collection: CollectionEntry,
  indexes: readonly IndexSpec[],
): void {
  recordChange(view, { kind, collection, indexes: indexes.map((index) => index.document) });
}

/** The commands about indexes. */
export const INDEX_COMMANDS: Readonly<Record<string, Command>> = {
  createIndexes: checkedByUuid(createIndexes),
  listIndexes,
  dropIndexes: checkedByUuid(dropIndexes),
  deleteIndexes: checkedByUuid(dropIndexes),
};
