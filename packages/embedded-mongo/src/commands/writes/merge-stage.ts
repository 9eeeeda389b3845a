import { compileExpression } from '../../aggregation/compile-expression.ts';
import type { Expression, Variables } from '../../aggregation/expression.ts';
import { checkVariableName, inScope, scopeVariables } from '../../aggregation/variable-scope.ts';
import { activeCollation } from '../../bson/active-collation.ts';
import { isEqual } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { checkNamespace, ensureCollection, findCollection } from '../../catalogue/collections.ts';
import { duplicateKey } from '../../catalogue/unique.ts';
import type { CollectionEntry, IndexSpec } from '../../catalogue/entries.ts';
import { idIndexSpec } from '../../catalogue/index-spec.ts';
import type { Filter } from '../../query/filter.ts';
import { findRecords } from '../../query/find-records.ts';
import { conjunction } from '../../query/parse-filter.ts';
import { equalTo } from '../../query/predicates.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord, replaceRecord, type StoredRecord } from '../../store/records.ts';
import { parseUpdate, type Update } from '../../update/apply-update.ts';
import { toStorable, withId } from '../../update/storable.ts';
import { refuseSpecialTarget } from './special-targets.ts';

const FIELDS = new Set(['into', 'on', 'let', 'whenMatched', 'whenNotMatched']);
const MATCHED = ['replace', 'keepExisting', 'merge', 'fail'] as const;
const NOT_MATCHED = ['insert', 'discard', 'fail'] as const;

type WhenMatched = (typeof MATCHED)[number] | readonly Value[];

interface Merge {
  readonly namespace: string;
  readonly on: readonly string[];
  /** Whether `on` was given; the `_id` taken otherwise needs no look for an index. */
  readonly isOnNamed: boolean;
  readonly whenMatched: WhenMatched;
  readonly whenNotMatched: (typeof NOT_MATCHED)[number];
  readonly bindings: readonly (readonly [string, Expression])[];
}

/**
 * Runs `$merge` (MongoDB manual: $merge): every document replaces, changes or joins the one that has the same `on`
 * fields, which a unique index of the target must guarantee. The documents are all made before the first is written.
 * What can be written is, and the first failure of the others is the answer: it must be reported without undoing them.
 */
export function runMerge(
  view: WriteView,
  database: string,
  specification: Value,
  documents: Iterable<Document>,
  variables: Variables,
): CommandError | undefined {
  const merge = inScope(variables, () => parseMerge(database, specification));
  const target = findCollection(view, merge.namespace);
  if (merge.isOnNamed) checkUniqueIndex(target?.indexes ?? [idIndexSpec(undefined)], merge.on);
  const made = [...documents].map((document) => prepare(merge, document));
  let failure: CommandError | undefined;
  for (const one of made) {
    try {
      mergeOne(view, merge, one, variables);
    } catch (error) {
      if (!(error instanceof CommandError) || error.labels.length > 0) throw error;
      failure ??= error;
    }
  }
  return failure;
}

interface Prepared {
  readonly document: Document;
  readonly filter: Filter;
}

/** A document to merge, and the filter of the one it meets. */
function prepare(merge: Merge, made: Document): Prepared {
  const document = merge.on.includes('_id') || made.has('_id') ? withId(made) : made;
  const filter = conjunction(
    merge.on.map((path) => {
      const segments = path.split('.');
      return { op: 'field', path, segments, predicate: equalTo(onValue(document, path, segments)) } as const;
    }),
  );
  return { document, filter };
}

function parseMerge(database: string, specification: Value): Merge {
  if (typeof specification !== 'string' && !isDocument(specification)) {
    throw new CommandError(51_182, `$merge requires a string or object argument, but found ${typeName(specification)}`);
  }
  const fields = isDocument(specification) ? specification : new Document(new Map([['into', specification]]));
  for (const [name] of fields.entries()) {
    if (!FIELDS.has(name)) throw new CommandError(40_415, `BSON field '$merge.${name}' is an unknown field.`);
  }
  if (!fields.has('into')) throw new CommandError(40_414, "BSON field '$merge.into' is missing but a required field");
  const bindings = fields.get('let') ?? new Document(new Map([['new', '$$ROOT']]));
  if (!isDocument(bindings)) throw new CommandError('TypeMismatch', "BSON field '$merge.let' must be an object");
  const whenMatched = parseMatched(fields.get('whenMatched') ?? 'merge', bindings);
  if (typeof whenMatched === 'string' && fields.has('let')) {
    throw new CommandError(51_199, `Cannot use 'let' variables with 'whenMatched: ${whenMatched}' mode`);
  }
  const notMatched = fields.get('whenNotMatched') ?? 'insert';
  const whenNotMatched = NOT_MATCHED.find((choice) => choice === notMatched);
  if (whenNotMatched === undefined) {
    throw new CommandError('BadValue', "Enumeration value for field '$merge.whenNotMatched' is not a valid value.");
  }
  if (whenNotMatched !== 'insert' && (whenMatched === 'keepExisting' || whenMatched === 'fail')) {
    throw new CommandError(
      51_181,
      `Combination of $merge modes 'whenMatched: ${whenMatched}' and 'whenNotMatched: ${whenNotMatched}' is not supported`,
    );
  }
  return {
    namespace: targetOf(database, fields.get('into')),
    on: parseOn(fields.get('on')),
    isOnNamed: fields.has('on'),
    whenMatched,
    whenNotMatched,
    bindings: parseBindings(bindings),
  };
}

function parseBindings(bindings: Document): Merge['bindings'] {
  const whole = bindings.get('new');
  if (whole !== undefined && whole !== '$$ROOT') {
    throw new CommandError(51_273, "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'");
  }
  return [...bindings.entries(), ['new', '$$ROOT'] as const].map(([name, value]) => [
    checkVariableName(name),
    compileExpression(value),
  ]);
}

function parseMatched(value: Value, bindings: Document): WhenMatched {
  if (Array.isArray(value)) {
    // Parsed once in vain, so that a wrong pipeline is refused even when nothing matches.
    const names = [...bindings.entries()].map(([name]): [string, undefined] => [name, undefined]);
    parseUpdate(value, undefined, new Map([...scopeVariables(), ...names, ['new', undefined]]));
    return value;
  }
  if (typeof value !== 'string') {
    throw new CommandError(
      51_191,
      `$merge 'whenMatched' field must be either a string or an array, but found ${typeName(value)}`,
    );
  }
  const found = MATCHED.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new CommandError('BadValue', "Enumeration value for field '$merge.whenMatched' is not a valid value.");
}

function targetOf(database: string, into: Value | undefined): string {
  for (const [name] of isDocument(into) ? into.entries() : []) {
    if (name !== 'db' && name !== 'coll')
      throw new CommandError(40_415, `BSON field '$merge.into.${name}' is an unknown field.`);
  }
  const coll = isDocument(into) ? into.get('coll') : into;
  const db = isDocument(into) ? (into.get('db') ?? database) : database;
  if (typeof coll !== 'string' || typeof db !== 'string') {
    throw new CommandError(51_178, "$merge 'into' field must be a string or an object with 'coll' and optionally 'db'");
  }
  const namespace = `${db}.${coll}`;
  refuseSpecialTarget(namespace, { stage: '$merge', system: 31_319, internal: 31_320 });
  checkNamespace(namespace);
  return namespace;
}

function parseOn(value: Value | undefined): readonly string[] {
  if (value === undefined) return ['_id'];
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw new CommandError(
      51_186,
      `$merge 'on' field must be either a string or an array of strings, but found ${typeName(value)}`,
    );
  }
  const paths = Array.isArray(value) ? value : [value];
  if (paths.length === 0) {
    throw new CommandError(51_187, "If explicitly specifying $merge 'on', must include at least one field");
  }
  const names = paths.map((path) => {
    if (typeof path === 'string') return path;
    throw new CommandError(51_134, "$merge 'on' array elements must be strings");
  });
  if (new Set(names).size === names.length) return names;
  throw new CommandError(31_465, "Found a duplicate field in $merge 'on'");
}

function checkUniqueIndex(indexes: readonly IndexSpec[], on: readonly string[]): void {
  if (!indexes.some((index) => isUniqueOver(index, on))) throw notUnique();
}

function isUniqueOver(index: IndexSpec, on: readonly string[]): boolean {
  const wanted = new Set(on);
  return (
    index.isUnique &&
    index.partialFilter === undefined &&
    index.fields.length === wanted.size &&
    index.fields.every((field) => wanted.has(field.path) && field.collation === activeCollation())
  );
}

function notUnique(): CommandError {
  return new CommandError(51_183, 'Cannot find index to verify that join fields will be unique');
}

function mergeOne(view: WriteView, merge: Merge, { document, filter }: Prepared, variables: Variables): void {
  const target = ensureCollection(view, merge.namespace);
  const [record] = [...findRecords(view, target, { filter, limit: 1 })];
  if (record === undefined) insertUnmatched(view, merge, target, document);
  else changeMatched(view, merge, target, record, { document, filter, variables });
}

/** The value of an `on` field, which must be neither missing, null nor an array. */
function onValue(document: Document, path: string, segments: readonly string[]): Value {
  let value: Value | undefined = document;
  for (const segment of segments) {
    value = isDocument(value) ? value.get(segment) : undefined;
  }
  if (Array.isArray(value)) {
    throw new CommandError(51_185, `$merge write error: 'on' field '${path}' cannot be an array`);
  }
  if (value === undefined || value === null) {
    throw new CommandError(
      51_132,
      `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`,
    );
  }
  return value;
}

function insertUnmatched(view: WriteView, merge: Merge, target: CollectionEntry, document: Document): void {
  if (merge.whenNotMatched === 'insert') insertRecord(view, target, toStorable(document));
  if (merge.whenNotMatched === 'fail') {
    throw new CommandError(
      13_113,
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    );
  }
}

interface Matching {
  readonly document: Document;
  readonly filter: Parameters<Update['apply']>[1];
  readonly variables: Variables;
}

function changeMatched(
  view: WriteView,
  merge: Merge,
  target: CollectionEntry,
  record: StoredRecord,
  { document, filter, variables }: Matching,
): void {
  const { whenMatched } = merge;
  if (whenMatched === 'keepExisting') return;
  if (whenMatched === 'fail') {
    const index = target.indexes.find((one) => isUniqueOver(one, merge.on));
    if (index === undefined) throw notUnique();
    throw duplicateKey(
      target,
      index,
      index.fields.map(({ path, segments }) => onValue(document, path, segments)),
    );
  }
  if (typeof whenMatched === 'string') refuseDollarFields(document);
  const bound = new Map(variables);
  for (const [name, evaluate] of merge.bindings) bound.set(name, evaluate({ root: document, variables }));
  const after = updateFor(whenMatched, document, bound).apply(record.document, filter);
  if (after === undefined) return;
  if (!isEqual(after.get('_id'), record.document.get('_id'))) {
    throw new CommandError(
      'ImmutableField',
      "$merge failed to update the matching document: it would modify the immutable field '_id'",
    );
  }
  replaceRecord(view, target, record, after);
}

/** Refuses to put a field that starts with a dollar sign into a document that is there; a new one may have it. */
function refuseDollarFields(document: Document): void {
  for (const [name] of document.entries()) {
    if (!name.startsWith('$')) continue;
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
}

function updateFor(
  whenMatched: Exclude<WhenMatched, 'keepExisting' | 'fail'>,
  document: Document,
  bound: Variables,
): Update {
  if (whenMatched === 'replace') return parseUpdate(document, undefined, bound);
  if (whenMatched !== 'merge') return parseUpdate([...whenMatched], undefined, bound);
  return parseUpdate([mergeStage()], undefined, bound);
}

/** The stage that lays the new document's fields over the existing ones. */
function mergeStage(): Document {
  const merged = new Document(new Map<string, Value>([['$mergeObjects', ['$$ROOT', '$$new']]]));
  return new Document(new Map<string, Value>([['$replaceWith', merged]]));
}
