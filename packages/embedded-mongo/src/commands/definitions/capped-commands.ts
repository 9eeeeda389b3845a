import { toDouble } from '../../bson/arithmetic.ts';
import { buildDocument } from '../../bson/build-document.ts';
import { Document } from '../../bson/document.ts';
import { int, isNumber, type Value } from '../../bson/value.ts';
import { changeOptions } from '../../catalogue/change-collection.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { createCollection, findCollection } from '../../catalogue/collections.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import { findView } from '../../catalogue/views.ts';
import { findRecords } from '../../query/find-records.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { CommandError } from '../../server/command-error.ts';
import { insertRecord, trimCapped } from '../../store/records.ts';
import { namespaceIn, namespaceOf, type Command, type Request } from '../command.ts';

/** `convertToCapped`: limits a collection in place; the oldest documents beyond the size are removed. */
export const convertToCapped: Command = {
  kind: 'write',
  fields: ['convertToCapped', 'size'],
  run: (request, view) => {
    const size = sizeOf(request);
    const collection = sourceOf(request, view);
    const options = new Map<string, Value>(collection.options.entries());
    options.set('capped', true);
    options.set('size', size);
    trimCapped(view, changeOptions(view, collection, new Document(options)));
    return {};
  },
};

/** `cloneCollectionAsCapped`: copies the documents of a collection, without its indexes, to a new capped one. */
export const cloneCollectionAsCapped: Command = {
  kind: 'write',
  fields: ['cloneCollectionAsCapped', 'toCollection', 'size', 'temp'],
  run: (request, view) => {
    const to = namespaceIn(request.database, request.arguments.text('toCollection'));
    const size = sizeOf(request);
    const source = sourceOf(request, view);
    if (findCollection(view, to) !== undefined || findView(view, to) !== undefined) {
      throw new CommandError(
        'NamespaceExists',
        `cloneCollectionAsCapped failed - destination collection ${to} already exists. source collection: ${source.namespace}`,
      );
    }
    const records = [...findRecords(view, source, { filter: parseFilter(buildDocument({})) })];
    const options = new Map<string, Value>([
      ['capped', true],
      ['size', size],
    ]);
    let target = createCollection(view, to, new Document(options));
    for (const { document } of records) target = insertRecord(view, target, document);
    return {};
  },
};

function sourceOf(request: Request, view: View): CollectionEntry {
  const namespace = namespaceOf(request);
  if (findView(view, namespace) !== undefined) {
    throw new CommandError('CommandNotSupportedOnView', `${request.name} not supported for views: ${namespace}`);
  }
  const collection = findCollection(view, namespace);
  if (collection !== undefined) return collection;
  throw new CommandError('NamespaceNotFound', `database ${request.database} or collection ${namespace} not found`);
}

function sizeOf(request: Request): Value {
  const value = request.arguments.value('size');
  const size = value !== undefined && isNumber(value) ? Math.trunc(toDouble(value)) : request.arguments.count('size');
  if (size === undefined || !(size > 0)) {
    throw new CommandError('InvalidOptions', 'Capped collection size must be greater than zero');
  }
  if (size >= 2 ** 63) {
    throw new CommandError('BadValue', 'Capped collection size must be less than or equal to 2^63 - 1');
  }
  return size < 2 ** 31 ? int(size) : BigInt(size);
}
