import { Document } from '../bson/document.ts';
import type { View } from '../catalogue/catalogue-state.ts';
import { indexTable, recordTable, type CollectionEntry, type IndexEntry } from '../catalogue/entries.ts';
import { CommandError } from '../server/command-error.ts';
import { timeExpired } from '../server/time-expired.ts';
import { blobOf, integerOf, LIMIT, statementOn, type Row } from '../store/connection.ts';
import { readChunk, releaseChunk } from '../store/read-chunk.ts';
import type { StoredRecord } from '../store/records.ts';
import type { Span } from './bounds.ts';
import type { Plan } from './choose-plan.ts';
import { mergeSorted } from './merge-sorted.ts';

const FIRST_CHUNK = 32;
const LARGEST_CHUNK = 2_048;
/** What chunks should have: larger ones are read no faster, and stay in memory until the collector comes. */
const CHUNK_BYTES = 256 * 1024;

/** What of a plan its scan needs. */
type Scanned = Omit<Plan, 'met'>;

/**
 * The candidates of a plan, read in growing chunks so that no SQLite statement stays open between them. What is written
 * meanwhile is seen: the rest of a chunk is read again after a commit. A collection or index dropped meanwhile ends the
 * scan with QueryPlanKilled. `expected` is how many will be taken, as far as that is known, so that no more are read.
 * A candidate can be read until the next is asked for: who keeps it detaches its document before.
 */
export function scan(
  view: View,
  collection: CollectionEntry,
  plan: Scanned,
  expected = FIRST_CHUNK,
): Generator<StoredRecord> {
  const first = Math.min(expected, FIRST_CHUNK);
  if (plan.index === undefined) return scanRecords({ view, collection, first }, plan);
  return scanIndex({ view, collection, index: plan.index, first }, plan);
}

/** The candidates of several plans, each record once. */
export function* scanAll(view: View, collection: CollectionEntry, plans: readonly Plan[]): Generator<StoredRecord> {
  const seen = new Set<number>();
  for (const plan of plans) {
    for (const record of scan(view, collection, plan)) {
      if (seen.has(record.rid)) continue;
      seen.add(record.rid);
      yield record;
    }
  }
}

/** Refuses to read on when time is up or what is being read is gone. */
export function checkReadable(view: View, collection: CollectionEntry, index?: IndexEntry): void {
  if (view.timeLimit !== undefined && Date.now() > view.timeLimit.deadline) {
    throw timeExpired();
  }
  const current = view.catalogue().get(collection.namespace);
  if (current?.id !== collection.id) throw goneError(view, collection);
  if (index !== undefined && !current.indexes.some((other) => other.id === index.id)) {
    throw new CommandError('QueryPlanKilled', `index '${index.name}' dropped`);
  }
}

/** The end of a cursor whose collection is not there any more, or not by its name. */
export function goneError(view: View, { id, namespace }: CollectionEntry): CommandError {
  const renamed = [...view.catalogue()].find(([, other]) => other.id === id);
  return new CommandError(
    'QueryPlanKilled',
    renamed === undefined ? 'collection dropped' : `collection renamed from '${namespace}' to '${renamed[0]}'`,
  );
}

/** Whether nothing was committed since this call. */
function currency({ commits }: View): () => boolean {
  const before = commits?.();
  return () => commits?.() === before;
}

/** How many to read after a chunk in which so many took so many bytes. */
function nextChunk(chunk: number, count: number, bytes: number): number {
  const affordable = Math.max(1, Math.floor((CHUNK_BYTES * count) / Math.max(bytes, 1)));
  return Math.min(chunk * 4, LARGEST_CHUNK, affordable);
}

/** What to read, and how much of it at first. */
interface TableScan {
  readonly view: View;
  readonly collection: CollectionEntry;
  readonly first: number;
}

function* scanRecords({ view, collection, first }: TableScan, plan: Scanned): Generator<StoredRecord> {
  const { isReverse } = plan;
  let { needle } = plan;
  const table = recordTable(collection);
  let beyond = isReverse ? Number.MAX_SAFE_INTEGER : -1;
  let limit = first;
  for (;;) {
    checkReadable(view, collection);
    const isCurrent = currency(view);
    const chunk = readChunk(view.connection, { table, beyond, isReverse, limit, maxBytes: 4 * CHUNK_BYTES });
    const { documents } = chunk;
    const bytes = documents.length;
    let at = 0;
    let hit = -1;
    let passedOver = 0;
    try {
      for (const rid of chunk.rids) {
        const begin = at;
        at += documents.readInt32LE(begin);
        beyond = rid;
        if (view.tally !== undefined) view.tally.documents += 1;
        if (hit < begin) hit = nextHit(documents, needle, begin);
        if (hit >= at) {
          passedOver += 1;
          continue;
        }
        yield { rid, document: new Document(documents.subarray(begin, at)) };
        if (!isCurrent()) break;
      }
    } finally {
      releaseChunk(chunk);
    }
    // To look for what is nearly everywhere costs more than it spares.
    if (passedOver * 2 < chunk.rids.length) needle = undefined;
    if (!chunk.isFull && isCurrent()) return;
    limit = nextChunk(limit, chunk.rids.length, bytes);
  }
}

/** Where the needle is next, from some place on; without one every place is as good. */
function nextHit(documents: Buffer, needle: Buffer | undefined, from: number): number {
  if (needle === undefined) return from;
  const at = documents.indexOf(needle, from);
  return at === -1 ? documents.length : at;
}

/** An index to read, and how many entries of a range at first. */
interface IndexScan extends TableScan {
  readonly index: IndexEntry;
}

function* scanIndex(read: IndexScan, plan: Scanned): Generator<StoredRecord> {
  if (plan.mergedBy !== undefined && plan.ranges.length > 1) {
    yield* mergeSorted(
      plan.ranges.map((range) => scanRange(read, range, plan.isReverse)),
      plan.mergedBy,
    );
    return;
  }
  const seen = read.index.isMultikey ? new Set<number>() : undefined;
  for (const range of plan.isReverse ? plan.ranges.toReversed() : plan.ranges) {
    for (const record of scanRange(read, range, plan.isReverse)) {
      if (seen?.has(record.rid) === true) continue;
      seen?.add(record.rid);
      yield record;
    }
  }
}

function entriesWhere(condition: string, order: string) {
  return statementOn(
    (index: IndexEntry, collection: CollectionEntry) =>
      `SELECT i.k, i.rid, r.doc FROM ${indexTable(index)} i CROSS JOIN ${recordTable(collection)} r ON r.rid = i.rid
       WHERE ${condition} ORDER BY ${order} ${LIMIT}`,
  );
}

const FORWARDS = {
  first: entriesWhere('i.k >= ? AND i.k < ?', 'i.k, i.rid'),
  later: entriesWhere('i.k < ? AND (i.k, i.rid) > (?, ?)', 'i.k, i.rid'),
};
const BACKWARDS = {
  first: entriesWhere('i.k >= ? AND i.k < ?', 'i.k DESC, i.rid DESC'),
  later: entriesWhere('i.k >= ? AND (i.k, i.rid) < (?, ?)', 'i.k DESC, i.rid DESC'),
};

function* scanRange(
  { view, collection, index, first: firstChunk }: IndexScan,
  range: Span,
  isReverse: boolean,
): Generator<StoredRecord> {
  const end = range.isOpen === true ? range.high : successor(range.high);
  const { tally } = view;
  const { first, later } = isReverse ? BACKWARDS : FORWARDS;
  let position: { key: Row[number]; rid: number } | undefined;
  let chunk = firstChunk;
  for (;;) {
    checkReadable(view, collection, index);
    const isCurrent = currency(view);
    const rows: readonly Row[] =
      position === undefined
        ? view.connection.all(first(index, collection), range.low, end, chunk)
        : view.connection.all(
            later(index, collection),
            isReverse ? range.low : end,
            blobOf(position.key),
            position.rid,
            chunk,
          );
    for (const [key, rid, bytes] of rows) {
      position = { key: key ?? null, rid: integerOf(rid) };
      if (tally !== undefined) tally.keys += 1;
      if (tally !== undefined) tally.documents += 1;
      yield { rid: position.rid, document: new Document(blobOf(bytes)) };
      if (!isCurrent()) break;
    }
    if (rows.length < chunk && isCurrent()) return;
    const bytes = rows.reduce((sum, row) => sum + blobOf(row.at(-1)).length, 0);
    chunk = nextChunk(chunk, rows.length, bytes);
  }
}

const BEYOND_ALL = Buffer.from([0xff]);

/** The smallest key above every key that starts with a prefix; type ranks leave 0xff unused at the front. */
export function successor(prefix: Buffer): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1;
  if (length === 0) return BEYOND_ALL;
  const next = Buffer.from(prefix.subarray(0, length));
  next[length - 1] = next.readUInt8(length - 1) + 1;
  return next;
}
