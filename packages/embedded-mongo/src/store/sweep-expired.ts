import { encodeKey, TYPE_RANKS } from '../bson/encode-key.ts';
import type { WriteView } from '../catalogue/catalogue-state.ts';
import type { CollectionEntry, IndexEntry } from '../catalogue/entries.ts';
import { invertSpan } from '../plan/bounds.ts';
import { scan } from '../plan/scan.ts';
import { take } from '../query/take.ts';
import { deleteRecord } from './records.ts';
import type { WriteQueue } from './write-queue.ts';

const BATCH = 1_000;

/** Deletes the documents whose TTL indexes say that they are over; other types than dates never expire. */
export async function sweepExpired(queue: WriteQueue, now: number): Promise<void> {
  let isMore = true;
  while (isMore) isMore = await queue.run((view) => sweepBatch(view, now));
}

function sweepBatch(view: WriteView, now: number): boolean {
  let isMore = false;
  for (const collection of view.catalogue().values()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === undefined) continue;
      if (sweepIndex(view, collection, index, now - index.expireAfterSeconds * 1000) >= BATCH) isMore = true;
    }
  }
  return isMore;
}

function sweepIndex(view: WriteView, collection: CollectionEntry, index: IndexEntry, before: number): number {
  const low = Buffer.from([TYPE_RANKS.date]);
  const high = encodeKey({ kind: 'date', milliseconds: BigInt(Math.floor(before)) });
  const isDescending = index.fields[0]?.isDescending === true;
  const range = isDescending ? invertSpan({ low, high }) : { low, high };
  const candidates = scan(view, collection, { index, ranges: [range], isReverse: false, isSorted: true });
  // Collected first, because deleting changes the index the scan reads.
  const expired = [...take(candidates, BATCH)];
  for (const record of expired) deleteRecord(view, collection, record);
  return expired.length;
}
