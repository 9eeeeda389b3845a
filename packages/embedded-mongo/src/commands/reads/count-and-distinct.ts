import { verbatim } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { toDouble } from '../../bson/arithmetic.ts';
import { isNumber, type Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import { isVirtual } from '../../catalogue/views.ts';
import { someAt } from '../../query/filter.ts';
import { readHint } from '../../plan/hint.ts';
import { countRecords } from '../../query/count-records.ts';
import { findRecords, type RecordQuery } from '../../query/find-records.ts';
import { createMemoryMeter } from '../../query/memory-meter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { equalityKey } from '../../query/sort.ts';
import { countOf } from '../../query/take.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { CommandError } from '../../server/command-error.ts';
import { MAX_DOCUMENT_BYTES } from '../../update/storable.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import { namespaceOf, type Command, type Request } from '../command.ts';
import { readView } from './view-reads.ts';

/** `count`: how many documents match; refused in transactions as MongoDB does. */
export const count: Command = {
  kind: 'read',
  fields: ['count', 'query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  run: (request, view) => {
    if (isVirtual(view, namespaceOf(request))) return { n: countInView(request, view) };
    const query = readCountQuery(request, view);
    const collection = findCollection(view, namespaceOf(request));
    return { n: collection === undefined ? 0 : countRecords(view, collection, query) };
  },
};

/** What a `count` command asks for; a negative limit means the same as a positive one. */
export function readCountQuery({ arguments: values, database, name }: Request, view: View): RecordQuery {
  const limit = values.value('limit');
  const bound = isNumber(limit) ? Math.abs(Math.trunc(toDouble(limit))) : values.count('limit');
  return {
    filter: parseFilter(values.optionalDocument('query') ?? new Document(new Map())),
    skip: values.count('skip') ?? 0,
    limit: bound === 0 ? undefined : bound,
    hint: readHint(view, `${database}.${values.text(name)}`, values.value('hint')),
  };
}

function countInView(request: Request, view: View): number {
  const { arguments: values } = request;
  const [filter, skip, limit] = [values.optionalDocument('query'), values.count('skip'), values.count('limit')];
  return countOf(readView(view, request, { filter, skip, limit }));
}

function* matchingDocuments(request: Request, view: View): Generator<Document> {
  const query = request.arguments.optionalDocument('query');
  if (isVirtual(view, namespaceOf(request))) {
    yield* readView(view, request, { filter: query });
    return;
  }
  const hint = readHint(view, namespaceOf(request), request.arguments.value('hint'));
  const collection = findCollection(view, namespaceOf(request));
  const filter = parseFilter(query ?? new Document(new Map()));
  if (collection === undefined) return;
  for (const { document } of findRecords(view, collection, { filter, hint })) yield document;
}

/** `distinct`: the different values of a field in their own order, those of arrays one by one. */
export const distinct: Command = {
  kind: 'read',
  fields: ['distinct', 'key', 'query', 'hint', 'collation'],
  allowedInTransaction: true,
  run: (request, view) => {
    const path = request.arguments.text('key');
    if (path.includes('\0')) throw new CommandError(31_032, 'Key field cannot contain an embedded null byte');
    const segments = path.split('.');
    const found = new Map<string, Value>();
    const meter = createMemoryMeter(view.memoryLimit, 'distinct');
    const add = (value: Value): void => {
      const key = equalityKey(value);
      if (found.has(key)) return;
      meter.keepBytes(key.length);
      meter.keep(value);
      found.set(key, value);
    };
    for (const document of matchingDocuments(request, view)) {
      someAt(document, segments, 0, (value) => {
        if (Array.isArray(value)) for (const item of value) add(item);
        else if (value !== undefined) add(value);
        return false;
      });
    }
    const values = [...found.values()].toSorted(compareValues);
    if (encodeDocument(new Document(new Map([['values', values]]))).length > MAX_DOCUMENT_BYTES) {
      throw new CommandError(17_217, 'distinct too big, 16mb cap');
    }
    return { values: verbatim(values) };
  },
};
