import { isTruthy } from '../../aggregation/expression.ts';
import { toDouble } from '../../bson/arithmetic.ts';
import { buildDocument, verbatim, type Literal } from '../../bson/build-document.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { formatDocument } from '../../bson/format-value.ts';
import { isNumber, type Value } from '../../bson/value.ts';
import { changeIndex } from '../../catalogue/change-collection.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { duplicateIds } from '../../catalogue/duplicate-keys.ts';
import type { CollectionEntry, IndexEntry } from '../../catalogue/entries.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import { readArguments, type Arguments } from '../arguments.ts';
import type { Reply } from '../command.ts';

const SETTINGS = ['expireAfterSeconds', 'hidden', 'unique', 'prepareUnique', 'forceNonUnique'] as const;
const INDEX_FIELDS: ReadonlySet<string> = new Set(['keyPattern', 'name', ...SETTINGS]);

/** The most seconds a document may live by a TTL index. */
const MAX_SECONDS = 2 ** 31 - 1;

/** Which index a `collMod` changes, and how it says so. */
export interface IndexChange {
  readonly index?: IndexEntry;
  readonly asked?: Document;
}

/** Changes one index as the `index` field of `collMod` asks. */
export function modifyIndex(
  view: WriteView,
  collection: CollectionEntry,
  specification: Document,
): IndexChange & { readonly reply: Reply } {
  const { values, index } = readChange(collection, specification);
  const fields = new Map<string, Value>(index.document.entries());
  const reply: { [name: string]: Literal } = {};
  const seconds = secondsOf(values);
  if (seconds !== undefined) {
    reply['expireAfterSeconds_old'] = index.document.get('expireAfterSeconds');
    reply['expireAfterSeconds_new'] = seconds;
    fields.set('expireAfterSeconds', seconds);
  }
  if (values.value('hidden') !== undefined) {
    const isHidden = values.flag('hidden');
    if (isHidden && index.name === '_id_') throw new CommandError('BadValue', "can't hide _id index");
    reply['hidden_old'] = isTruthy(index.document.get('hidden'));
    reply['hidden_new'] = isHidden;
    fields.delete('hidden');
    if (isHidden) fields.set('hidden', true);
  }
  if (values.value('prepareUnique') !== undefined && !index.isUnique) {
    reply['prepareUnique_old'] = index.refusesDuplicates;
    reply['prepareUnique_new'] = values.flag('prepareUnique');
    fields.set('prepareUnique', values.flag('prepareUnique'));
  }
  if (values.value('unique') !== undefined) {
    checkConvertible(view, collection, index, values.flag('unique'));
    if (!index.isUnique) reply['unique_new'] = true;
    fields.set('unique', true);
    fields.delete('prepareUnique');
  }
  if (values.value('forceNonUnique') !== undefined) {
    if (!values.flag('forceNonUnique')) throw new CommandError('BadValue', "'forceNonUnique: false' is not supported");
    if (index.isUnique) reply['forceNonUnique_new'] = true;
    fields.delete('unique');
  }
  changeIndex(view, collection, index, new Document(fields));
  return { reply, index, asked: specification };
}

/** What `collMod` would refuse of making an index unique, with nothing changed (`dryRun`). */
export function rehearseIndexChange(view: WriteView, collection: CollectionEntry, specification: Document): void {
  const { values, index } = readChange(collection, specification);
  if (SETTINGS.some((name) => (values.value(name) !== undefined) !== (name === 'unique'))) throw refusedDryRun();
  checkConvertible(view, collection, index, values.flag('unique'));
}

/** The refusal to rehearse anything but making an index unique. */
export function refusedDryRun(): CommandError {
  return new CommandError(
    'InvalidOptions',
    'dry run mode is only supported for converting an index to unique, without any other modification',
  );
}

function readChange(
  collection: CollectionEntry,
  specification: Document,
): { readonly values: Arguments; readonly index: IndexEntry } {
  const values = readArguments('collMod.index', specification, INDEX_FIELDS);
  const [name, pattern] = [values.optionalText('name'), values.optionalDocument('keyPattern')];
  if (name === undefined && pattern === undefined) {
    throw new CommandError('InvalidOptions', 'Must specify either index name or key pattern.');
  }
  if (name !== undefined && pattern !== undefined) {
    throw new CommandError('InvalidOptions', 'Cannot specify both key pattern and name.');
  }
  if (SETTINGS.every((setting) => values.value(setting) === undefined)) {
    throw new CommandError('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  const seconds = secondsOf(values);
  if (seconds !== undefined && seconds < 0n) {
    throw new CommandError('InvalidOptions', "TTL index 'expireAfterSeconds' option cannot be less than 0");
  }
  if (seconds !== undefined && seconds > MAX_SECONDS) {
    throw new CommandError(
      'InvalidOptions',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a different value than ${String(seconds)}`,
    );
  }
  const index = chooseIndex(collection, name, pattern);
  if (seconds !== undefined) checkExpirable(index);
  return { values, index };
}

function secondsOf(values: Arguments): bigint | undefined {
  const value = values.value('expireAfterSeconds');
  if (value === undefined) return undefined;
  if (!isNumber(value)) {
    throw wrongFieldType('collMod.index.expireAfterSeconds', value, 'long', 'int', 'decimal', 'double');
  }
  const seconds = Math.trunc(toDouble(value));
  if (Number.isNaN(seconds)) return 0n;
  return BigInt(Math.max(-MAX_SECONDS, Math.min(seconds, Number.MAX_SAFE_INTEGER)));
}

function checkExpirable(index: IndexEntry): void {
  if (index.name === '_id_') {
    throw new CommandError('InvalidOptions', 'the _id field does not support TTL indexes');
  }
  if (index.fields.length !== 1) {
    throw new CommandError(
      'InvalidOptions',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    );
  }
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

function chooseIndex(collection: CollectionEntry, name: string | undefined, pattern: Document | undefined): IndexEntry {
  const [found, other] = collection.indexes.filter((index) =>
    pattern === undefined ? index.name === name : isEqual(index.document.get('key'), pattern),
  );
  if (found !== undefined && other !== undefined && pattern !== undefined) {
    throw new CommandError(
      'AmbiguousIndexKeyPattern',
      `index keyPattern ${formatDocument(pattern)} matches multiple indexes, must use index name. Conflicting indexes: ${formatDocument(found.document)}, ${formatDocument(other.document)}`,
    );
  }
  if (found !== undefined) return found;
  const shown = pattern === undefined ? (name ?? '') : formatDocument(pattern);
  throw new CommandError('IndexNotFound', `cannot find index ${shown} for ns ${collection.namespace}`);
}
