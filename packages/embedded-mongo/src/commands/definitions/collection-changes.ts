import { isEqual } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { int, isDocument, type Value } from '../../bson/value.ts';
import { changeOptions } from '../../catalogue/change-collection.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import { changeView, findView } from '../../catalogue/views.ts';
import { writeImagesOption } from '../../changes/images-option.ts';
import { recordChange, type Change } from '../../changes/record-change.ts';
import { CommandError } from '../../server/command-error.ts';
import { trimCapped } from '../../store/records.ts';
import type { Arguments } from '../arguments.ts';
import { cloneCollectionAsCapped, convertToCapped } from './capped-commands.ts';
import { readValidatorOptions, VALIDATOR_FIELDS } from './collection-options.ts';
import { checkedByUuid } from '../collection-uuid.ts';
import { namespaceOf, type Command, type Reply, type Request } from '../command.ts';
import { viewOptions } from './create.ts';
import { modifyIndex, refusedDryRun, rehearseIndexChange, type IndexChange } from './index-changes.ts';
import { renameCollection } from './rename-collection.ts';

/** What the event of a `collMod` repeats of it, besides the index. */
const DESCRIBED: ReadonlySet<string> = new Set([
  'cappedSize',
  'cappedMax',
  'changeStreamPreAndPostImages',
  ...VALIDATOR_FIELDS,
]);
/** Options of kinds of collections this store has none of. */
const FOREIGN_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['expireAfterSeconds', "'expireAfterSeconds' is only supported on collections clustered by _id"],
  ['timeseries', 'option only supported on a time-series collection: timeseries'],
  [
    'timeseriesBucketsMayHaveMixedSchemaData',
    'option only supported on a time-series collection: timeseriesBucketsMayHaveMixedSchemaData',
  ],
]);

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
    ...FOREIGN_OPTIONS.keys(),
  ],
  run: (request, view) => {
    const { arguments: values } = request;
    const namespace = namespaceOf(request);
    const definition = findView(view, namespace);
    if (definition !== undefined) return modifyView(view, namespace, values);
    const collection = findCollection(view, namespace);
    if (collection === undefined) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    if (values.value('viewOn') !== undefined || values.value('pipeline') !== undefined) {
      throw new CommandError('InvalidOptions', 'Cannot modify view options on a collection');
    }
    for (const [name, refusal] of FOREIGN_OPTIONS) {
      if (values.value(name) !== undefined) throw new CommandError('InvalidOptions', refusal);
    }
    const index = values.optionalDocument('index');
    if (values.flag('dryRun')) {
      if (index === undefined || [...DESCRIBED].some((name) => values.value(name) !== undefined)) throw refusedDryRun();
      rehearseIndexChange(view, collection, index);
      return {};
    }
    const { reply, ...changed } = index === undefined ? { reply: {} } : modifyIndex(view, collection, index);
    modifyOptions(view, namespace, values);
    recordChange(view, modification(request, collection, changed));
    return reply;
  },
};

function modifyView(view: WriteView, namespace: string, values: Arguments): Reply {
  for (const name of ['index', ...DESCRIBED, ...FOREIGN_OPTIONS.keys()]) {
    if (values.value(name) !== undefined) {
      throw new CommandError('InvalidOptions', `option not supported on a view: ${name}`);
    }
  }
  const viewOn = values.optionalText('viewOn');
  if (viewOn === undefined || values.value('pipeline') === undefined) {
    throw new CommandError('InvalidOptions', 'Must specify both viewOn and pipeline when modifying a view');
  }
  const options = viewOptions(namespace, viewOn, values.list('pipeline'));
  const collation = findView(view, namespace)?.options.get('collation');
  if (collation !== undefined) options.fields.set('collation', collation);
  const entry = changeView(view, namespace, options);
  recordChange(view, { kind: 'view', operation: 'modify', entry });
  return {};
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

/** The commands that change what a collection is. */
export const COLLECTION_CHANGES: Readonly<Record<string, Command>> = {
  collMod: checkedByUuid(collMod),
  renameCollection,
  convertToCapped,
  cloneCollectionAsCapped,
};
