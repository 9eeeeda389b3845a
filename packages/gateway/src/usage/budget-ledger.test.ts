import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createBudgetLedger } from './budget-ledger.ts';
import type { BudgetLine } from './budget-ledger.ts';
import { rush } from './conformance/describe-ledger.ts';
import type { Exchange, LedgerStore } from './ledger-store.ts';
import { createMemoryLedgerStore } from './memory-ledger-store.ts';

const signal = new AbortController().signal;
const line: BudgetLine = { bucket: 'b', limit: 100_000, endsAt: undefined, want: 10, label: 'key "k"' };
const never = { waitUntil: 0, signal };

/** A shared store that can be lost, and counts how often it is asked. */
function losable() {
  const memory = createMemoryLedgerStore();
  const state = { isLost: false, asked: 0, isReplyLost: false, kept: 0, gate: Promise.resolve() };
  const store: LedgerStore = {
    ...memory,
    isShared: true,
    async exchange(request: Exchange) {
      state.asked += 1;
      state.kept = request.keep;
      await state.gate;
      if (state.isLost) throw new Error('Connection is closed');
      const reply = await memory.exchange(request);
      if (state.isReplyLost) throw new Error('Command timed out');
      return reply;
    },
  };
  return { memory, store, state };
}

describe('a budget ledger', () => {
  it('asks its store rarely while there is plenty', async () => {
    const { store, state } = losable();
    const ledger = createBudgetLedger({ store, worker: 'w' });
    for (let index = 0; index < 1000; index += 1) (await ledger.reserve([line], never)).settle([10]);
    expect(state.asked).toBeLessThan(60);
    await ledger.close();
  });

  it('spends what it holds while its store is lost, then refuses, and books everything afterwards', async () => {
    const { memory, store, state } = losable();
    const log = { info: vi.fn<() => void>(), warn: vi.fn<() => void>(), error: vi.fn<() => void>() };
    let time = 0;
    const ledger = createBudgetLedger({ store, worker: 'w', log, now: () => time });
    (await ledger.reserve([line], never)).settle([10]);
    state.isLost = true;
    let served = 1;
    const refusal = await (async () => {
      for (;;) {
        const reservation = await ledger.reserve([line], never);
        reservation.settle([10]);
        served += 1;
      }
    })().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'shedding', status: 503, retryAfterMs: 5000 });
    expect(served).toBeGreaterThan(10);
    expect(served).toBeLessThanOrEqual(65);
    expect(log.error).toHaveBeenCalledOnce();
    const { asked } = state;
    await expect(Promise.resolve(ledger.reserve([line], never))).rejects.toMatchObject({ code: 'shedding' });
    expect(state.asked).toBe(asked);
    state.isLost = false;
    time = 1000;
    (await ledger.reserve([line], never)).release();
    await ledger.close();
    expect(await memory.spentOf('b')).toBe(served * 10);
    expect(log.info).toHaveBeenCalledOnce();
  });

  it('books once what was booked but not acknowledged', async () => {
    const { memory, store, state } = losable();
    let time = 0;
    const ledger = createBudgetLedger({ store, worker: 'w', now: () => time });
    const tight = { ...line, limit: 20 };
    (await ledger.reserve([tight], never)).settle([10]);
    state.isReplyLost = true;
    await vi.waitFor(async () => expect(await memory.spentOf('b')).toBe(10));
    state.isReplyLost = false;
    time = 1000;
    (await ledger.reserve([tight], never)).settle([10]);
    await ledger.close();
    expect(await memory.spentOf('b')).toBe(20);
  });

  it('promises no more than it told the store, while the store answers', async () => {
    const { store, state } = losable();
    const ledger = createBudgetLedger({ store, worker: 'w' });
    const first = await ledger.reserve([line], never);
    const answer = Promise.withResolvers<void>();
    const { asked } = state;
    state.gate = answer.promise;
    first.settle([10]);
    await vi.waitFor(() => expect(state.asked).toBe(asked + 1));
    const running = Array.from({ length: 200 }, () => ledger.reserve([line], never));
    const atOnce = running.filter((reservation) => !(reservation instanceof Promise));
    expect(atOnce.length * 10).toBeLessThanOrEqual(state.kept);
    expect(atOnce.length).toBeGreaterThan(0);
    answer.resolve();
    for (const reservation of running) (await reservation).settle([10]);
    await ledger.close();
    expect(await store.spentOf('b')).toBe(2010);
    expect(state.asked).toBeLessThan(100);
  });

  it('lets a call wait for those that run, in order, and serves it when something is left', async () => {
    const ledger = createBudgetLedger({ store: createMemoryLedgerStore(), worker: 'w' });
    const tight = { ...line, limit: 15 };
    const order: string[] = [];
    const first = await ledger.reserve([tight], never);
    const wait = { waitUntil: performance.now() + 5000, signal };
    const spend = async (name: string): Promise<void> => {
      const reservation = await ledger.reserve([tight], wait);
      order.push(name);
      reservation.settle([10]);
    };
    const [second, third] = [spend('second'), spend('third')];
    await nextTurn();
    expect(order).toEqual([]);
    first.settle([5]);
    await second;
    await expect(third).rejects.toMatchObject({ code: 'budget-exceeded' });
    expect(order).toEqual(['second']);
    await ledger.close();
  });

  it('does not wait longer than it may, nor for a call that was given up', async () => {
    const ledger = createBudgetLedger({ store: createMemoryLedgerStore(), worker: 'w' });
    const tight = { ...line, limit: 15 };
    const first = await ledger.reserve([tight], never);
    await expect(ledger.reserve([tight], { waitUntil: performance.now() + 20, signal })).rejects.toMatchObject({
      code: 'budget-exceeded',
      message: expect.stringContaining('hold what is left'),
    });
    const leaving = new AbortController();
    const waiting = ledger.reserve([tight], { waitUntil: Infinity, signal: leaving.signal });
    leaving.abort();
    await expect(waiting).rejects.toBeDefined();
    first.release();
    expect(ledger.reserve([tight], never)).toHaveProperty('settle');
    await ledger.close();
  });

  it('keeps its lease alive below calls that run long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    const { store } = losable();
    const [one, other] = ['one', 'other'].map((worker) => createBudgetLedger({ store, worker, leaseMs: 1500 }));
    const all = { ...line, want: 100_000 };
    const reservation = await one?.reserve([all], never);
    await vi.advanceTimersByTimeAsync(4000);
    await expect(Promise.resolve(other?.reserve([line], never))).rejects.toMatchObject({ code: 'budget-exceeded' });
    reservation?.release();
    await one?.close();
    await expect(Promise.resolve(other?.reserve([line], never))).resolves.toBeDefined();
    await other?.close();
    vi.useRealTimers();
  });

  it('books exactly what was settled, whatever calls cost and however they end', async () => {
    const call = fc.record({
      want: fc.integer({ min: 1, max: 50 }),
      cost: fc.nat({ max: 60 }),
      ends: fc.constantFrom('settle', 'release', 'both'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 60 }), fc.integer({ min: 50, max: 1000 }), async (calls, limit) => {
        const memory = createMemoryLedgerStore();
        const ledger = createBudgetLedger({ store: memory, worker: 'w' });
        let settled = 0;
        let last = 0;
        for (const { want, cost, ends } of calls) {
          const [outcome] = await Promise.allSettled([ledger.reserve([{ ...line, limit, want }], never)]);
          expect(outcome.status).toBe(settled < limit ? 'fulfilled' : 'rejected');
          if (outcome.status === 'rejected') continue;
          if (ends !== 'release') {
            outcome.value.settle([cost]);
            settled += cost;
            last = cost;
          }
          if (ends !== 'settle') outcome.value.release();
        }
        await ledger.close();
        expect(await memory.spentOf('b')).toBe(settled);
        expect(settled - last).toBeLessThan(limit);
      }),
    );
  });

  it('serves a rush to the last unit that covers a call', async () => {
    const store = createMemoryLedgerStore();
    const ledger = createBudgetLedger({ store, worker: 'w' });
    const { served } = await rush([ledger], { ...line, limit: 1000, want: 30 }, { cost: 10, calls: 200 });
    expect(served).toBe(100);
    await ledger.close();
    expect(await store.spentOf('b')).toBe(1000);
  });
});
