import { isEqual } from '../../bson/compare-values.ts';
import { Document } from '../../bson/document.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import type { Value } from '../../bson/value.ts';
import type { View } from '../../catalogue/catalogue-state.ts';
import { recordTable, type CollectionEntry } from '../../catalogue/entries.ts';
import { matches } from '../../query/filter.ts';
import type { RecordQuery } from '../../query/find-records.ts';
import { goneError } from '../../plan/scan.ts';
import { CommandError, inContext } from '../../server/command-error.ts';
import type { LiveBatch, LiveSource } from '../../server/cursors/cursors.ts';
import { liveReply } from '../../server/cursors/more-live.ts';
import { blobOf, integerOf, LIMIT } from '../../store/connection.ts';
import { readRecord, type StoredRecord } from '../../store/records.ts';
import type { Reply, Request } from '../command.ts';

/** A `find` that is to be tailed. */
interface Tailing {
  readonly request: Request;
  readonly namespace: string;
  readonly view: View;
  readonly collection: CollectionEntry | undefined;
  readonly query: RecordQuery;
  /** What the client sees of a record. */
  readonly shape: (record: StoredRecord) => Document;
  /** What was being done when the first batch could not be read. */
  readonly during: string;
}

const CHUNK = 200;
const BATCH_BYTES = 15 * 1024 * 1024;
const FIRST_BATCH = 101;

/** Whether a `find` asks for a tailable cursor; refuses options that cannot go together. */
export function isTailable({ arguments: values, isInTransaction }: Request): boolean {
  const isTailing = values.flag('tailable');
  if (!isTailing && values.flag('awaitData')) {
    throw new CommandError('FailedToParse', "Cannot set 'awaitData' without also setting 'tailable'");
  }
  if (!isTailing) return false;
  if (values.flag('singleBatch')) {
    throw new CommandError('FailedToParse', "Cannot use the 'tailable' option with the 'singleBatch' option");
  }
  if (isInTransaction) {
    throw new CommandError('OperationNotSupportedInTransaction', 'Cannot use a tailable cursor in a transaction');
  }
  return true;
}

/**
 * Opens a cursor that stays open at the end of a capped collection (MongoDB manual "Tailable Cursors"). On an empty
 * collection it is dead from the start, as MongoDB's is.
 */
export function openTailable(tailing: Tailing): Reply {
  const { request, namespace, collection, query, view } = tailing;
  const { arguments: values, cursors, owner } = request;
  if (collection === undefined) return liveReply(namespace, 'firstBatch', 0n, { documents: [], isOver: true });
  if (collection.capped === undefined) {
    throw new CommandError(
      'BadValue',
      `error processing query: ns=${namespace}: tailable cursor requested on non capped collection`,
    );
  }
  const isForward = query.hint === undefined || (query.hint.kind === 'natural' && !query.hint.isReverse);
  if (!isForward || (query.sort ?? []).length > 0) {
    throw new CommandError('BadValue', 'cannot use tailable option with a sort other than {$natural: 1}');
  }
  const source = createTail(tailing, collection);
  const batch = inContext(tailing.during, () => source.take(values.count('batchSize') ?? FIRST_BATCH));
  const isEmpty = view.connection.get(`SELECT 1 FROM ${recordTable(collection)} LIMIT 1`) === undefined;
  const id = batch.isOver || isEmpty ? 0n : cursors.openLive(namespace, owner, source);
  return liveReply(namespace, 'firstBatch', id, batch);
}

function createTail({ request, view, query, shape }: Tailing, collection: CollectionEntry): LiveSource {
  const { filter, skip = 0, limit = Number.POSITIVE_INFINITY } = query;
  let last: { readonly rid: number; readonly id: Value | undefined } | undefined;
  let skipped = 0;
  let given = 0;

  const checkPosition = (): void => {
    if (view.catalogue().get(collection.namespace)?.id !== collection.id) {
      throw goneError(view, collection);
    }
    if (last === undefined) return;
    const found = readRecord(view, collection, last.rid);
    // Record ids may be used again once the newest document was deleted.
    if (found !== undefined && isEqual(found.get('_id'), last.id)) return;
    throw new CommandError(
      'CappedPositionLost',
      `CollectionScan died due to position in capped collection being deleted. Last seen record id: RecordId(${String(last.rid)})`,
    );
  };

  const wanted = (record: StoredRecord): Document | undefined => {
    if (!matches(filter, record.document)) return undefined;
    skipped += 1;
    return skipped > skip ? new Document(encodeDocument(shape(record))) : undefined;
  };

  const take = (size: number): LiveBatch => {
    checkPosition();
    const documents: Document[] = [];
    let bytes = 0;
    while (documents.length < size && given < limit && bytes < BATCH_BYTES) {
      const rows = view.connection.all(
        `SELECT rid, doc FROM ${recordTable(collection)} WHERE rid > ? ORDER BY rid ${LIMIT}`,
        last?.rid ?? -1,
        CHUNK,
      );
      for (const [rid, stored] of rows) {
        if (documents.length >= size || given >= limit || bytes >= BATCH_BYTES) break;
        const record = { rid: integerOf(rid), document: new Document(blobOf(stored)) };
        last = { rid: record.rid, id: record.document.get('_id') };
        const document = wanted(record);
        if (document === undefined) continue;
        documents.push(document);
        bytes += document.bytes?.length ?? 0;
        given += 1;
      }
      if (rows.length === 0) break;
    }
    return { documents, isOver: given >= limit };
  };
  return { take, isAwaiting: request.arguments.flag('awaitData'), isChangeStream: false };
}
