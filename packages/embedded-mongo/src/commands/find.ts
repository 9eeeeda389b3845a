import type { Variables } from '../aggregation/expression.ts';
import { Document } from '../bson/document.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { findCollection } from '../catalogue/collections.ts';
import type { CollectionEntry } from '../catalogue/entries.ts';
import { isVirtual } from '../catalogue/views.ts';
import { matchedPosition, type Filter } from '../query/filter.ts';
import { findRecords, type RecordQuery } from '../query/find-records.ts';
import { parseProjection } from '../query/projection.ts';
import type { StoredRecord } from '../store/records.ts';
import { constantsOf } from './constants.ts';
import type { Arguments } from './arguments.ts';
import { namespaceOf, type Command, type Reply } from './command.ts';
import { indexKeysFound, readFindQuery } from './find-query.ts';
import { isTailable, openTailable } from './tailable.ts';
import { findInView } from './view-reads.ts';

/** `find`: opens a cursor over matching documents, whose stored bytes are returned untouched without a projection. */
export const find: Command = {
  kind: 'read',
  fields: [
    'find',
    'filter',
    'sort',
    'projection',
    'hint',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'allowDiskUse',
    'allowPartialResults',
    'noCursorTimeout',
    'collation',
    'oplogReplay',
    'let',
    'min',
    'max',
    'returnKey',
    'showRecordId',
    'tailable',
    'awaitData',
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values, cursors, owner } = request;
    const isTailing = isTailable(request);
    const namespace = namespaceOf(request);
    if (isVirtual(view, namespace)) {
      const options = { batchSize: values.count('batchSize'), isSingleBatch: values.flag('singleBatch') };
      const first = cursors.open(namespace, owner, findInView(request, view), options);
      return cursorReply(namespace, 'firstBatch', first);
    }
    const variables = constantsOf(values.optionalDocument('let'));
    const query = readFindQuery(view, namespace, values, variables);
    const collection = findCollection(view, namespace);
    if (isTailing) {
      const shape = recordShape(query.filter, values, variables);
      return openTailable({ request, namespace, view, collection, query, shape });
    }
    const documents = collection === undefined ? [] : found({ view, collection, query, values, variables });
    const batch = cursors.open(namespace, owner, documents, {
      batchSize: values.count('batchSize'),
      isSingleBatch: values.flag('singleBatch'),
    });
    return cursorReply(namespace, 'firstBatch', batch);
  },
};

interface Finding {
  readonly view: View;
  readonly collection: CollectionEntry;
  readonly query: RecordQuery;
  readonly values: Arguments;
  readonly variables: Variables;
}

function found({ view, collection, query, values, variables }: Finding): Iterable<Document> {
  const records = findRecords(view, collection, query);
  if (values.flag('returnKey')) return indexKeysFound(view, collection, query, records);
  return shaped(records, recordShape(query.filter, values, variables));
}

/** What the client sees of a record. */
function recordShape(filter: Filter, values: Arguments, variables: Variables): (record: StoredRecord) => Document {
  const shape = shapeOf(filter, values.optionalDocument('projection'), variables);
  if (!values.flag('showRecordId')) return ({ document }) => shape(document);
  return ({ document, rid }) => new Document(new Map([...shape(document).entries(), ['$recordId', BigInt(rid)]]));
}

function shapeOf(
  filter: Filter,
  projection: Document | undefined,
  variables: Variables,
): (found: Document) => Document {
  if (projection === undefined || projection.firstName() === undefined) return (document) => document;
  const apply = parseProjection(projection);
  return (document) => apply(document, (path) => matchedPosition(filter, document, path), variables);
}

function* shaped(records: Iterable<StoredRecord>, shape: (record: StoredRecord) => Document): Generator<Document> {
  for (const record of records) yield shape(record);
}

/** The reply of every command that answers with a cursor. */
export function cursorReply(
  namespace: string,
  batchName: 'firstBatch' | 'nextBatch',
  batch: { readonly id: bigint; readonly documents: readonly Document[] },
): Reply {
  return { cursor: { [batchName]: batch.documents, id: batch.id, ns: namespace } };
}
