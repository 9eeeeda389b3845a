import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectTestRedis, isRedisTested, startRedis } from '@parley/stream-log/conformance';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBudgetLedger } from './budget-ledger.ts';
import type { Spending } from './conformance/spend-budget.ts';
import type { LedgerStore } from './ledger-store.ts';
import { createRedisLedgerStore } from './redis-ledger-store.ts';
import { createSqliteLedgerStore } from './sqlite-ledger-store.ts';

interface Place {
  readonly store: LedgerStore;
  /** How a process of the test reaches it. */
  readonly place: Spending['place'];
  dispose(): Promise<void>;
}

const children = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

const places: [string, () => Promise<Place>][] = [['SQLite', openSqlite]];
if (isRedisTested()) places.push(['Redis', openRedis]);

describe.each(places)('four processes with one budget in %s', { timeout: 60_000 }, (_, open) => {
  it.each([
    { title: 'at its end', limit: 1000, want: 50, cost: 50, before: 930 },
    { title: 'whose calls may cost more than is left', limit: 1000, want: 5000, cost: 70, before: 930 },
    { title: 'with plenty at first', limit: 10_000, want: 60, cost: 50, before: 0 },
  ])('overshoot by one call each at most: a budget $title', async ({ limit, want, cost, before }) => {
    const place = await open();
    try {
      await place.store.exchange({ ...firstSpending, limit, spent: before });
      const workers = await Promise.all(
        [1, 2, 3, 4].map(() => startWorker({ place: place.place, calls: 200, want, cost, limit, end: 'close' })),
      );
      for (const worker of workers) worker.begin();
      const served = await Promise.all(workers.map(({ next }) => next()));
      const spent = before + served.reduce((sum, count) => sum + Number(count), 0) * cost;
      expect(await place.store.spentOf('shared')).toBe(spent);
      expect(spent).toBeGreaterThan(limit - cost);
      expect(spent).toBeLessThanOrEqual(limit + 4 * cost);
    } finally {
      await place.dispose();
    }
  });

  it('keep what was booked when a process is killed', async () => {
    const place = await open();
    try {
      const spending = { place: place.place, calls: 50, want: 50, cost: 50, limit: 1000, end: 'linger' } as const;
      const worker = await startWorker(spending);
      worker.begin();
      expect(await worker.next()).toBe('20');
      await kill(worker.child);
      expect(await place.store.spentOf('shared')).toBe(1000);
    } finally {
      await place.dispose();
    }
  });

  it('get back what a process held that was killed', async () => {
    const place = await open();
    const heir = createBudgetLedger({ store: place.store, worker: 'heir', leaseMs: 2000 });
    try {
      const spending = { place: place.place, calls: 1, want: 1000, cost: 0, limit: 1000, end: 'hold' } as const;
      const worker = await startWorker(spending);
      worker.begin();
      expect(await worker.next()).toBe('1');
      await kill(worker.child);
      const line = { bucket: 'shared', limit: 1000, endsAt: undefined, want: 1000, label: 'the test' };
      const reserve = async (waitUntil: number) =>
        heir.reserve([line], { waitUntil, signal: new AbortController().signal });
      await expect(reserve(0)).rejects.toMatchObject({ code: 'budget-exceeded' });
      (await reserve(performance.now() + 10_000)).settle([1000]);
      await vi.waitFor(async () => expect(await place.store.spentOf('shared')).toBe(1000));
    } finally {
      await heir.close();
      await place.dispose();
    }
  });
});

const firstSpending = {
  bucket: 'shared',
  endsAt: undefined,
  worker: 'before',
  sequence: 1,
  keep: 0,
  want: 0,
  unit: 0,
  mayTakeRest: false,
  leaseMs: 1,
};

async function openSqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
  const path = join(folder, 'ledger.db');
  const store = createSqliteLedgerStore({ path });
  return {
    store,
    place: path,
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openRedis(): Promise<Place> {
  const redis = await startRedis();
  const clients = connectTestRedis(redis.port);
  return {
    store: createRedisLedgerStore({ commands: clients.commands }),
    place: redis.port,
    async dispose() {
      clients.disconnect();
      await redis.stop();
    },
  };
}

async function startWorker(spending: Spending) {
  const script = fileURLToPath(new URL('./conformance/spend-budget.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(spending)]);
  children.add(child);
  child.stderr.pipe(process.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('ready');
  return { child, next, begin: () => child.stdin.write('go\n') };
}

async function kill(child: ChildProcessWithoutNullStreams): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
