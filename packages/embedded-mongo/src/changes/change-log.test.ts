import { Timestamp } from 'bson';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCatalogueState } from '../catalogue/catalogue-state.ts';
import { ensureCollection } from '../catalogue/collections.ts';
import { createClusterClock, type ClusterClock } from '../server/sessions/cluster-clock.ts';
import type { Store } from '../store/open-store.ts';
import { insertRecord } from '../store/records.ts';
import { prepareServerTables } from '../store/server-tables.ts';
import { createWriteQueue, type WriteQueue } from '../store/write-queue.ts';
import { received } from '../testing/bson-document.ts';
import { createChangeLog, type ChangeLog, type LogLimits } from './change-log.ts';
import { openTemporaryStore } from '../testing/temporary-store.ts';

let store: Store;
let clock: ClusterClock;
let log: ChangeLog;
let queue: WriteQueue;

beforeEach(() => {
  store = openTemporaryStore();
});
afterEach(() => store.close());

function open(limits: LogLimits): void {
  prepareServerTables(store.writer);
  clock = createClusterClock(store.writer);
  log = createChangeLog(store, clock, limits);
  const state = createCatalogueState(store, {}, { changes: log });
  queue = createWriteQueue(state, undefined, { beforeCommit: () => clock.stamp(), afterCommit: () => clock.publish() });
}

async function insert(...ids: number[]): Promise<void> {
  for (const _id of ids) {
    await queue.run((view) => insertRecord(view, ensureCollection(view, 'test.items'), received({ _id })));
  }
}

const LARGE: LogLimits = { maxBytes: 1_000_000, maxAgeMilliseconds: 60_000 };

it('keeps nothing before anybody has watched, and everything afterwards, also in the next process', async () => {
  open(LARGE);
  await insert(1);
  expect(log.lastId()).toBe(0);
  await log.enable(queue);
  await insert(2);
  expect(log.after(0, 10)).toHaveLength(1);
  open(LARGE);
  await insert(3);
  expect(log.after(0, 10)).toHaveLength(2);
});

it('forgets what is too old and what is too much, and refuses to go on from there', async () => {
  open({ maxBytes: 1_000_000, maxAgeMilliseconds: 60_000 });
  await insert(0);
  await log.enable(queue);
  await insert(1, 2, 3);
  const [first, , third] = log.after(0, 10);
  await log.prune(queue, Date.now());
  expect(log.after(0, 10)).toHaveLength(3);
  const start = first?.time ?? 0n;
  expect(log.idBefore(start)).toBe(0);
  await log.prune(queue, Date.now() + 61_000);
  expect(() => log.after(0, 10)).toThrow(/no longer be in the log/);
  expect(() => log.idBefore(third?.time ?? 0n)).toThrow(/no longer be in the log/);
  expect(log.after(3, 10)).toEqual([]);
  open({ maxBytes: 1, maxAgeMilliseconds: 60_000 });
  expect(() => log.after(0, 10)).toThrow(/no longer be in the log/);
  await insert(4, 5);
  expect(log.after(3, 10)).toHaveLength(2);
  await log.prune(queue, Date.now());
  expect(log.lastId()).toBe(5);
  expect(log.after(5, 10)).toEqual([]);
});

it('undoes events with the work they belong to', async () => {
  open(LARGE);
  await log.enable(queue);
  await expect(
    queue.run((view) => {
      insertRecord(view, ensureCollection(view, 'test.items'), received({ _id: 1 }));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(log.after(0, 10)).toEqual([]);
});

it('has a clock that begins after every time it was told of, whatever the wall clock says', async () => {
  open(LARGE);
  const seconds = Math.floor(Date.now() / 1000) + 1000;
  clock.observe(received({ clusterTime: new Timestamp({ t: seconds, i: 5 }) }));
  const told = (BigInt(seconds) << 32n) | 5n;
  expect(clock.latest()).toBe(told);
  expect(clock.tick()).toBe(told + 1n);
  expect(clock.latest()).toBe(told);
  clock.publish();
  clock.observe(received({ clusterTime: new Timestamp({ t: 1, i: 1 }) }));
  expect(clock.latest()).toBe(told + 1n);
  await insert(1);
  open(LARGE);
  expect(clock.latest()).toBeGreaterThan(told + 1n);
});
