import type { Document } from '../bson/document.ts';
import { isDocument, typeName, type Value } from '../bson/value.ts';
import { CommandError } from './command-error.ts';

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
  'update',
]);

/** The fields of stable commands that are not stable themselves. */
const UNSTABLE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  find: ['awaitData', 'max', 'min', 'noCursorTimeout', 'oplogReplay', 'returnKey', 'showRecordId', 'tailable'],
  create: ['autoIndexId', 'capped', 'indexOptionDefaults', 'max', 'size', 'storageEngine'],
};
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
  for (const field of UNSTABLE_FIELDS[name] ?? []) if (body.has(field)) throw unstableField(`${name}.${field}`);
  if (name === 'createIndexes') for (const index of documents(body.get('indexes'))) checkIndex(index);
  if (name !== 'aggregate') return;
  for (const stage of documents(body.get('pipeline'))) checkStage(stage);
}

function checkIndex(index: Document): void {
  for (const field of UNSTABLE_INDEX_FIELDS) {
    if (index.has(field)) throw unstableField(`createIndexes.indexes.${field}`);
  }
  const key = index.get('key');
  for (const [, type] of isDocument(key) ? key.entries() : []) {
    if (typeof type !== 'string' || !UNSTABLE_INDEX_TYPES.has(type)) continue;
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
  return new CommandError(
    'TypeMismatch',
    `BSON field 'APIParametersFromClient.${name}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
  );
}
