import { isEqual } from '../bson/compare-values.ts';
import { isTruthy } from '../aggregation/expression.ts';
import { buildDocument, verbatim, type Literal } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { formatDocument } from '../bson/format-value.ts';
import { int, isDocument, type Value } from '../bson/value.ts';
import { changeIndex, changeOptions, renameEntry } from '../catalogue/change-collection.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { dropCollection, findCollection } from '../catalogue/collections.ts';
import { duplicateIds } from '../catalogue/duplicate-keys.ts';
import type { CollectionEntry, IndexEntry } from '../catalogue/entries.ts';
import { changeView, findView } from '../catalogue/views.ts';
import { writeImagesOption } from '../changes/images-option.ts';
import { recordChange, type Change } from '../changes/record-change.ts';
import { CommandError } from '../server/command-error.ts';
import { trimCapped } from '../store/records.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { readValidatorOptions, VALIDATOR_FIELDS } from './collection-options.ts';
import { namespaceOf, type Command, type Reply, type Request } from './command.ts';
import { viewOptions } from './create.ts';

/** What the event of a `collMod` repeats of it, besides the index. */
const DESCRIBED: ReadonlySet<string> = new Set([
  'cappedSize',
  'cappedMax',
  'changeStreamPreAndPostImages',
  ...VALIDATOR_FIELDS,
]);
const INDEX_FIELDS = new Set(['keyPattern', 'name', 'expireAfterSeconds', 'hidden', 'unique', 'prepareUnique']);

/** `collMod`: changes the validator, the limits or an index of a collection, or the definition of a view. */
const collMod: Command = {
  kind: 'write',
  fields: [
    'collMod',
    'index',
    'viewOn',
    'pipeline',
    'cappedSize',
    'cappedMax',
    'dryRun',
    'changeStreamPreAndPostImages',
    ...VALIDATOR_FIELDS,
  ],
  run: (request, view) => {
    const { arguments: values } = request;
    const namespace = namespaceOf(request);
    if (values.flag('dryRun'))
      throw new CommandError('InvalidOptions', 'dryRun is not supported by the embedded store');
    const definition = findView(view, namespace);
    if (definition !== undefined) return modifyView(view, namespace, values);
    const collection = findCollection(view, namespace);
    if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    if (values.value('viewOn') !== undefined || values.value('pipeline') !== undefined) {
      throw new CommandError('InvalidOptions', 'Cannot modify view options on a collection');
    }
    const index = values.optionalDocument('index');
    const { reply, ...changed } = index === undefined ? { reply: {} } : modifyIndex(view, collection, index);
    modifyOptions(view, namespace, values);
    recordChange(view, modification(request, collection, changed));
    return reply;
  },
};

function modifyView(view: WriteView, namespace: string, values: Arguments): Reply {
  const viewOn = values.optionalText('viewOn');
  if (viewOn === undefined || values.value('pipeline') === undefined) {
    throw new CommandError('InvalidOptions', 'Must specify both viewOn and pipeline when modifying a view');
  }
  for (const name of ['index', 'cappedSize', 'cappedMax', 'changeStreamPreAndPostImages', ...VALIDATOR_FIELDS]) {
    if (values.value(name) !== undefined) {
      throw new CommandError('InvalidOptions', `option not supported on a view: ${name}`);
    }
  }
  const entry = changeView(view, namespace, viewOptions(namespace, viewOn, values.list('pipeline')));
  recordChange(view, { kind: 'view', operation: 'modify', entry });
  return {};
}

/** Which index a `collMod` changes, and how it says so. */
interface IndexChange {
  readonly index?: IndexEntry;
  readonly asked?: Document;
}

function modifyIndex(
  view: WriteView,
  collection: CollectionEntry,
  specification: Document,
): IndexChange & { readonly reply: Reply } {
  const values = readArguments('collMod.index', specification, INDEX_FIELDS);
  const index = chooseIndex(collection, values);
  const fields = new Map<string, Value>(index.document.entries());
  const reply: { [name: string]: Literal } = {};
  const expiry = values.value('expireAfterSeconds');
  if (expiry !== undefined) {
    reply['expireAfterSeconds_old'] = index.document.get('expireAfterSeconds');
    reply['expireAfterSeconds_new'] = expiry;
    fields.set('expireAfterSeconds', expiry);
  }
  if (values.value('hidden') !== undefined) {
    const isHidden = values.flag('hidden');
    if (isHidden && index.name === '_id_') throw new CommandError('BadValue', "can't hide _id index");
    reply['hidden_old'] = isTruthy(index.document.get('hidden'));
    reply['hidden_new'] = isHidden;
    fields.delete('hidden');
    if (isHidden) fields.set('hidden', true);
  }
  if (values.value('prepareUnique') !== undefined) {
    reply['prepareUnique_old'] = index.refusesDuplicates;
    reply['prepareUnique_new'] = values.flag('prepareUnique');
    fields.set('prepareUnique', values.flag('prepareUnique'));
  }
  if (values.value('unique') !== undefined) {
    checkConvertible(view, collection, index, values.flag('unique'));
    reply['unique_new'] = true;
    fields.set('unique', true);
    fields.delete('prepareUnique');
  }
  if (Object.keys(reply).length === 0) {
    throw new CommandError('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  changeIndex(view, collection, index, new Document(fields));
  return { reply, index, asked: specification };
}

/** The event that tells of a `collMod`: what it asked for, with the index by its name, and what was before. */
function modification(request: Request, collection: CollectionEntry, { index, asked }: IndexChange): Change {
  const description = new Map([...request.body.entries()].filter(([name]) => DESCRIBED.has(name)));
  const settings = [...(asked?.entries() ?? [])].filter(([name]) => name !== 'name' && name !== 'keyPattern');
  if (index === undefined)
    return { kind: 'modify', collection, description: new Document(description), indexOptions: undefined };
  description.set('index', new Document(new Map<string, Value>([['name', index.name], ...settings])));
  const former = settings.map(
    ([name]) => [name, index.document.get(name) ?? (name === 'expireAfterSeconds' ? undefined : false)] as const,
  );
  const indexOptions = new Document(
    new Map(former.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))),
  );
  return { kind: 'modify', collection, description: new Document(description), indexOptions };
}

/** Refuses to make an index unique before it refuses duplicates and while it holds some (MongoDB manual: collMod). */
function checkConvertible(view: WriteView, collection: CollectionEntry, index: IndexEntry, isUnique: boolean): void {
  if (!isUnique) throw new CommandError('BadValue', 'Cannot make index non-unique');
  if (index.isUnique) return;
  if (!index.refusesDuplicates) {
    throw new CommandError(
      'InvalidOptions',
      "Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first.",
    );
  }
  const violations = duplicateIds(view, collection, index).map((ids) => buildDocument({ ids: ids.map(verbatim) }));
  if (violations.length === 0) return;
  throw new CommandError(
    'CannotConvertIndexToUnique',
    'Cannot convert the index to unique. Please resolve conflicting documents before running collMod again.',
    { fields: [['violations', violations]] },
  );
}

function chooseIndex(collection: CollectionEntry, values: Arguments): IndexEntry {
  const [name, pattern] = [values.optionalText('name'), values.optionalDocument('keyPattern')];
  if ((name === undefined) === (pattern === undefined)) {
    throw new CommandError('InvalidOptions', 'Must specify either an index name or a key pattern, and not both');
  }
  const found = collection.indexes.find((index) =>
    pattern === undefined ? index.name === name : isEqual(index.document.get('key'), pattern),
  );
  if (found !== undefined) return found;
  const shown = pattern === undefined ? (name ?? '') : formatDocument(pattern);
  throw new CommandError('IndexNotFound', `cannot find index ${shown} for ns ${collection.namespace}`);
}

function modifyOptions(view: WriteView, namespace: string, values: Arguments): void {
  const collection = findCollection(view, namespace);
  if (collection === undefined) return;
  const options = new Map<string, Value>(collection.options.entries());
  const [size, max] = [values.count('cappedSize'), values.count('cappedMax')];
  if ((size !== undefined || max !== undefined) && collection.capped === undefined) {
    throw new CommandError('InvalidOptions', 'Collection must be capped.');
  }
  if (size !== undefined) options.set('size', numberValue(size));
  if (max !== undefined) options.set('max', numberValue(max));
  if (max === 0) options.delete('max');
  const changes = readValidatorOptions('collMod', namespace, values);
  for (const [name, value] of changes) options.set(name, value);
  if (changes.has('validator')) {
    if (!options.has('validationLevel')) options.set('validationLevel', 'strict');
    if (!options.has('validationAction')) options.set('validationAction', 'error');
    const validator = options.get('validator');
    if (isDocument(validator) && validator.firstName() === undefined) {
      for (const name of VALIDATOR_FIELDS) options.delete(name);
    }
  }
  writeImagesOption('collMod', values, options);
  const next = new Document(options);
  if (isEqual(collection.options, next)) return;
  trimCapped(view, changeOptions(view, collection, next));
}

function numberValue(value: number): Value {
  return value < 2 ** 31 ? int(value) : BigInt(value);
}

/** `renameCollection`: moves a collection to another name, also of another database, as one atomic step. */
const renameCollection: Command = {
  kind: 'write',
  fields: ['renameCollection', 'to', 'dropTarget', 'stayTemp'],
  run: (request, view) => {
    if (request.database !== 'admin') {
      throw new CommandError('Unauthorized', 'renameCollection may only be run against the admin database.');
    }
    const [from, to] = [request.arguments.text('renameCollection'), request.arguments.text('to')];
    if (findView(view, from) !== undefined) {
      throw new CommandError('CommandNotSupportedOnView', `cannot rename view: ${from}`);
    }
    if (from === to) throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
    const source = findCollection(view, from);
    if (source === undefined) {
      throw new CommandError('NamespaceNotFound', `Source collection ${from} does not exist`);
    }
    if (findView(view, to) !== undefined) {
      throw new CommandError('NamespaceExists', `a view already exists with that name: ${to}`);
    }
    const target = findCollection(view, to);
    if (target !== undefined) {
      if (!request.arguments.flag('dropTarget')) throw new CommandError('NamespaceExists', 'target namespace exists');
      dropCollection(view, target);
    }
    renameEntry(view, source, to, target);
    return {};
  },
};

/** `convertToCapped`: limits a collection in place; the oldest documents beyond the size are removed. */
const convertToCapped: Command = {
  kind: 'write',
  fields: ['convertToCapped', 'size'],
  run: (request, view) => {
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined) {
      throw new CommandError('NamespaceNotFound', `database ${request.database} or collection ${namespace} not found`);
    }
    const size = request.arguments.count('size');
    if (size === undefined || size === 0) {
      throw new CommandError('InvalidOptions', 'Capped collection size must be greater than zero');
    }
    const options = new Map<string, Value>(collection.options.entries());
    options.set('capped', true);
    options.set('size', numberValue(size));
    trimCapped(view, changeOptions(view, collection, new Document(options)));
    return {};
  },
};

/** The commands that change what a collection is. */
export const COLLECTION_CHANGES: Readonly<Record<string, Command>> = { collMod, renameCollection, convertToCapped };
