import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCatalogueState, type View } from '../../catalogue/catalogue-state.ts';
import { ensureCollection } from '../../catalogue/collections.ts';
import type { Store } from '../../store/open-store.ts';
import { insertRecord } from '../../store/records.ts';
import { createWriteQueue, type WriteQueue } from '../../store/write-queue.ts';
import { received } from '../../testing/bson-document.ts';
import { allRecords } from '../../testing/index-mismatches.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';
import { openTemporaryStore } from '../../testing/temporary-store.ts';

let store: Store;
let queue: WriteQueue;
let snapshots: Snapshots;
let time: bigint;
let logBytes: number;

beforeEach(async () => {
  store = openTemporaryStore();
  time = 1n;
  logBytes = 0;
  const state = createCatalogueState(store);
  queue = createWriteQueue(state, undefined, {
    beforeCommit: () => {
      time += 1n;
    },
    afterCommit: () => snapshots.onCommit(),
  });
  snapshots = createSnapshots({
    reading: state.reading,
    store: { openReader: () => store.openReader(), logBytes: () => logBytes },
    latest: () => time,
  });
  await insert(1);
});
afterEach(() => {
  snapshots.close();
  store.close();
});

function insert(id: number): Promise<void> {
  return queue.run((view) => {
    insertRecord(view, ensureCollection(view, 'test.items'), received({ _id: id }));
  });
}

function count(view: View): number {
  const collection = view.catalogue().get('test.items');
  return collection === undefined ? 0 : allRecords(view, collection).length;
}

it('shows every time between two commits the same picture', async () => {
  const { time: first, view } = snapshots.take(undefined);
  time += 5n;
  const later = snapshots.take(undefined);
  await insert(2);
  expect([first, later.time, time]).toEqual([2n, 7n, 8n]);
  expect([count(view), count(later.view), count(snapshots.take(undefined).view)]).toEqual([1, 1, 2]);
  expect(count(snapshots.take(4n).view)).toBe(1);
  expect(() => snapshots.take(1n)).toThrow(expect.objectContaining({ codeName: 'SnapshotTooOld' }));
});

it('knows no time between commits that nobody looked at', async () => {
  await insert(2);
  await insert(3);
  expect(() => snapshots.take(3n)).toThrow(expect.objectContaining({ codeName: 'SnapshotTooOld' }));
});

it('lets go of pictures after a while, and what still reads from them is told', async () => {
  const picture = snapshots.take(undefined);
  const { time: old, view } = picture;
  await insert(2);
  snapshots.sweep(Date.now());
  expect([count(view), picture.isKept()]).toEqual([1, true]);
  snapshots.sweep(Date.now() + 301_000);
  expect(picture.isKept()).toBe(false);
  expect(() => count(view)).toThrow(expect.objectContaining({ codeName: 'SnapshotTooOld' }));
  expect(() => snapshots.take(old)).toThrow(expect.objectContaining({ codeName: 'SnapshotTooOld' }));
  expect(count(snapshots.take(undefined).view)).toBe(2);
});

it('keeps those that somebody holds, however old and however many', async () => {
  const holder = {};
  const held = snapshots.take(undefined);
  held.holdFor(holder);
  for (let id = 2; id < 22; id += 1) {
    await insert(id);
    snapshots.take(undefined);
  }
  snapshots.sweep(Date.now() + 301_000);
  expect([count(held.view), held.isKept()]).toEqual([1, true]);
  snapshots.release(holder);
  snapshots.sweep(Date.now() + 301_000);
  expect(held.isKept()).toBe(false);
});

it('lets go of them when the write-ahead log grows on their account', async () => {
  const spare = snapshots.take(undefined);
  await insert(2);
  const held = snapshots.take(undefined);
  held.holdFor({});
  logBytes = 200 * 1024 ** 2;
  await insert(3);
  expect([spare.isKept(), count(held.view)]).toEqual([false, 2]);
  logBytes = 1024 ** 3;
  await insert(4);
  for (const { view } of [spare, held]) {
    expect(() => count(view)).toThrow(expect.objectContaining({ codeName: 'SnapshotTooOld' }));
  }
});
