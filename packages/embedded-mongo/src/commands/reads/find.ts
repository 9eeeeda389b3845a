import type { Variables } from '../../aggregation/expression.ts';
import { asksForTextScore } from '../../aggregation/text-score-use.ts';
import { inScope } from '../../aggregation/variable-scope.ts';
import { Document } from '../../bson/document.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { findCollection } from '../../catalogue/collections.ts';
import type { CollectionEntry } from '../../catalogue/entries.ts';
import { isNumber, typeName, type Value } from '../../bson/value.ts';
import { isVirtual } from '../../catalogue/views.ts';
import type { Filter } from '../../query/filter.ts';
import { matchedPosition } from '../../query/matched-position.ts';
import { findRecords, type RecordQuery } from '../../query/find-records.ts';
import { parseProjection } from '../../query/projection.ts';
import { textSearchOf } from '../../plan/text-plan.ts';
import { CommandError } from '../../server/command-error.ts';
import { DURING_AGGREGATION } from '../../server/cursors/cursors.ts';
import type { StoredRecord } from '../../store/records.ts';
import { noTextScore } from '../../text/text-score.ts';
import { constantsOf } from '../constants.ts';
import type { Arguments } from '../arguments.ts';
import { namespaceOf, type Command, type Reply } from '../command.ts';
import { indexKeysFound, readFindQuery } from './find-query.ts';
import { checkStrictFlags } from '../strict-flags.ts';
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
    'readOnce',
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
    checkStrictFlags(values, STRICT_FLAGS);
    const isTailing = isTailable(request);
    if (values.flag('readOnce') && request.isInTransaction) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        "The 'readOnce' option is not supported within a transaction.",
      );
    }
    const namespace = namespaceOf(request);
    if (isVirtual(view, namespace)) {
      const options = {
        batchSize: values.count('batchSize'),
        isSingleBatch: values.flag('singleBatch'),
        atMost: limitOf(values),
        during: DURING_AGGREGATION,
      };
      const first = cursors.open(namespace, owner, findInView(request, view), options);
      return cursorReply(namespace, 'firstBatch', first);
    }
    const variables = constantsOf(values.optionalDocument('let'));
    const query = readFindQuery(view, namespace, values, variables);
    const collection = findCollection(view, namespace);
    const shape = recordShape({ filter: query.filter, values, variables });
    const during = `Executor error during find command: ${namespace}`;
    if (isTailing) {
      return openTailable({ request, namespace, view, collection, query, shape, during });
    }
    const documents = collection === undefined ? [] : found({ view, collection, query, values, shape });
    const batch = cursors.open(namespace, owner, documents, {
      batchSize: values.count('batchSize'),
      isSingleBatch: values.flag('singleBatch'),
      atMost: collection === undefined ? 0 : mostFound(values),
      during,
    });
    return cursorReply(namespace, 'firstBatch', batch);
  },
};

const STRICT_FLAGS = [
  'allowDiskUse',
  'allowPartialResults',
  'awaitData',
  'noCursorTimeout',
  'oplogReplay',
  'returnKey',
  'showRecordId',
  'singleBatch',
  'tailable',
];

function limitOf(values: Arguments): number | undefined {
  return values.count('limit') || undefined;
}

/** How many documents there can be, as far as the query says so itself. */
function mostFound(values: Arguments): number | undefined {
  const [field, second] = [...(values.optionalDocument('filter')?.entries() ?? [])];
  const isById = field?.[0] === '_id' && second === undefined && isUnique(field[1]);
  return isById ? 1 : limitOf(values);
}

/** Whether one `_id` at most can equal a value whatever the collation. */
function isUnique(id: Value): boolean {
  return isNumber(id) || typeName(id) === 'objectId';
}

interface Finding {
  readonly view: View;
  readonly collection: CollectionEntry;
  readonly query: RecordQuery;
  readonly values: Arguments;
  readonly shape: Shape;
}

type Shape = (record: StoredRecord) => Document;

function found({ view, collection, query, values, shape }: Finding): Iterable<Document> {
  const records = findRecords(view, collection, query);
  if (values.flag('returnKey')) return indexKeysFound(view, collection, query, records);
  return shaped(records, shape);
}

interface Asked {
  readonly filter: Filter;
  readonly values: Arguments;
  readonly variables: Variables;
}

/** What the client sees of a record. */
function recordShape(asked: Asked): Shape {
  const { values } = asked;
  const shape = shapeOf(asked);
  if (!values.flag('showRecordId')) return ({ document }) => shape(document);
  return ({ document, rid }) => new Document(new Map([...shape(document).entries(), ['$recordId', BigInt(rid)]]));
}

function shapeOf({ filter, values, variables }: Asked): (found: Document) => Document {
  const projection = values.optionalDocument('projection');
  if (projection === undefined || projection.firstName() === undefined) return (document) => document;
  if (asksForTextScore(projection) && textSearchOf(filter) === undefined) throw noTextScore();
  const apply = inScope(variables, () => parseProjection(projection));
  return (document) => apply(document, () => matchedPosition(filter, document), variables);
}

function* shaped(records: Iterable<StoredRecord>, shape: Shape): Generator<Document> {
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
