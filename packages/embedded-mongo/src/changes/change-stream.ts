import type { Variables } from '../aggregation/expression.ts';
import type { Stage } from '../aggregation/stage.ts';
import { isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { formatValue } from '../bson/format-value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { CommandError } from '../server/command-error.ts';
import type { LiveBatch, LiveSource } from '../server/cursors.ts';
import { MAX_DOCUMENT_BYTES } from '../update/storable.ts';
import { changeEvent, invalidateEvent, isInScope, isInvalidating } from './change-event.ts';
import type { ChangeLog, LoggedChange } from './change-log.ts';
import type { ChangeOptions, Scope } from './change-options.ts';
import { writeToken, type Position } from './resume-token.ts';

/** Everything a stream is made of. */
interface StreamOptions {
  readonly log: ChangeLog;
  readonly view: View;
  readonly scope: Scope;
  readonly options: ChangeOptions;
  readonly stages: readonly Stage[];
  /** The database `let` and stages refer to. */
  readonly database: string;
  readonly variables: Variables;
  /** The id of the last event that is over. */
  readonly start: number;
  /** An invalidating event that was reported before, whose invalidation is due. */
  readonly pending: LoggedChange | undefined;
  /** The newest time of the store, for positions between events. */
  readonly latest: () => bigint;
}

const CHUNK = 200;
const BATCH_BYTES = 15 * 1024 * 1024;

/** A change stream as the source of a cursor. Reading is all it does, so it holds nothing between batches. */
export function createChangeStream(stream: StreamOptions): LiveSource {
  const { log, scope, options, view } = stream;
  let position: Position = { kind: 'seen', id: stream.start, time: stream.latest() };
  let pending = stream.pending;
  const queue: LoggedChange[] = [];

  const tokenOf = (place: Position): Document => writeToken(log.tag(), place);

  const shape = (event: Document, token: Document): Document[] => {
    let documents: Iterable<Document> = [event];
    const context = { view, database: stream.database, variables: stream.variables };
    for (const stage of stream.stages) documents = stage.run(documents, context);
    return [...documents].map((document) => checked(document, token));
  };

  /** Reports the invalidation that is due and ends the stream. */
  const invalidate = (change: LoggedChange): Document[] => {
    position = { kind: 'invalidate', id: change.id, time: change.time };
    const token = tokenOf(position);
    return shape(invalidateEvent(token, change), token);
  };

  const next = (): LoggedChange | undefined => {
    if (queue.length === 0) queue.push(...log.after(position.id, CHUNK));
    return queue.shift();
  };

  const read = (change: LoggedChange): Document[] => {
    position = { kind: 'seen', id: change.id, time: change.time };
    if (!isInScope(scope, change)) return [];
    if (isInvalidating(scope, change)) pending = change;
    const place: Position = { ...position, kind: 'event' };
    const token = tokenOf(place);
    const documents = shape(changeEvent(view, options, token, change), token);
    if (documents.length > 0) position = place;
    return documents;
  };

  const take = (size: number): LiveBatch => {
    const documents: Document[] = [];
    let bytes = 0;
    while (documents.length < size && bytes < BATCH_BYTES) {
      if (pending !== undefined) {
        documents.push(...invalidate(pending));
        return { documents, postBatchResumeToken: tokenOf(position), isOver: true };
      }
      const change = next();
      if (change === undefined) break;
      for (const document of read(change)) {
        documents.push(document);
        bytes += document.bytes?.length ?? 0;
      }
    }
    return { documents, postBatchResumeToken: tokenOf(position), isOver: false };
  };
  return { take, isAwaiting: true };
}

/** An event after the stages of a pipeline, encoded; it must still say where the stream stands. */
function checked(document: Document, token: Document): Document {
  const id = document.get('_id');
  if (!isEqual(id ?? null, token)) {
    throw new CommandError(
      'ChangeStreamFatalError',
      `Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed. Expected: ${formatValue(token)} but found: ${formatValue(id ?? null)}`,
      { labels: ['NonResumableChangeStreamError'] },
    );
  }
  const bytes = encodeDocument(document);
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(bytes.length)} is larger than 16MB`);
  }
  return new Document(bytes);
}
