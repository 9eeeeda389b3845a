import { blobOf, integerOf, LIMIT, textOf, type Connection } from './connection.ts';

/** Which records of a table to read: those beyond one, in the order of their ids or against it. */
export interface ChunkRequest {
  readonly table: string;
  /** The id of the last record read before. */
  readonly beyond: number;
  readonly isReverse: boolean;
  /** The most records to read. */
  readonly limit: number;
  /** The most bytes to read; one record is read however large it is. */
  readonly maxBytes: number;
}

/** Records side by side. */
export interface Chunk {
  readonly rids: readonly number[];
  /** Their documents, one behind the other: BSON says itself where each ends. */
  readonly documents: Buffer<ArrayBuffer>;
  /** Whether there may be more beyond. */
  readonly isFull: boolean;
}

const NOTHING: Chunk = { rids: [], documents: Buffer.alloc(0), isFull: false };

/**
 * Reads records in one value: a blob object for each of them would take three times as long. `group_concat` joins the
 * bytes of blobs as they are, and takes the rows of an ordered subquery in their order, which is checked here.
 */
export function readChunk(connection: Connection, request: ChunkRequest): Chunk {
  const { table, beyond, isReverse, maxBytes } = request;
  const rows = `FROM ${table} WHERE rid ${isReverse ? '<' : '>'} ? ORDER BY rid ${isReverse ? 'DESC' : 'ASC'} ${LIMIT}`;
  // The length is taken inside, where SQLite need not read the document for it.
  const sizes = `SELECT count(*), coalesce(sum(size), 0) FROM (SELECT length(doc) AS size ${rows})`;
  let { limit } = request;
  for (;;) {
    const [count, bytes] = connection.get(sizes, beyond, limit) ?? [];
    if (integerOf(count) === 0) return NOTHING;
    if (limit === 1 || integerOf(bytes) <= maxBytes) break;
    limit = Math.max(1, Math.floor(limit / 4));
  }
  const joined = `SELECT CAST(group_concat(doc, '') AS BLOB), group_concat(rid) FROM (SELECT rid, doc ${rows})`;
  const row = connection.get(joined, beyond, limit);
  const rids = textOf(row?.[1]).split(',').map(Number);
  checkOrder(rids, beyond, isReverse);
  return { rids, documents: blobOf(row?.[0]), isFull: rids.length === limit };
}

/**
 * Gives the memory of a chunk back now; the collector would come for it tens of megabytes later. Documents of the chunk
 * that are to live on must have been detached. One that has the chunk for itself keeps it, as `detach` leaves it there.
 */
export function releaseChunk({ rids, documents }: Chunk): void {
  if (rids.length > 1) documents.buffer.transfer(0);
}

function checkOrder(rids: readonly number[], beyond: number, isReverse: boolean): void {
  let last = beyond;
  for (const rid of rids) {
    if (isReverse ? rid >= last : rid <= last) throw new TypeError('SQLite joined records out of order');
    last = rid;
  }
}
