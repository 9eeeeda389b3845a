import type { Variables } from '../aggregation/expression.ts';
import { collating } from '../bson/active-collation.ts';
import { isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { formatBriefly } from '../bson/format-value.ts';
import { isDocument, type Value } from '../bson/value.ts';
import type { Filter } from '../query/filter.ts';
import { matchedPosition } from '../query/matched-position.ts';
import { CommandError } from '../server/command-error.ts';
import type { Replacement } from '../store/records.ts';
import { checkStorable, withId } from './storable.ts';
import { parseOperators, type Modify } from './parse-update.ts';
import { parseArrayFilters, refuseUnusedFilters } from './array-filters.ts';
import { parsePipelineUpdate } from './pipeline-update.ts';
import { seedFromFilter } from './seed.ts';

/** A parsed update, ready for any number of documents. */
export interface Update {
  readonly isReplacement: boolean;
  /** How change streams are to describe it. */
  readonly form: Replacement;
  /** The changed document, or undefined when nothing changed. */
  apply(document: Document, filter: Filter): Document | undefined;
  /** The document an upsert inserts. */
  seed(filter: Filter): Document;
}

/** Parses an update of any of the three forms: operators, a whole document, or a pipeline. */
export function parseUpdate(update: Value, arrayFilters: Value | undefined, variables: Variables): Update {
  const filters = parseArrayFilters(arrayFilters);
  const modify = chooseForm(update, variables, new Set(filters.keys()));
  // A replacement has no paths, so MongoDB does not ask what its array filters are for.
  if (isDocument(update)) {
    if (!modify.isReplacement) refuseUnusedFilters(filters, update);
  } else if (filters.size > 0)
    throw new CommandError('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
  // A pipeline too makes a whole document, in which what must not change is looked for afterwards.
  const idPath = modify.isReplacement || !isDocument(update) ? undefined : idPathOf(update);
  const now = Date.now();
  const run = (target: Document, filter: Filter, isInsert: boolean): void => {
    const original = new Document(encodeDocument(target));
    modify.run(target, {
      isInsert,
      arrayFilters: filters,
      now,
      matchedPosition: () => matchedPosition(filter, original),
    });
  };
  return {
    isReplacement: modify.isReplacement,
    form: formOf(modify.isReplacement, update),
    apply: (document, filter) => {
      const before = encodeDocument(document);
      const target = new Document(before);
      run(target, filter, false);
      checkId(document.get('_id'), target, idPath);
      const changed = withId(target);
      const bytes = encodeDocument(changed);
      if (bytes.equals(before)) return undefined;
      checkStorable(bytes, 'update');
      return new Document(bytes);
    },
    seed: (filter) => {
      const target = seedFromFilter(filter, modify.isReplacement);
      // A copy, for operators change documents where they are.
      const id = new Document(encodeDocument(target)).get('_id');
      run(target, filter, true);
      if (id !== undefined) checkId(id, target, idPath);
      const seeded = withId(target);
      const bytes = encodeDocument(seeded);
      checkStorable(bytes, 'upsert');
      return new Document(bytes);
    },
  };
}

/** The operators whose fields change streams show as a whole, even where only a part of them changed. */
const WHOLE = ['$set', '$pull', '$pullAll', '$pop', '$addToSet'];

function formOf(isReplacement: boolean, update: Value): Replacement {
  if (isReplacement) return { kind: 'replace' };
  if (!isDocument(update)) return { kind: 'pipeline' };
  const changed = WHOLE.flatMap((operator) => {
    const fields = update.get(operator);
    return isDocument(fields) ? [...fields.entries()].map(([path]) => path) : [];
  });
  const pushed = update.get('$push');
  const sorted = isDocument(pushed)
    ? [...pushed.entries()].flatMap(([path, value]) => (isDocument(value) && value.has('$sort') ? [path] : []))
    : [];
  return { kind: 'update', wholePaths: new Set([...changed, ...sorted]) };
}

interface Form {
  readonly isReplacement: boolean;
  readonly run: Modify;
}

function chooseForm(update: Value, variables: Variables, filters: ReadonlySet<string>): Form {
  if (Array.isArray(update)) return { isReplacement: false, run: parsePipelineUpdate(update, variables) };
  if (!isDocument(update))
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  const first = update.firstName();
  if (first?.startsWith('$') === true) return { isReplacement: false, run: parseOperators(update, filters) };
  return { isReplacement: true, run: replacement(update) };
}

function replacement(update: Document): Modify {
  for (const [name] of update.entries()) {
    if (name.startsWith('$')) {
      throw new CommandError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
  }
  return (document) => {
    const id = document.get('_id');
    document.fields.clear();
    if (id !== undefined && !update.has('_id')) document.fields.set('_id', id);
    for (const [name, value] of update.entries()) document.fields.set(name, value);
  };
}

/** The path by which operators would change the identifier. */
function idPathOf(update: Document): string {
  const paths = [...update.entries()].flatMap(([, fields]) =>
    isDocument(fields) ? [...fields.entries()].map(([path]) => path) : [],
  );
  return paths.find((path) => path.startsWith('_id.')) ?? '_id';
}

function checkId(before: Value | undefined, after: Document, idPath: string | undefined): void {
  const id = after.get('_id');
  // Whatever the collation, an identifier is changed by changing its bytes.
  if (id !== undefined && collating(undefined, () => isEqual(before, id))) {
    // An equal number of another type would still change the stored bytes of the immutable field.
    if (before !== undefined) after.fields.set('_id', before);
    return;
  }
  throw new CommandError(
    'ImmutableField',
    idPath === undefined
      ? `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${formatBriefly(id ?? null)}`
      : `Performing an update on the path '${idPath}' would modify the immutable field '_id'`,
  );
}
