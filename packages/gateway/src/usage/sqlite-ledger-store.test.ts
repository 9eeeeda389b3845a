import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exchange } from './ledger-store.ts';
import { createSqliteLedgerStore } from './sqlite-ledger-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const exchange: Exchange = {
  bucket: 'b',
  limit: 100,
  endsAt: Date.UTC(2026, 11, 1),
  worker: 'w',
  sequence: 1,
  spent: 10,
  keep: 0,
  want: 90,
  unit: 90,
  mayTakeRest: false,
  leaseMs: 10_000,
};

describe('a ledger in a file', () => {
  it('remembers what was spent when the machine starts anew, and not what was held', async () => {
    const path = join(folder, 'ledger.db');
    const before = createSqliteLedgerStore({ path, now: () => 5_000_000 });
    expect(await before.exchange(exchange)).toEqual({ spent: 10, lease: 90, granted: 'whole' });
    const take = { counter: 'c', limit: 5, windowMs: 60_000, correction: 0, want: 5, more: 0 };
    expect((await before.take(take)).granted).toBe(5);
    await before.close();
    const after = createSqliteLedgerStore({ path, now: () => 1000 });
    const other = { ...exchange, worker: 'other', sequence: 1, spent: 0 };
    expect(await after.exchange(other)).toEqual({ spent: 10, lease: 90, granted: 'whole' });
    expect((await after.take(take)).granted).toBe(5);
    await after.close();
  });

  it('forgets buckets a week after their period', async () => {
    let time = Date.UTC(2026, 10, 20);
    const store = createSqliteLedgerStore({ path: join(folder, 'ledger.db'), wallClock: () => time });
    await store.exchange({ ...exchange, want: 0 });
    time = Date.UTC(2026, 11, 7);
    for (let index = 0; index < 5001; index += 1) await store.exchange({ ...exchange, bucket: 'x', spent: 0 });
    expect(await store.spentOf('b')).toBe(10);
    time = Date.UTC(2026, 11, 9);
    for (let index = 0; index < 5001; index += 1) await store.exchange({ ...exchange, bucket: 'x', spent: 0 });
    expect(await store.spentOf('b')).toBe(0);
    await store.close();
  });

  it('keeps as many usage records as it has room for', async () => {
    const store = createSqliteLedgerStore({ path: join(folder, 'ledger.db'), maxRecords: 10 });
    const record = {
      at: 1,
      model: 'm',
      usage: { input: 1, output: 1 },
      microUsd: 1,
      isEstimated: false,
      outcome: 'finished',
      attempts: 1,
      discardedMicroUsd: 0,
    } as const;
    for (let index = 0; index < 25; index += 1) await store.append([{ ...record, id: String(index) }]);
    expect((await store.list({})).map(({ id }) => Number(id))).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15]);
    await store.close();
  });
});
