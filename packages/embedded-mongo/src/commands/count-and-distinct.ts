import { verbatim } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { findCollection } from '../catalogue/collections.ts';
import { recordTable, type CollectionEntry } from '../catalogue/entries.ts';
import { someAt } from '../query/filter.ts';
import { findRecords } from '../query/find-records.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { equalityKey } from '../query/sort.ts';
import { countOf } from '../query/take.ts';
import { compareValues } from '../bson/compare-values.ts';
import { CommandError } from '../server/command-error.ts';
import { integerOf } from '../store/connection.ts';
import { MAX_DOCUMENT_BYTES } from '../update/storable.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { checkHint } from './check-hint.ts';
import { namespaceOf, type Command } from './command.ts';
import { refuseCollation } from './refuse-collation.ts';

/** `count`: how many documents match; refused in transactions as MongoDB does. */
export const count: Command = {
  kind: 'read',
  fields: ['count', 'query', 'limit', 'skip', 'hint', 'collation'],
  run: (request, view) => {
    refuseCollation(request.arguments);
    checkHint(view, namespaceOf(request), request.arguments.value('hint'));
    const collection = findCollection(view, namespaceOf(request));
    if (collection === undefined) return { n: 0 };
    const query = request.arguments.optionalDocument('query');
    const skip = request.arguments.count('skip') ?? 0;
    const limit = request.arguments.count('limit') ?? 0;
    const isWhole = query === undefined || query.firstName() === undefined;
    const total = isWhole ? countAll(view, collection) : countMatching(view, collection, query);
    const rest = Math.max(0, total - skip);
    return { n: limit === 0 ? rest : Math.min(rest, limit) };
  },
};

function countAll(view: View, collection: CollectionEntry): number {
  return integerOf(view.connection.get(`SELECT count(*) FROM ${recordTable(collection)}`)?.[0]);
}

function countMatching(view: View, collection: CollectionEntry, query: Document): number {
  return countOf(findRecords(view, collection, { filter: parseFilter(query) }));
}

/** `distinct`: the different values of a field, those of arrays one by one. */
export const distinct: Command = {
  kind: 'read',
  fields: ['distinct', 'key', 'query', 'hint', 'collation'],
  allowedInTransaction: true,
  run: (request, view) => {
    refuseCollation(request.arguments);
    checkHint(view, namespaceOf(request), request.arguments.value('hint'));
    const collection = findCollection(view, namespaceOf(request));
    const segments = request.arguments.text('key').split('.');
    const filter = parseFilter(request.arguments.optionalDocument('query') ?? new Document(new Map()));
    const found = new Map<string, Value>();
    const add = (value: Value): void => {
      const key = equalityKey(value);
      if (!found.has(key)) found.set(key, value);
    };
    for (const { document } of collection === undefined ? [] : findRecords(view, collection, { filter })) {
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
