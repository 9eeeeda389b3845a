import { isEqual } from '../../bson/compare-values.ts';
import { buildDocument } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import type { Value } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { checkNamespace, createCollection, findCollection } from '../../catalogue/collections.ts';
import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { checkEngine } from '../../catalogue/storage-engine-option.ts';
import { readIdIndex } from '../../catalogue/id-index.ts';
import { createView, findView } from '../../catalogue/views.ts';
import { collationOption } from '../../query/collation.ts';
import { writeImagesOption } from '../../changes/images-option.ts';
import { recordChange } from '../../changes/record-change.ts';
import { CommandError } from '../../server/command-error.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { checkViewPipeline, readValidatorOptions, VALIDATOR_FIELDS } from './collection-options.ts';
import { namespaceOf, type Command, type Reply } from '../command.ts';

const UNSUPPORTED = ['clusteredIndex', 'timeseries', 'expireAfterSeconds', 'encryptedFields'];
/** One petabyte. */
const MAX_CAPPED_SIZE = 2 ** 50;
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
    const { arguments: values, isInTransaction } = request;
    for (const name of UNSUPPORTED) {
      if (values.value(name) !== undefined) {
        throw new CommandError('InvalidOptions', `The '${name}' option is not supported by the embedded store`);
      }
    }
    const namespace = namespaceOf(request);
    if (values.value('viewOn') !== undefined && namespace.endsWith('.system.views')) {
      throw new CommandError('InvalidNamespace', `Cannot create a view called '${namespace}': this is a reserved name`);
    }
    checkNamespace(namespace);
    // A failure ends a transaction, so one is told even of what stands there with the same options.
    if (isInTransaction && isTaken(view, namespace)) throw exists(namespace);
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
  const idIndex = values.optionalDocument('idIndex');
  const version = idIndex === undefined ? undefined : readIdIndex(idIndex, options.get('collation'));
  if (existing === undefined) createCollection(view, namespace, options, version);
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
  const asked = values.optionalDocument('collation');
  if (asked !== undefined && asked.firstName() === undefined) {
    throw new CommandError(40_414, "BSON field 'create.collation.locale' is missing but a required field");
  }
  const collation = collationOption(asked, undefined);
  if (collation !== undefined) options.fields.set('collation', collation.document);
}

function isTaken(view: WriteView, namespace: string): boolean {
  return findView(view, namespace) !== undefined || findCollection(view, namespace) !== undefined;
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
  if (size > MAX_CAPPED_SIZE) {
    throw new CommandError(
      'BadValue',
      `Capped collection size must be less than or equal to ${String(MAX_CAPPED_SIZE)}`,
    );
  }
  if (max !== undefined && max >= 2 ** 31) {
    throw new CommandError('BadValue', 'max in a capped collection has to be < 2^31 or not set');
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
  const existing = findView(view, namespace);
  if (existing === undefined) {
    recordChange(view, { kind: 'view', operation: 'create', entry: createView(view, namespace, options) });
  } else if (!isEqual(existing.options, options)) throw exists(namespace);
  return {};
}

/** The options of a view, checked: `viewOn` names a collection of the same database, the pipeline only reads. */
export function viewOptions(namespace: string, viewOn: string, pipeline: readonly Value[]): Document {
  if (viewOn === '') throw new CommandError('BadValue', "'viewOn' cannot be empty");
  checkNamespace(`${splitNamespace(namespace).database}.${viewOn}`);
  checkViewPipeline(namespace, pipeline);
  return new Document(
    new Map<string, Value>([
      ['viewOn', viewOn],
      ['pipeline', [...pipeline]],
    ]),
  );
}
