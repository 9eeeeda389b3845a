import { randomBytes } from 'node:crypto';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { MAX_DOCUMENT_BYTES } from '../update/storable.ts';
import { CommandError } from './command-error.ts';

/** One batch of a cursor; id 0 says that nothing follows. */
export interface Batch {
  readonly id: bigint;
  readonly documents: readonly Document[];
}

/** The cursors left open between getMore commands. */
export interface Cursors {
  /** Takes the first batch of a result and keeps the rest under a new cursor id. */
  open(namespace: string, owner: string, documents: Iterable<Document>, options: OpenOptions): Batch;
  /** Takes the next batch; throws CursorNotFound for an unknown id. */
  more(id: bigint, namespace: string, batchSize: number | undefined): Batch;
  /** Ends a cursor; false when there was none. */
  kill(id: bigint): boolean;
  /** Ends the cursors of a session or connection. */
  killOwnedBy(owner: string): void;
  /** Ends cursors nobody asked for within the idle time. */
  killIdle(now: number): void;
  count(): number;
}

export interface OpenOptions {
  readonly batchSize: number | undefined;
  /** Whether the result ends with its first batch. */
  readonly isSingleBatch: boolean;
}

interface OpenCursor {
  readonly namespace: string;
  readonly owner: string;
  readonly documents: Iterator<Document>;
  /** One document read ahead, so that an exhausted result is known as such. */
  next: IteratorResult<Document>;
  usedAt: number;
}

const FIRST_BATCH = 101;
const BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_MILLISECONDS = 10 * 60_000;

/** Creates an empty set of cursors. */
export function createCursors(): Cursors {
  const cursors = new Map<bigint, OpenCursor>();
  const end = (id: bigint): boolean => {
    const cursor = cursors.get(id);
    cursor?.documents.return?.();
    return cursors.delete(id);
  };
  return {
    open: (namespace, owner, documents, options) => {
      const iterator = documents[Symbol.iterator]();
      const size = options.batchSize ?? FIRST_BATCH;
      const next: IteratorResult<Document> = iterator.next();
      const cursor: OpenCursor = { namespace, owner, documents: iterator, next, usedAt: Date.now() };
      const batch = take(cursor, size);
      if (cursor.next.done === true || options.isSingleBatch) {
        iterator.return?.();
        return { id: 0n, documents: batch };
      }
      const id = newId(cursors);
      cursors.set(id, cursor);
      return { id, documents: batch };
    },
    more: (id, namespace, batchSize) => {
      const cursor = cursors.get(id);
      if (cursor === undefined) throw new CommandError('CursorNotFound', `cursor id ${String(id)} not found`);
      if (cursor.namespace !== namespace) {
        throw new CommandError(
          'Unauthorized',
          `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
        );
      }
      cursor.usedAt = Date.now();
      try {
        const batch = take(cursor, batchSize === undefined || batchSize === 0 ? Number.POSITIVE_INFINITY : batchSize);
        if (cursor.next.done !== true) return { id, documents: batch };
        cursors.delete(id);
        return { id: 0n, documents: batch };
      } catch (error) {
        cursors.delete(id);
        throw error;
      }
    },
    kill: end,
    killOwnedBy: (owner) => {
      for (const [id, cursor] of cursors) if (cursor.owner === owner) end(id);
    },
    killIdle: (now) => {
      for (const [id, cursor] of cursors) if (now - cursor.usedAt > IDLE_MILLISECONDS) end(id);
    },
    count: () => cursors.size,
  };
}

function take(cursor: OpenCursor, size: number): readonly Document[] {
  const batch: Document[] = [];
  let bytes = 0;
  while (cursor.next.done !== true && batch.length < size) {
    const encoded = encodeDocument(cursor.next.value);
    if (encoded.length > MAX_DOCUMENT_BYTES) {
      throw new CommandError('BSONObjectTooLarge', `BSONObj size: ${String(encoded.length)} is larger than 16MB`);
    }
    if (batch.length > 0 && bytes + encoded.length > BATCH_BYTES) break;
    bytes += encoded.length;
    batch.push(new Document(encoded));
    cursor.next = cursor.documents.next();
  }
  return batch;
}

function newId(taken: ReadonlyMap<bigint, OpenCursor>): bigint {
  for (;;) {
    const id = randomBytes(8).readBigInt64LE(0) & 0x7fff_ffff_ffff_ffffn;
    if (id !== 0n && !taken.has(id)) return id;
  }
}
