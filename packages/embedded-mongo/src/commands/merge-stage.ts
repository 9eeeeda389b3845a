import { compileExpression } from '../aggregation/compile-expression.ts';
import { NO_VARIABLES, type Expression, type Variables } from '../aggregation/expression.ts';
import { activeCollation } from '../bson/active-collation.ts';
import { isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import { checkNamespace, ensureCollection, findCollection } from '../catalogue/collections.ts';
import { duplicateKey } from '../catalogue/unique.ts';
import type { CollectionEntry, IndexSpec } from '../catalogue/entries.ts';
import { idIndexSpec } from '../catalogue/index-spec.ts';
import { findRecords } from '../query/find-records.ts';
import { conjunction } from '../query/parse-filter.ts';
import { equalTo } from '../query/predicates.ts';
import { CommandError } from '../server/command-error.ts';
import { insertRecord, replaceRecord, type StoredRecord } from '../store/records.ts';
import { parseUpdate, type Update } from '../update/apply-update.ts';
import { toStorable, withId } from '../update/storable.ts';

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
 */
export function runMerge(
  view: WriteView,
  database: string,
  specification: Value,
  documents: Iterable<Document>,
  variables: Variables,
): void {
  const merge = parseMerge(database, specification);
  const target = findCollection(view, merge.namespace);
  if (merge.isOnNamed) checkUniqueIndex(target?.indexes ?? [idIndexSpec(undefined)], merge.on);
  const made = [...documents];
  for (const document of made) mergeOne(view, merge, document, variables);
}

function parseMerge(database: string, specification: Value): Merge {
  const fields = isDocument(specification) ? specification : new Document(new Map([['into', specification]]));
  for (const [name] of fields.entries()) {
    if (!FIELDS.has(name)) throw new CommandError(40_415, `BSON field '$merge.${name}' is an unknown field.`);
  }
  const bindings = fields.get('let') ?? new Document(new Map([['new', '$$ROOT']]));
  if (!isDocument(bindings)) throw new CommandError('TypeMismatch', "BSON field '$merge.let' must be an object");
  const whenMatched = parseMatched(fields.get('whenMatched') ?? 'merge');
  if (typeof whenMatched === 'string' && fields.has('let')) {
    throw new CommandError(51_199, `Cannot use 'let' variables with 'whenMatched: ${whenMatched}' mode`);
  }
  const notMatched = fields.get('whenNotMatched') ?? 'insert';
  const whenNotMatched = NOT_MATCHED.find((choice) => choice === notMatched);
  if (whenNotMatched === undefined) {
    throw new CommandError('BadValue', "Enumeration value for field '$merge.whenNotMatched' is not a valid value.");
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
  return [...bindings.entries(), ['new', '$$ROOT'] as const].map(([name, value]) => [name, compileExpression(value)]);
}

function parseMatched(value: Value): WhenMatched {
  if (Array.isArray(value)) {
    // Parsed once in vain, so that a wrong pipeline is refused even when nothing matches.
    parseUpdate(value, undefined, NO_VARIABLES);
    return value;
  }
  const found = MATCHED.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new CommandError('BadValue', "Enumeration value for field '$merge.whenMatched' is not a valid value.");
}

function targetOf(database: string, into: Value | undefined): string {
  const coll = isDocument(into) ? into.get('coll') : into;
  const db = isDocument(into) ? (into.get('db') ?? database) : database;
  if (typeof coll !== 'string' || typeof db !== 'string') {
    throw new CommandError(51_178, "$merge 'into' field must be a string or an object with 'coll' and optionally 'db'");
  }
  const namespace = `${db}.${coll}`;
  checkNamespace(namespace);
  return namespace;
}

function parseOn(value: Value | undefined): readonly string[] {
  if (value === undefined) return ['_id'];
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

function mergeOne(view: WriteView, merge: Merge, made: Document, variables: Variables): void {
  const document = merge.on.includes('_id') || made.has('_id') ? withId(made) : made;
  const target = ensureCollection(view, merge.namespace);
  const filter = conjunction(
    merge.on.map((path) => {
      const segments = path.split('.');
      return { op: 'field', path, segments, predicate: equalTo(onValue(document, path, segments)) } as const;
    }),
  );
  const [record] = [...findRecords(view, target, { filter, limit: 1 })];
  if (record === undefined) insertUnmatched(view, merge, target, document);
  else changeMatched(view, merge, target, record, { document, filter, variables });
}

/** The value of an `on` field, which must be neither missing, null nor an array. */
function onValue(document: Document, path: string, segments: readonly string[]): Value {
  let value: Value | undefined = document;
  for (const segment of segments) {
    if (Array.isArray(value)) break;
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
