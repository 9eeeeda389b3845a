import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { RateLimitSettings } from '../core/gateway-config.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { LedgerStore } from '../usage/ledger-store.ts';
import { createMemoryLedgerStore } from '../usage/memory-ledger-store.ts';
import { virtualKey } from '../usage/testing/budgeted-call.ts';
import type { VirtualKey } from './virtual-key.ts';
import { createRateLimits } from './rate-limits.ts';
import type { RateLimits } from './rate-limits.ts';
import { createWindowCounters } from './window-counters.ts';

const off: RateLimitSettings = { isOn: false, windowMs: 60_000, maxRequests: 2, by: 'both' };
const on: RateLimitSettings = { ...off, isOn: true };

async function admits(limits: RateLimits, key: VirtualKey | undefined, tokens = 10): Promise<boolean> {
  try {
    await limits.admit({ scope: { caller: 'd', ...(key && { key }) }, tokens, settings: off });
    return true;
  } catch {
    return false;
  }
}

/** The same store as several processes see it: all answers come later. */
function asShared(memory: LedgerStore): LedgerStore & { asked(): number } {
  let asked = 0;
  return {
    ...memory,
    isShared: true,
    asked: () => asked,
    async take(request) {
      asked += 1;
      await Promise.resolve();
      return memory.take(request);
    },
  };
}

describe('rate limits', () => {
  it('do not exist for a key without any', () => {
    const limits = createRateLimits({ store: createMemoryLedgerStore() });
    expect(limits.admit({ scope: { caller: 'd', key: virtualKey() }, tokens: 1, settings: off })).toBeUndefined();
  });

  it('never admit more requests than a minute has, wherever the minute begins', async () => {
    const step = fc.record({ wait: fc.nat({ max: 30_000 }), calls: fc.nat({ max: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), async (steps, limit) => {
        let time = 0;
        const now = () => time;
        const limits = createRateLimits({ store: createMemoryLedgerStore({ now }), now });
        const key = virtualKey({ requestsPerMinute: limit });
        const admitted: number[] = [];
        for (const { wait, calls } of steps) {
          time += wait;
          for (let index = 0; index < calls; index += 1) if (await admits(limits, key)) admitted.push(time);
        }
        for (const start of admitted) {
          expect(admitted.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('say when there is room again, and have it then', async () => {
    let time = 0;
    const now = () => time;
    const limits = createRateLimits({ store: createMemoryLedgerStore({ now }), now });
    const key = virtualKey({ requestsPerMinute: 3 });
    for (const at of [0, 10_000, 20_000]) {
      time = at;
      expect(await admits(limits, key)).toBe(true);
    }
    const refused = await Promise.resolve()
      .then(() => limits.admit({ scope: { caller: 'd', key }, tokens: 1, settings: off }))
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'rate-limited', status: 429, retryAfterMs: expect.any(Number) });
    time += (refused as { retryAfterMs: number }).retryAfterMs - 1;
    expect(await admits(limits, key)).toBe(false);
    time += 1;
    expect(await admits(limits, key)).toBe(true);
    expect(time).toBeGreaterThanOrEqual(60_000);
    expect(time).toBeLessThanOrEqual(61_000);
  });

  it('do not count a call that another limit refused', async () => {
    const limits = createRateLimits({ store: createMemoryLedgerStore() });
    const key = virtualKey({ requestsPerMinute: 2, tokensPerMinute: 100 });
    expect(await admits(limits, key, 90)).toBe(true);
    for (let index = 0; index < 5; index += 1) expect(await admits(limits, key, 90)).toBe(false);
    expect(await admits(limits, key, 5)).toBe(true);
    expect(await admits(limits, key, 1)).toBe(false);
  });

  it('go by session and by address; a session is that of its key', async () => {
    const limits = createRateLimits({ store: createMemoryLedgerStore() });
    const admit = async (scope: object) =>
      Promise.resolve()
        .then(() => limits.admit({ scope: { caller: 'd', ...scope }, tokens: 1, settings: on }))
        .then(() => true)
        .catch(() => false);
    expect(await admit({ session: 'a', address: '1' })).toBe(true);
    expect(await admit({ session: 'a', address: '2' })).toBe(true);
    expect(await admit({ session: 'a', address: '3' })).toBe(false);
    expect(await admit({ session: 'a', caller: 'other', address: '3' })).toBe(true);
    expect(await admit({ session: 'b', address: '3' })).toBe(true);
    expect(await admit({ session: 'c', address: '3' })).toBe(false);
    expect(await admit({})).toBe(true);
    expect(await admit({})).toBe(true);
    expect(await admit({})).toBe(false);
  });

  it('are exact when several workers share them, and ask rarely while there is plenty', async () => {
    const store = asShared(createMemoryLedgerStore());
    const workers = Array.from({ length: 4 }, () => createRateLimits({ store }));
    const key = virtualKey({ requestsPerMinute: 1000 });
    let admitted = 0;
    for (let round = 0; round < 300; round += 1) {
      const outcomes = await Promise.all(workers.map((limits) => admits(limits, key)));
      admitted += outcomes.filter(Boolean).length;
    }
    expect(admitted).toBeLessThanOrEqual(1000);
    expect(admitted).toBeGreaterThan(850);
    expect(store.asked()).toBeLessThan(1200);
  });

  it('admit exactly their number in a rush from several workers', async () => {
    const store = asShared(createMemoryLedgerStore());
    const workers = Array.from({ length: 4 }, () => createRateLimits({ store }));
    const key = virtualKey({ requestsPerMinute: 10 });
    const all = Array.from({ length: 200 }, (_, index) => workers[index % 4]).filter((limits) => limits !== undefined);
    const outcomes = await Promise.all(all.map((limits) => admits(limits, key)));
    expect(outcomes.filter(Boolean).length).toBe(10);
  });

  it('hold for each worker while their store is lost', async () => {
    const lost: LedgerStore = {
      ...createMemoryLedgerStore(),
      isShared: true,
      take: () => Promise.reject(new Error('Lost')),
    };
    const log = { ...silentLog, error: vi.fn<() => void>() };
    const limits = createRateLimits({ store: lost, log });
    const key = virtualKey({ requestsPerMinute: 2 });
    const outcomes = [await admits(limits, key), await admits(limits, key), await admits(limits, key)];
    expect(outcomes).toEqual([true, true, false]);
    expect(log.error).toHaveBeenCalledOnce();
  });

  it('give back what was taken in advance and not used', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const memory = createMemoryLedgerStore();
    const counters = createWindowCounters({ store: asShared(memory), log: silentLog, now: () => performance.now() });
    const counting = { counter: 'c', limit: 1000, windowMs: 60_000, want: 1 };
    for (let index = 0; index < 100; index += 1) await counters.take(counting);
    await vi.advanceTimersByTimeAsync(2000);
    const rest = await memory.take({ ...counting, want: 900, correction: 0, more: 0 });
    expect(rest.granted).toBe(900);
    expect((await memory.take({ ...counting, correction: 0, more: 0 })).granted).toBe(0);
    vi.useRealTimers();
  });
});
