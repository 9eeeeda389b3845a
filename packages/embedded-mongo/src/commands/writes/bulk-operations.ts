import { toInteger } from '../../bson/arithmetic.ts';
import type { Document } from '../../bson/document.ts';
import { formatDocument } from '../../bson/format-value.ts';
import { isDocument, isNumber } from '../../bson/value.ts';
import { checkNamespace } from '../../catalogue/collections.ts';
import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import { checkChoiceTypes, checkUpdateTypes } from './update-statement.ts';

/** One operation of a `bulkWrite`, with fields of the right types. */
export interface BulkOperation {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly namespace: string;
  readonly values: Arguments;
}

/** What the parts of an update are called here. */
export const BULK_UPDATE_NAMES = { filter: 'filter', change: 'updateMods', constants: 'constants' };

const NAMESPACE_FIELDS = new Set(['ns', 'collectionUUID', 'encryptionInformation']);
const FIELDS: Readonly<Record<BulkOperation['kind'], ReadonlySet<string>>> = {
  insert: new Set(['insert', 'document']),
  update: new Set([
    'update',
    'filter',
    'updateMods',
    'multi',
    'upsert',
    'arrayFilters',
    'hint',
    'sort',
    'collation',
    'constants',
  ]),
  delete: new Set(['delete', 'filter', 'multi', 'hint', 'collation']),
};

/** The namespaces of a `bulkWrite`. */
export function readNamespaces(entries: readonly Document[]): readonly string[] {
  return entries.map((entry) => {
    const namespace = readArguments('bulkWrite.nsInfo', entry, NAMESPACE_FIELDS).text('ns');
    const { database, name } = splitNamespace(namespace);
    if (database === '' || name === '') {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified for bulkWrite: '${database}'`);
    }
    if (!isSystem(namespace)) checkNamespace(namespace);
    return namespace;
  });
}

function isSystem(namespace: string): boolean {
  return splitNamespace(namespace).name.startsWith('system.');
}

/** Refuses to write to what only the server writes to; unlike a bad name it fails one operation, not the command. */
export function refuseSystem(namespace: string): void {
  if (isSystem(namespace)) throw new CommandError('InvalidNamespace', `cannot write to '${namespace}'`);
}

/** Reads one operation. What is malformed fails the whole command before anything is written, as in MongoDB. */
export function readOperation(operation: Document): {
  kind: BulkOperation['kind'];
  position: bigint;
  values: Arguments;
} {
  const kind = operation.firstName() ?? '';
  if (!isKind(kind)) throw new CommandError(40_415, `BSON field 'bulkWrite.${kind}' is an unknown field.`);
  const values = readArguments('bulkWrite.ops', operation, FIELDS[kind]);
  const given = values.value(kind) ?? null;
  if (!isNumber(given)) {
    throw wrongFieldType(`bulkWrite.ops.${kind}`, given, 'long', 'int', 'decimal', 'double');
  }
  const position = toInteger(given) ?? -1n;
  if (position < 0n) {
    throw new CommandError('BadValue', `BSON field '${kind}' value must be >= 0, actual value '${String(position)}'`);
  }
  checkFields(kind, values);
  return { kind, position, values };
}

/** Gives an operation its namespace. */
export function placeOperation(
  operation: Document,
  { kind, position, values }: ReturnType<typeof readOperation>,
  namespaces: readonly string[],
): BulkOperation {
  const namespace = namespaces[Number(position)];
  if (namespace !== undefined) return { kind, namespace, values };
  throw new CommandError('BadValue', `BulkWrite ops entry ${formatDocument(operation)} has an invalid nsInfo index.`);
}

function isKind(name: string): name is BulkOperation['kind'] {
  return name === 'insert' || name === 'update' || name === 'delete';
}

function checkFields(kind: BulkOperation['kind'], values: Arguments): void {
  if (kind === 'insert') {
    values.document('document');
    return;
  }
  values.document('filter');
  values.flag('multi');
  checkChoiceTypes(values);
  if (kind === 'delete') return;
  const change = values.value('updateMods') ?? null;
  if (change === null) {
    throw new CommandError(40_414, "BSON field 'bulkWrite.ops.updateMods' is missing but a required field");
  }
  if (!isDocument(change) && !Array.isArray(change)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  checkUpdateTypes(values, BULK_UPDATE_NAMES);
}
