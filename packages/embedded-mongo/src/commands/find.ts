import type { Variables } from '../aggregation/expression.ts';
import { toInteger } from '../bson/arithmetic.ts';
import { Document } from '../bson/document.ts';
import { findCollection } from '../catalogue/collections.ts';
import { matchedPosition, type Filter } from '../query/filter.ts';
import { findRecords } from '../query/find-records.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { parseSort } from '../query/sort.ts';
import { parseProjection } from '../query/projection.ts';
import { CommandError } from '../server/command-error.ts';
import type { StoredRecord } from '../store/records.ts';
import { checkHint } from './check-hint.ts';
import { constantsOf } from './constants.ts';
import type { Arguments } from './arguments.ts';
import { namespaceOf, type Command, type Reply } from './command.ts';
import { refuseCollation } from './refuse-collation.ts';

const REFUSED_FLAGS = ['tailable', 'awaitData', 'returnKey', 'showRecordId'];

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
    ...REFUSED_FLAGS,
  ],
  allowedInTransaction: true,
  run: (request, view) => {
    const { arguments: values, cursors, owner } = request;
    refuseCollation(values);
    for (const flag of REFUSED_FLAGS) {
      if (values.flag(flag)) throw new CommandError('BadValue', `${flag} is not supported by the embedded store`);
    }
    const namespace = namespaceOf(request);
    checkHint(view, namespace, values.value('hint'));
    const variables = constantsOf(values.optionalDocument('let'));
    const filter = parseFilter(values.optionalDocument('filter') ?? EMPTY_FILTER, variables);
    const sort = parseSort(naturalOrder(values) ? undefined : values.optionalDocument('sort'));
    const { limit, isSingleBatch } = readLimit(values);
    const skip = values.count('skip') ?? 0;
    const collection = findCollection(view, namespace);
    const records = collection === undefined ? [] : findRecords(view, collection, { filter, sort, skip, limit });
    const documents = project(records, filter, values.optionalDocument('projection'), variables);
    const batch = cursors.open(namespace, owner, documents, { batchSize: values.count('batchSize'), isSingleBatch });
    return cursorReply(namespace, 'firstBatch', batch);
  },
};

const EMPTY_FILTER = new Document(new Map());

function naturalOrder(values: Arguments): boolean {
  const sort = values.optionalDocument('sort');
  if (sort?.firstName() !== '$natural') return false;
  if (toInteger(sort.get('$natural') ?? null) !== 1n)
    throw new CommandError('BadValue', '$natural: -1 is not supported by the embedded store');
  return true;
}

/** A negative limit, from old drivers, asks for a single batch. */
function readLimit(values: Arguments): { limit: number | undefined; isSingleBatch: boolean } {
  const limit = values.count('limit') ?? 0;
  return { limit: limit === 0 ? undefined : limit, isSingleBatch: values.flag('singleBatch') };
}

function* project(
  records: Iterable<StoredRecord>,
  filter: Filter,
  projection: Document | undefined,
  variables: Variables,
): Generator<Document> {
  if (projection === undefined || projection.firstName() === undefined) {
    for (const record of records) yield record.document;
    return;
  }
  const apply = parseProjection(projection);
  for (const { document } of records) {
    yield apply(document, (path) => matchedPosition(filter, document, path), variables);
  }
}

/** The reply of every command that answers with a cursor. */
export function cursorReply(
  namespace: string,
  batchName: 'firstBatch' | 'nextBatch',
  batch: { readonly id: bigint; readonly documents: readonly Document[] },
): Reply {
  return { cursor: { [batchName]: batch.documents, id: batch.id, ns: namespace } };
}
