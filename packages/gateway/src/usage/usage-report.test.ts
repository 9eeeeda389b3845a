import { describe, expect, it, vi } from 'vitest';
import { silentLog } from '../core/gateway-log.ts';
import type { LedgerStore } from './ledger-store.ts';
import { createMemoryLedgerStore } from './memory-ledger-store.ts';
import { createUsageLog } from './usage-log.ts';
import type { UsageRecord } from './usage-record.ts';
import { usageReport } from './usage-report.ts';

function record(part: Partial<UsageRecord>): UsageRecord {
  return {
    id: 'r',
    at: Date.UTC(2026, 10, 20),
    model: 'quick',
    usage: { input: 10, output: 5, cachedInput: 4 },
    microUsd: 100,
    isEstimated: false,
    outcome: 'finished',
    attempts: 1,
    discardedMicroUsd: 0,
    ...part,
  };
}

describe('a usage report', () => {
  it('adds up what was used, by whom', async () => {
    const usageLog = createUsageLog({ store: createMemoryLedgerStore(), log: silentLog });
    usageLog.add(record({ key: 'a', discardedMicroUsd: 7 }));
    usageLog.add(record({ key: 'b', isEstimated: true, microUsd: 50 }));
    usageLog.add(record({ key: 'b', isPriceUnknown: true, microUsd: 0 }));
    usageLog.add(record({ key: '__proto__' }));
    const { totals, groups, records } = await usageReport(usageLog, { groupBy: 'key', limit: 2 });
    const common = { requests: 4, inputTokens: 40, outputTokens: 20, cachedInputTokens: 16 };
    expect(totals).toEqual({ ...common, microUsd: 250, discardedMicroUsd: 7, estimated: 1, unpriced: 1 });
    expect(Object.keys(groups).toSorted()).toEqual(['__proto__', 'a', 'b']);
    expect(groups['b']).toMatchObject({ requests: 2, microUsd: 50 });
    expect(records).toHaveLength(2);
    expect((await usageReport(usageLog, { groupBy: 'day', key: 'a' })).groups).toHaveProperty('2026-11-20');
  });

  it('keeps the last thousand in memory', async () => {
    const store = createMemoryLedgerStore();
    await store.append(Array.from({ length: 5000 }, (_, index) => record({ id: String(index) })));
    const found = await store.list({ limit: 100_000 });
    expect([found.length, found[0]?.id, found.at(-1)?.id]).toEqual([1000, '4999', '4000']);
  });
});

describe('a usage log', () => {
  it('writes records together, and again when they could not be written', async () => {
    const memory = createMemoryLedgerStore();
    let isLost = true;
    const append = vi.fn<LedgerStore['append']>(async (records) => {
      if (isLost) throw new Error('Lost');
      await memory.append(records);
    });
    const log = { ...silentLog, error: vi.fn<() => void>() };
    const usageLog = createUsageLog({ store: { ...memory, append }, log });
    usageLog.add(record({ id: '1' }));
    usageLog.add(record({ id: '2' }));
    await vi.waitFor(() => expect(log.error).toHaveBeenCalledOnce());
    expect(append).toHaveBeenCalledOnce();
    isLost = false;
    usageLog.add(record({ id: '3' }));
    await usageLog.close();
    expect((await memory.list({})).map(({ id }) => id)).toEqual(['3', '2', '1']);
  });
});
