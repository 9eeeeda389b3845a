import { randomUUID } from 'node:crypto';
import { Document } from '../../bson/document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import { renameEntry } from '../../catalogue/change-collection.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import {
  buildIndex,
  checkNamespace,
  dropCollection,
  findCollection,
  createCollection,
} from '../../catalogue/collections.ts';
import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord } from '../../store/records.ts';
import { toStorable } from '../../update/storable.ts';
import { refuseSpecialTarget } from './special-targets.ts';

/**
 * Runs `$out` (MongoDB manual: $out): the collection it names is replaced by the documents as one step, keeping its
 * options and indexes; a document that violates them leaves the former collection as it was.
 */
export function runOut(view: WriteView, database: string, specification: Value, documents: Iterable<Document>): void {
  const namespace = targetOf(database, specification);
  const former = findCollection(view, namespace);
  if (former?.capped !== undefined) {
    throw new CommandError(17_152, `namespace '${namespace}' is capped so it can't be used for $out`);
  }
  const temporary = `${splitNamespace(namespace).database}.tmp.agg_out.${randomUUID()}`;
  let next = createCollection(view, temporary, former?.options ?? new Document(new Map()));
  for (const index of former?.indexes ?? []) if (index.name !== '_id_') next = buildIndex(view, next, index);
  for (const document of documents) next = insertRecord(view, next, toStorable(document));
  const current = findCollection(view, namespace);
  if (current !== undefined) dropCollection(view, current);
  renameEntry(view, next, namespace, current);
}

function targetOf(database: string, specification: Value): string {
  if (typeof specification === 'string') return checked(`${database}.${specification}`);
  if (!isDocument(specification)) {
    throw new CommandError(16_990, '$out only supports a string or object argument');
  }
  for (const [name] of specification.entries()) {
    if (name === 'timeseries') {
      throw new CommandError('InvalidOptions', 'Time series collections are not supported by the embedded store');
    }
    if (name !== 'db' && name !== 'coll') {
      throw new CommandError(40_415, `BSON field '$out.${name}' is an unknown field.`);
    }
  }
  const [db, coll] = [specification.get('db'), specification.get('coll')];
  if (typeof db !== 'string' || typeof coll !== 'string') {
    throw new CommandError(16_994, "If an object is passed to $out it must have exactly 2 fields: 'db' and 'coll'");
  }
  return checked(`${db}.${coll}`);
}

function checked(namespace: string): string {
  refuseSpecialTarget(namespace, { stage: '$out', system: 17_385, internal: 31_321 });
  checkNamespace(namespace);
  return namespace;
}
