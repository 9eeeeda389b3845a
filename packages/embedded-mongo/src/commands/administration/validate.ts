import type { Literal } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { buildDocument } from '../../bson/build-document.ts';
import { validateDocument } from '../../bson/validate-document.ts';
import type { Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { recordTable, type CollectionEntry } from '../../catalogue/entries.ts';
import { checkIndex } from '../../catalogue/index-mismatches.ts';
import { CommandError } from '../../server/command-error.ts';
import { blobOf, integerOf, LIMIT } from '../../store/connection.ts';
import { namespaceOf, type Command } from '../command.ts';

const CHUNK = 500;
const MAX_ERRORS = 100;

/** `validate`: compares records, schema and every index entry (MongoDB manual: validate); repairs are refused. */
export const validate: Command = {
  kind: 'read',
  fields: [
    'validate',
    'full',
    'scandata',
    'repair',
    'metadata',
    'background',
    'checkBSONConformance',
    'enforceFastCount',
    'fixMultikey',
  ],
  run: (request, view) => {
    for (const name of ['repair', 'metadata', 'fixMultikey']) {
      if (request.arguments.flag(name)) {
        throw new CommandError('InvalidOptions', `validate with '${name}' is not supported by the embedded store`);
      }
    }
    if (request.arguments.flag('background') && request.arguments.flag('full')) {
      throw new CommandError(
        'CommandNotSupported',
        'Running the validate command with both { background: true } and { full: true } is not supported.',
      );
    }
    const namespace = namespaceOf(request);
    const collection = findCollection(view, namespace);
    if (collection === undefined) {
      throw new CommandError('NamespaceNotFound', `Collection '${namespace}' does not exist to validate.`);
    }
    const records = checkRecords(view, collection);
    const checks = collection.indexes.map((index) => ({ index, check: checkIndex(view, collection, index) }));
    const errors = checks.flatMap(({ check }) => check.mismatches).slice(0, MAX_ERRORS);
    const keys = checks.map(({ index, check }): [string, Value] => [index.name, BigInt(check.entries)]);
    const details = checks.map(({ index, check }): [string, Value] => [
      index.name,
      buildDocument({ valid: check.mismatches.length === 0, spec: index.document }),
    ]);
    const warnings: Literal =
      records.unfit === 0
        ? []
        : [`Detected ${String(records.unfit)} documents not compliant with the collection's schema.`];
    return {
      ns: namespace,
      uuid: { kind: 'binData', subtype: 4, bytes: collection.uuid },
      nInvalidDocuments: records.invalid,
      nNonCompliantDocuments: records.unfit,
      nrecords: records.total,
      nIndexes: collection.indexes.length,
      keysPerIndex: new Document(new Map(keys)),
      indexDetails: new Document(new Map(details)),
      valid: records.invalid === 0 && errors.length === 0,
      repaired: false,
      warnings,
      errors,
      extraIndexEntries: [],
      missingIndexEntries: [],
      corruptRecords: [],
    };
  },
};

interface RecordCheck {
  readonly total: number;
  /** Documents that are not well-formed BSON. */
  readonly invalid: number;
  /** Documents the validator does not accept. */
  readonly unfit: number;
}

function checkRecords(view: View, collection: CollectionEntry): RecordCheck {
  let [total, invalid, unfit, last] = [0, 0, 0, -1];
  for (;;) {
    const sql = `SELECT rid, doc FROM ${recordTable(collection)} WHERE rid > ? ORDER BY rid ${LIMIT}`;
    const rows = view.connection.all(sql, last, CHUNK);
    for (const [rid, bytes] of rows) {
      last = integerOf(rid);
      total += 1;
      if (!isWellFormed(blobOf(bytes))) invalid += 1;
      else if (collection.validator?.accepts(new Document(blobOf(bytes))) === false) unfit += 1;
    }
    if (rows.length < CHUNK) return { total, invalid, unfit };
  }
}

function isWellFormed(bytes: Buffer): boolean {
  try {
    validateDocument(bytes, 200);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
