import { isEqual } from '../bson/compare-values.ts';
import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { checkNamespace, createCollection, findCollection } from '../catalogue/collections.ts';
import { checkEngine } from '../catalogue/storage-engine-option.ts';
import { createView, findView } from '../catalogue/views.ts';
import { collationOption } from '../query/collation.ts';
import { writeImagesOption } from '../changes/images-option.ts';
import { recordChange } from '../changes/record-change.ts';
import { CommandError } from '../server/command-error.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { checkViewPipeline, readValidatorOptions, VALIDATOR_FIELDS } from './collection-options.ts';
import { namespaceOf, type Command, type Reply } from './command.ts';

const UNSUPPORTED = ['clusteredIndex', 'timeseries', 'expireAfterSeconds', 'encryptedFields'];
const INDEX_DEFAULTS = new Set(['storageEngine']);
const COLLECTION_ONLY = [
  'capped',
  'size',
  'max',
  'idIndex',
  'storageEngine',
  'changeStreamPreAndPostImages',
  ...VALIDATOR_FIELDS,
];

/** `create`: makes a collection or a view; one that exists with the same options is left as it is. */
export const create: Command = {
  kind: 'write',
  fields: [
    'create',
    'autoIndexId',
    'collation',
    'indexOptionDefaults',
    'viewOn',
    'pipeline',
    ...COLLECTION_ONLY,
    ...UNSUPPORTED,
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values } = request;
    for (const name of UNSUPPORTED) {
      if (values.value(name) !== undefined) {
        throw new CommandError('InvalidOptions', `The '${name}' option is not supported by the embedded store`);
      }
    }
    const namespace = namespaceOf(request);
    checkNamespace(namespace);
    const viewOn = values.optionalText('viewOn');
    if (viewOn !== undefined) return defineView(view, namespace, viewOn, values);
    if (values.value('pipeline') !== undefined) {
      throw new CommandError('InvalidOptions', "'pipeline' requires 'viewOn' to also be specified");
    }
    return defineCollection(view, namespace, values);
  },
};

function defineCollection(view: WriteView, namespace: string, values: Arguments): Reply {
  const options = buildDocument({ ...cappedOptions(values) });
  for (const [name, value] of readValidatorOptions('create', namespace, values)) options.fields.set(name, value);
  addEngineOptions(options, values);
  addCollation(options, values);
  writeImagesOption('create', values, options.fields);
  if (findView(view, namespace) !== undefined) throw exists(namespace);
  const existing = findCollection(view, namespace);
  if (existing === undefined) createCollection(view, namespace, options);
  else if (!isEqual(existing.options, options)) throw exists(namespace);
  return {};
}

/** Keeps the options of MongoDB's storage engine, which mean nothing here but are shown by listCollections. */
function addEngineOptions(options: Document, values: Arguments): void {
  const engine = values.optionalDocument('storageEngine');
  const defaults = values.optionalDocument('indexOptionDefaults');
  if (engine !== undefined) {
    checkEngine('storageEngine', engine);
    options.fields.set('storageEngine', engine);
  }
  if (defaults === undefined) return;
  const inner = readArguments('create.indexOptionDefaults', defaults, INDEX_DEFAULTS).optionalDocument('storageEngine');
  if (inner !== undefined) checkEngine('indexOptionDefaults.storageEngine', inner);
  options.fields.set('indexOptionDefaults', defaults);
}

/** Writes the default collation a command names into the options with everything it leaves open spelled out. */
function addCollation(options: Document, values: Arguments): void {
  const collation = collationOption(values.optionalDocument('collation'), undefined);
  if (collation !== undefined) options.fields.set('collation', collation.document);
}

function exists(namespace: string): CommandError {
  return new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
}

/** The size and number a capped collection may reach; since MongoDB 6.2 no size is rounded. */
function cappedOptions(values: Arguments): { capped?: true; size?: number; max?: number } {
  const size = values.count('size');
  const max = values.count('max');
  if (!values.flag('capped')) {
    if (size === undefined && max === undefined) return {};
    throw new CommandError(
      'InvalidOptions',
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    );
  }
  if (size === undefined) {
    throw new CommandError('InvalidOptions', "the 'size' field is required when 'capped' is true");
  }
  return { capped: true, size, ...(max === undefined || max === 0 ? {} : { max }) };
}

function defineView(view: WriteView, namespace: string, viewOn: string, values: Arguments): Reply {
  for (const name of COLLECTION_ONLY) {
    if (values.value(name) !== undefined) {
      throw new CommandError('InvalidOptions', `The '${name}' option is not supported on a view`);
    }
  }
  const pipeline = values.value('pipeline') === undefined ? [] : values.list('pipeline');
  const options = viewOptions(namespace, viewOn, pipeline);
  addCollation(options, values);
  refuseOtherCollation(view, `${namespace.slice(0, namespace.indexOf('.'))}.${viewOn}`, options);
  const existing = findView(view, namespace);
  if (existing === undefined) {
    recordChange(view, { kind: 'view', operation: 'create', entry: createView(view, namespace, options) });
  } else if (!isEqual(existing.options, options)) throw exists(namespace);
  return {};
}

/** Views one above the other must agree on their collation, since the pipelines run as one. */
function refuseOtherCollation(view: WriteView, source: string, options: Document): void {
  const below = findView(view, source);
  const own = collationOption(options.get('collation'), undefined);
  if (below === undefined || collationOption(below.options.get('collation'), undefined) === own) return;
  throw new CommandError('OptionNotSupportedOnView', `The view has another collation than the view ${source}`);
}

/** The options of a view, checked: `viewOn` names a collection of the same database, the pipeline only reads. */
export function viewOptions(namespace: string, viewOn: string, pipeline: readonly Value[]): Document {
  if (viewOn === '') throw new CommandError('BadValue', "'viewOn' cannot be empty");
  checkNamespace(`${namespace.slice(0, namespace.indexOf('.'))}.${viewOn}`);
  checkViewPipeline(namespace, pipeline);
  return new Document(
    new Map<string, Value>([
      ['viewOn', viewOn],
      ['pipeline', [...pipeline]],
    ]),
  );
}
