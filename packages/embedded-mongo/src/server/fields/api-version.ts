import type { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { CommandError } from '../command-error.ts';
import { wrongFieldType } from '../wrong-field-type.ts';

/** The commands of the Stable API, version 1 (MongoDB manual "Stable API"). */
const STABLE_COMMANDS = new Set([
  'abortTransaction',
  'aggregate',
  'bulkWrite',
  'collMod',
  'commitTransaction',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'findandmodify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'saslContinue',
  'saslStart',
  'testDeprecation',
  'update',
]);

/** The commands of version 1 that are said to leave it. */
const DEPRECATED_COMMANDS = new Set(['testDeprecation']);

/** The fields of stable commands that are not stable themselves. */
const UNSTABLE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  find: [
    '$_requestResumeToken',
    '$_resumeAfter',
    'awaitData',
    'max',
    'min',
    'noCursorTimeout',
    'oplogReplay',
    'readOnce',
    'returnKey',
    'showRecordId',
    'tailable',
  ],
  aggregate: ['$_requestReshardingResumeToken', 'explain', 'isMapReduceCommand', 'runtimeConstants'],
  create: ['autoIndexId', 'indexOptionDefaults', 'storageEngine'],
};
const UNSTABLE_INDEX_CHANGES = ['forceNonUnique', 'prepareUnique'];
const WRITES = new Set(['delete', 'findAndModify', 'findandmodify', 'insert', 'update']);
const UNSTABLE_INDEX_FIELDS = ['background', 'bucketSize', 'sparse', 'storageEngine'];
const UNSTABLE_INDEX_TYPES = new Set(['text', 'geoHaystack']);
const UNSTABLE_STAGES = new Set([
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$planCacheStats',
  '$search',
  '$searchMeta',
  '$vectorSearch',
]);

/** Refuses API versions but 1 and, with `apiStrict`, whatever is not part of it (MongoDB manual "Stable API"). */
export function checkApiVersion(body: Document, isKnown: boolean): void {
  const version = body.get('apiVersion') ?? undefined;
  const isStrict = flag(body, 'apiStrict');
  const refusesDeprecated = flag(body, 'apiDeprecationErrors');
  if (version === undefined) {
    if (isStrict === undefined && refusesDeprecated === undefined) return;
    throw new CommandError(4_886_600, 'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion');
  }
  if (typeof version !== 'string') throw wrongType('apiVersion', version, 'string');
  if (version === '2') throw new CommandError('APIVersionError', 'Cannot accept API version 2');
  if (version !== '1') throw new CommandError('APIVersionError', 'API version must be "1"');
  if (isStrict === true && isKnown) checkStrict(body);
  const name = body.firstName() ?? '';
  if (refusesDeprecated === true && isKnown && DEPRECATED_COMMANDS.has(name)) {
    throw new CommandError(
      'APIDeprecationError',
      `Provided apiDeprecationErrors:true, but the command ${name} is deprecated in API Version 1`,
    );
  }
}

function flag(body: Document, name: string): boolean | undefined {
  const value = body.get(name) ?? undefined;
  if (value !== undefined && typeof value !== 'boolean') throw wrongType(name, value, 'bool');
  return value;
}

function checkStrict(body: Document): void {
  const name = body.firstName() ?? '';
  if (!STABLE_COMMANDS.has(name)) {
    throw strict(
      `Provided apiStrict:true, but the command ${name} is not in API Version 1. Information on supported commands and migrations in API Version 1 can be found at https://dochub.mongodb.org/core/manual-versioned-api`,
    );
  }
  for (const field of [...(UNSTABLE_FIELDS[name] ?? []), 'collectionUUID']) {
    if (body.has(field)) throw unstableField(`${name}.${field}`);
  }
  if (WRITES.has(name) && body.get(name) === 'system.js') {
    throw strict(`Provided apiStrict:true, but the command ${name} attempts to write to system.js`);
  }
  if (name === 'createIndexes') for (const index of documents(body.get('indexes'))) checkIndex(index);
  if (name === 'create' && body.get('capped') === true && body.has('size')) throw unstableField('create.capped');
  const explained = body.get(name);
  if (name === 'explain' && isDocument(explained)) checkStrict(explained);
  if (name === 'find') checkFilter(body.get('filter'));
  const index = body.get('index');
  for (const field of name === 'collMod' && isDocument(index) ? UNSTABLE_INDEX_CHANGES : []) {
    if (isDocument(index) && index.has(field)) throw unstableField(`collMod.index.${field}`);
  }
  if (name === 'aggregate' || name === 'create') checkPipeline(body.get('pipeline'));
}

/** Text indexes are no part of the Stable API, so nothing can answer `$text`. */
function checkFilter(filter: Value | undefined): void {
  if (!isDocument(filter) || !filter.has('$text')) return;
  throw new CommandError('NoQueryExecutionPlans', 'No query solutions: text indexes are not used with apiStrict:true');
}

/** Refuses unstable stages, also those of the pipelines inside of stages. */
function checkPipeline(pipeline: Value | undefined): void {
  for (const stage of documents(pipeline)) {
    checkStage(stage);
    const name = stage.firstName() ?? '';
    const operand = stage.get(name);
    if (!isDocument(operand)) continue;
    if (name === '$lookup' || name === '$unionWith') checkPipeline(operand.get('pipeline'));
    if (name === '$facet') for (const [, inner] of operand.entries()) checkPipeline(inner);
  }
}

function checkIndex(index: Document): void {
  for (const field of UNSTABLE_INDEX_FIELDS) {
    if (index.has(field)) throw unstableField(`createIndexes.indexes.${field}`);
  }
  const key = index.get('key');
  for (const [, type] of isDocument(key) ? key.entries() : []) {
    if (typeof type !== 'string' || !UNSTABLE_INDEX_TYPES.has(type)) continue;
    if (type === 'text') throw strict(`The index type ${type} is not in API Version 1`);
    throw new CommandError('CannotCreateIndex', `Index type ${type} is not allowed with apiStrict:true`);
  }
}

function checkStage(stage: Document): void {
  const name = stage.firstName() ?? '';
  if (UNSTABLE_STAGES.has(name)) {
    throw strict(`stage ${name} is not allowed with 'apiStrict: true' in API Version 1`);
  }
  const parts = name === '$collStats' ? stage.get(name) : undefined;
  for (const [part] of isDocument(parts) ? parts.entries() : []) {
    if (part !== 'count') throw strict("only the 'count' option to $collStats is supported in API Version 1");
  }
}

function documents(list: Value | undefined): readonly Document[] {
  return Array.isArray(list) ? list.filter((item) => isDocument(item)) : [];
}

function unstableField(path: string): CommandError {
  return strict(`BSON field '${path}' is not allowed with apiStrict:true.`);
}

function strict(message: string): CommandError {
  return new CommandError('APIStrictError', message);
}

function wrongType(name: string, value: Value, expected: string): CommandError {
  return wrongFieldType(`APIParametersFromClient.${name}`, value, expected);
}
