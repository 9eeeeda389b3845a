import type { Variables } from '../aggregation/expression.ts';
import type { Stage } from '../aggregation/stage.ts';
import { isEqual } from '../bson/compare-values.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { formatValue } from '../bson/format-value.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { CommandError } from '../server/command-error.ts';
import type { LiveBatch, LiveSource } from '../server/cursors/cursors.ts';
import { changeEvent, invalidateEvent, isInScope, isInvalidating } from './change-event.ts';
import { isReported } from './definition-changes.ts';
import type { ChangeLog, LoggedChange } from './change-log.ts';
import type { ChangeOptions, Scope } from './change-options.ts';
import { writeToken, type Position } from './resume-token.ts';
import { MAX_EVENT_BYTES, splitEvent } from './split-event.ts';

/** An event that was split, and the last of its fragments that was reported. */
export interface ResumedEvent {
  readonly change: LoggedChange;
  readonly fragment: number;
}

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
  /** The position it was resumed from. */
  readonly from: Position | undefined;
  /** Events of an earlier time are not reported; 0 to report whatever comes. */
  readonly notBefore: bigint;
  /** An invalidating event that was reported before, whose invalidation is due. */
  readonly pending: LoggedChange | undefined;
  /** The event of which only the later fragments are to be reported. */
  readonly resumed: ResumedEvent | undefined;
  /** Whether an event that is too large is reported in fragments. */
  readonly isSplitting: boolean;
  /** The newest time of the store, for positions between events. */
  readonly latest: () => bigint;
}

const CHUNK = 200;
const BATCH_BYTES = 15 * 1024 * 1024;

/** A change stream as the source of a cursor. Reading is all it does, so it holds nothing between batches. */
export function createChangeStream(stream: StreamOptions): LiveSource {
  const { log, scope, options, view } = stream;
  const seen = (id: number, time: bigint): Position =>
    time < stream.notBefore ? { kind: 'waiting', id, time: stream.notBefore } : { kind: 'seen', id, time };
  let position = stream.from ?? seen(stream.start, stream.latest());
  let pending = stream.pending;
  const queue: LoggedChange[] = [];
  /** Fragments of the event read last, still to be reported. */
  const fragments: { readonly document: Document; readonly place: Position }[] = [];

  // Whoever waits for a time stands at that time, whatever was read meanwhile.
  const tokenOf = (place: Position): Document =>
    writeToken(log.tag(), place.kind === 'waiting' ? { ...place, id: 0 } : place);

  const shape = (event: Document, token: Document): Document[] => {
    let documents: Iterable<Document> = [event];
    const context = { view, database: stream.database, variables: stream.variables };
    for (const stage of stream.stages) documents = stage.run(documents, context);
    return [...documents].map((document) => checked(document, token));
  };

  /** An event as it is reported: as a whole, or nothing while its fragments wait to be. */
  const sized = (document: Document, place: Position): Document[] => {
    const bytes = document.bytes?.length ?? 0;
    if (bytes <= MAX_EVENT_BYTES) return [document];
    if (!stream.isSplitting) {
      throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(bytes)} is larger than 16MB`);
    }
    const placeOf = (fragment: number): Position => ({ ...place, fragment });
    const split = splitEvent(document, (fragment) => tokenOf(placeOf(fragment)));
    fragments.push(...split.map((part, index) => ({ document: part, place: placeOf(index + 1) })));
    return [];
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
    position = seen(change.id, change.time);
    if (position.kind === 'waiting' || !isInScope(scope, change) || !isReported(options, change)) return [];
    if (isInvalidating(scope, change)) pending = change;
    const place: Position = { ...position, kind: 'event' };
    const token = tokenOf(place);
    const shaped = shape(changeEvent(view, options, token, change), token);
    const documents = shaped.flatMap((document) => sized(document, place));
    if (documents.length > 0) position = place;
    return documents;
  };

  const resume = ({ change, fragment }: ResumedEvent): void => {
    read(change);
    if (fragments.length < fragment) {
      throw new CommandError(
        'ChangeStreamFatalError',
        'cannot resume stream; the event of the resume token is not split as it was',
      );
    }
    for (const { place } of fragments.splice(0, fragment)) position = place;
  };
  if (stream.resumed !== undefined) resume(stream.resumed);

  const take = (size: number): LiveBatch => {
    const documents: Document[] = [];
    let bytes = 0;
    while (documents.length < size && bytes < BATCH_BYTES) {
      const fragment = fragments.shift();
      if (fragment !== undefined) {
        position = fragment.place;
        documents.push(fragment.document);
        bytes += fragment.document.bytes?.length ?? 0;
        continue;
      }
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
  return { take, isAwaiting: true, isChangeStream: true };
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
  return new Document(encodeDocument(document));
}
