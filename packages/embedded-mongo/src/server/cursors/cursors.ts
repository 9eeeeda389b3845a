import { randomBytes } from 'node:crypto';
import { activeCollation, collating, collatingEach } from '../../bson/active-collation.ts';
import { Document } from '../../bson/document.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import { MAX_DOCUMENT_BYTES } from '../../update/storable.ts';
import { CommandError, inContext } from '../command-error.ts';

/** One batch of a cursor; id 0 says that nothing follows. */
export interface Batch {
  readonly id: bigint;
  readonly documents: readonly Document[];
}

/** What a cursor that waits for more has at the moment. */
export interface LiveBatch {
  readonly documents: readonly Document[];
  /** Where a change stream would go on after this batch. */
  readonly postBatchResumeToken?: Document;
  /** Whether nothing can follow, so that the cursor ends. */
  readonly isOver: boolean;
}

/** The source of a cursor that has no end of its own: a change stream or a tailable cursor. */
export interface LiveSource {
  /** Takes what has come since the last call, at most so many documents. */
  take(size: number): LiveBatch;
  /** Whether a getMore waits for documents instead of answering with none. */
  readonly isAwaiting: boolean;
  readonly isChangeStream: boolean;
}

/** The cursors left open between getMore commands. */
export interface Cursors {
  /** Keeps a source under a new cursor id. */
  openLive(namespace: string, owner: string, source: LiveSource): bigint;
  /** The live source of a cursor, or undefined for an ordinary or unknown one. */
  live(id: bigint, namespace: string, owner: string): LiveSource | undefined;
  /** Whether a cursor is that of a change stream. */
  isChangeStream(id: bigint): boolean;
  /** Whether a cursor is open. */
  has(id: bigint): boolean;
  /** Takes the first batch of a result and keeps the rest, with the command's collation, under a new cursor id. */
  open(namespace: string, owner: string, documents: Iterable<Document>, options: OpenOptions): Batch;
  /** Takes the next batch; throws CursorNotFound for an unknown id. Only its owner may ask for more. */
  more(id: bigint, namespace: string, owner: string, batchSize: number | undefined): Batch;
  /** Ends a cursor; false when there was none. */
  kill(id: bigint): boolean;
  /** Ends the cursors of a session with those of its transactions, or of one transaction (see `transactionOwner`). */
  killOwnedBy(owner: string): void;
  /** Whether somebody has cursors open. */
  isOwner(owner: string): boolean;
  /** Ends cursors nobody asked for within the idle time. */
  killIdle(now: number): void;
  count(): number;
}

export interface OpenOptions {
  readonly batchSize: number | undefined;
  /** Whether the result ends with its first batch. */
  readonly isSingleBatch: boolean;
  /** The most documents there can be, when that is known beforehand. */
  readonly atMost?: number | undefined;
  /** What was being done when the first batch could not be read. */
  readonly during: string;
}

interface CursorFacts {
  readonly namespace: string;
  readonly owner: string;
  usedAt: number;
}

/**
 * As in MongoDB the end is found only by asking for more: a result whose last document fills a batch stays open, unless
 * no more than that could come.
 */
interface OpenCursor extends CursorFacts {
  readonly documents: Iterator<Document>;
  /** A document read but not yet answered. */
  held: Document | undefined;
  /** How many documents can still come. */
  left: number;
}

interface LiveCursor extends CursorFacts {
  readonly source: LiveSource;
}

/** How MongoDB begins what went wrong while a pipeline read its first batch, and while a `getMore` read on. */
export const DURING_AGGREGATION = 'PlanExecutor error during aggregation';
export const DURING_GET_MORE = 'Executor error during getMore';

const FIRST_BATCH = 101;
const BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_MILLISECONDS = 10 * 60_000;

/** Creates an empty set of cursors; `onEnd` hears of each that was ended before its time. */
export function createCursors(onEnd: () => void = () => {}): Cursors {
  const cursors = new Map<bigint, OpenCursor | LiveCursor>();
  const end = (id: bigint): boolean => {
    const cursor = cursors.get(id);
    if (cursor !== undefined && 'documents' in cursor) cursor.documents.return?.();
    const isEnded = cursors.delete(id);
    if (isEnded) onEnd();
    return isEnded;
  };
  const find = (id: bigint, namespace: string, owner: string): OpenCursor | LiveCursor | undefined => {
    const cursor = cursors.get(id);
    if (cursor === undefined) return undefined;
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    checkOwner(id, cursor.owner, owner);
    cursor.usedAt = Date.now();
    return cursor;
  };
  return {
    openLive: (namespace, owner, source) => {
      const id = newId(cursors);
      const collation = activeCollation();
      const collated: LiveSource = { ...source, take: (size) => collating(collation, () => source.take(size)) };
      const kept = collation === undefined ? source : collated;
      cursors.set(id, { namespace, owner, source: kept, usedAt: Date.now() });
      return id;
    },
    live: (id, namespace, owner) => {
      const cursor = find(id, namespace, owner);
      return cursor !== undefined && 'source' in cursor ? cursor.source : undefined;
    },
    isChangeStream: (id) => {
      const cursor = cursors.get(id);
      return cursor !== undefined && 'source' in cursor && cursor.source.isChangeStream;
    },
    has: (id) => cursors.has(id),
    open: (namespace, owner, documents, options) => {
      const iterator = collatingEach(activeCollation(), documents)[Symbol.iterator]();
      const size = options.batchSize ?? FIRST_BATCH;
      const left = options.atMost ?? Number.POSITIVE_INFINITY;
      const cursor: OpenCursor = { namespace, owner, documents: iterator, held: undefined, left, usedAt: Date.now() };
      const batch = take(cursor, size, options.during);
      if (cursor.left <= 0 || options.isSingleBatch) {
        iterator.return?.();
        return { id: 0n, documents: batch };
      }
      const id = newId(cursors);
      cursors.set(id, cursor);
      return { id, documents: batch };
    },
    more: (id, namespace, owner, batchSize) => {
      const cursor = find(id, namespace, owner);
      if (cursor === undefined || !('documents' in cursor))
        throw new CommandError('CursorNotFound', `cursor id ${String(id)} not found`);
      try {
        const limit = batchSize === undefined || batchSize === 0 ? Number.POSITIVE_INFINITY : batchSize;
        const batch = take(cursor, limit, DURING_GET_MORE);
        if (cursor.left > 0) return { id, documents: batch };
        cursor.documents.return?.();
        cursors.delete(id);
        return { id: 0n, documents: batch };
      } catch (error) {
        cursors.delete(id);
        throw error;
      }
    },
    kill: end,
    killOwnedBy: (owner) => {
      for (const [id, cursor] of cursors) {
        if (cursor.owner === owner || cursor.owner.startsWith(`${owner}/`)) end(id);
      }
    },
    isOwner: (owner) => [...cursors.values()].some((cursor) => cursor.owner === owner),
    killIdle: (now) => {
      for (const [id, cursor] of cursors) if (now - cursor.usedAt > IDLE_MILLISECONDS) end(id);
    },
    count: () => cursors.size,
  };
}

/** The owner of the cursors of one transaction. */
export function transactionOwner(sessionId: string, number: bigint): string {
  return `${sessionId}/${String(number)}`;
}

function checkOwner(id: bigint, owner: string, asking: string): void {
  if (owner === asking) return;
  const [session = '', transaction] = owner.split('/');
  const [askingSession = '', askingTransaction] = asking.split('/');
  const refuse = (code: number, reason: string): never => {
    throw new CommandError(code, `Cannot run getMore on cursor ${String(id)}, ${reason}`);
  };
  if (session === '') refuse(50_736, `which was not created in a session, in session ${askingSession}`);
  if (askingSession === '') refuse(50_737, `which was created in session ${session}, without an lsid`);
  if (session !== askingSession) refuse(50_738, `which was created in session ${session}, in session ${askingSession}`);
  if (transaction === undefined) {
    refuse(50_739, `which was not created in a transaction, in transaction ${askingTransaction ?? ''}`);
  }
  if (askingTransaction === undefined) {
    refuse(50_740, `which was created in transaction ${transaction ?? ''}, without a txnNumber`);
  }
  refuse(50_741, `which was created in transaction ${transaction ?? ''}, in transaction ${askingTransaction ?? ''}`);
}

function take(cursor: OpenCursor, size: number, during: string): readonly Document[] {
  const batch: Document[] = [];
  let bytes = 0;
  while (cursor.left > 0 && batch.length < size) {
    const next = cursor.held ?? inContext(during, () => read(cursor.documents));
    cursor.held = undefined;
    if (next === undefined) {
      cursor.left = 0;
      break;
    }
    const encoded = encodeDocument(next);
    if (encoded.length > MAX_DOCUMENT_BYTES) {
      throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(encoded.length)} is larger than 16MB`);
    }
    const document = new Document(encoded);
    if (batch.length > 0 && bytes + encoded.length > BATCH_BYTES) {
      cursor.held = document;
      break;
    }
    bytes += encoded.length;
    batch.push(document);
    cursor.left -= 1;
  }
  return batch;
}

function read(documents: Iterator<Document>): Document | undefined {
  const next: IteratorResult<Document, unknown> = documents.next();
  return next.done === true ? undefined : next.value;
}

function newId(taken: ReadonlyMap<bigint, unknown>): bigint {
  for (;;) {
    const id = randomBytes(8).readBigInt64LE(0) & 0x7fff_ffff_ffff_ffffn;
    if (id !== 0n && !taken.has(id)) return id;
  }
}
