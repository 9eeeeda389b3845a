import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as fc from 'fast-check';
import { createBudgetLedger } from '../budget-ledger.ts';
import type { BudgetLedger, BudgetLine, Reservation } from '../budget-ledger.ts';
import type { Exchange, LedgerStore } from '../ledger-store.ts';
import type { UsageRecord } from '../usage-record.ts';

export interface LedgerSubject {
  /** The same ledger as another process sees it; in one process, the same store. */
  readonly connect: () => LedgerStore;
  dispose(): Promise<void>;
}

const patience = { waitUntil: Infinity, signal: new AbortController().signal };
const now = { waitUntil: 0, signal: new AbortController().signal };
let count = 0;
const freshName = (): string => `key:${(count += 1)}|usd|day-2026-11-20`;

/** A budget line; 20 of 1000 wanted unless told. */
function line(part: Partial<BudgetLine> = {}): BudgetLine {
  return { bucket: freshName(), limit: 1000, endsAt: Date.now() + 3_600_000, want: 20, label: 'key "k"', ...part };
}

/** The suite that every `LedgerStore` passes, below a `BudgetLedger` as the gateway uses it. */
export function describeLedger(name: string, create: () => Promise<LedgerSubject>): void {
  describe(`${name} as a ledger`, () => {
    let subject: LedgerSubject;
    let store: LedgerStore;
    const ledgers: BudgetLedger[] = [];
    beforeAll(async () => {
      subject = await create();
      store = subject.connect();
    });
    afterAll(async () => {
      await Promise.all(ledgers.map((ledger) => ledger.close()));
      await subject.dispose();
    });
    const open = (worker: string, leaseMs = 10_000, at = subject.connect()): BudgetLedger => {
      const ledger = createBudgetLedger({ store: at, worker, leaseMs });
      ledgers.push(ledger);
      return ledger;
    };

    it('books what calls cost, and refuses with 402 once the budget is spent', async () => {
      const ledger = open('books');
      const budget = line();
      (await ledger.reserve([budget], patience)).settle([600]);
      (await ledger.reserve([budget], patience)).settle([400]);
      await expect(reserve(ledger, [budget])).rejects.toMatchObject({ code: 'budget-exceeded', status: 402 });
      await vi.waitFor(async () => expect(await store.spentOf(budget.bucket)).toBe(1000));
    });

    it('counts a call once, however often it is settled or released', async () => {
      const ledger = open('once');
      const budget = line();
      const reservation = await ledger.reserve([budget], patience);
      reservation.settle([30]);
      reservation.settle([30]);
      reservation.release();
      (await ledger.reserve([budget], patience)).release();
      await vi.waitFor(async () => expect(await store.spentOf(budget.bucket)).toBe(30));
    });

    it('books an exchange once when it is sent again', async () => {
      const again: Exchange = { ...exchange('resender'), sequence: 7, spent: 50 };
      await store.exchange(again);
      expect((await store.exchange(again)).spent).toBe(50);
      expect((await store.exchange({ ...again, sequence: 8 })).spent).toBe(100);
    });

    it('holds all budgets of a call or none', async () => {
      const ledger = open('several');
      const [wide, narrow] = [line(), line({ limit: 20 })];
      (await ledger.reserve([narrow], patience)).settle([20]);
      await expect(reserve(ledger, [wide, narrow])).rejects.toMatchObject({ code: 'budget-exceeded' });
      const all = await ledger.reserve([{ ...wide, want: 1000 }], now);
      all.settle([1000]);
      await vi.waitFor(async () => expect(await store.spentOf(wide.bucket)).toBe(1000));
    });

    it('lets free calls pass a budget that is spent', async () => {
      const ledger = open('free');
      const budget = line();
      (await ledger.reserve([budget], patience)).settle([1000]);
      await expect(reserve(ledger, [{ ...budget, want: 0 }])).resolves.toBeDefined();
    });

    it('keeps periods apart', async () => {
      const ledger = open('periods');
      const budget = line();
      (await ledger.reserve([budget], patience)).settle([1000]);
      const next = { ...budget, bucket: `${budget.bucket}-next` };
      (await ledger.reserve([next], now)).settle([1]);
      await expect(reserve(ledger, [budget])).rejects.toMatchObject({ code: 'budget-exceeded' });
    });

    it.each([1, 4])(
      'overshoots by one call a worker at most when 200 rush at its end, from %i workers',
      async (workers) => {
        const cost = 50;
        const budget = line({ want: cost });
        const all = Array.from({ length: workers }, (_, index) => open(`rush-${workers}-${index}`));
        (await reserve(all[0], [{ ...budget, want: 950 }])).settle([930]);
        const { served, refused } = await rush(all, budget, { cost, calls: 200 });
        expect(served + refused).toBe(200);
        const spent = 930 + served * cost;
        await vi.waitFor(async () => expect(await store.spentOf(budget.bucket)).toBe(spent));
        expect(spent).toBeGreaterThanOrEqual(1000);
        expect(spent).toBeLessThan(1000 + workers * cost);
      },
    );

    it('overshoots no more when calls may cost far more than is left', async () => {
      const budget = line({ limit: 1000, want: 2000 });
      const all = Array.from({ length: 4 }, (_, index) => open(`dear-${index}`));
      const { served } = await rush(all, budget, { cost: 400, calls: 50 });
      expect(served).toBe(3);
    });

    it('gives the lease of a worker that died back to the others', async () => {
      const dead = open('dead', 100);
      const heir = open('heir', 100);
      const budget = line({ want: 1000 });
      await reserve(dead, [budget]);
      // Its lease lasts 100 ms, and its upkeep would come after a second.
      await expect(reserve(heir, [budget])).rejects.toMatchObject({ code: 'budget-exceeded' });
      await vi.waitFor(() => expect(reserve(heir, [budget])).resolves.toBeDefined(), 5000);
    });

    it('never sets more aside than there is, whatever workers do', async () => {
      const action = fc.record({
        worker: fc.constantFrom('a', 'b', 'c'),
        want: fc.nat({ max: 900 }),
        spent: fc.nat({ max: 100 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
          const bucket = freshName();
          const leases: Record<string, number> = {};
          let sum = 0;
          for (const [index, { worker, want, spent }] of actions.entries()) {
            const paid = Math.min(spent, leases[worker] ?? 0);
            sum += paid;
            const request = { ...exchange(worker), bucket, want, unit: want, spent: paid, sequence: index + 1 };
            const reply = await store.exchange({ ...request, mayTakeRest: index % 3 === 0 });
            leases[worker] = reply.lease;
            expect(reply.spent).toBe(sum);
            expect(sum + Object.values(leases).reduce((total, lease) => total + lease, 0)).toBeLessThanOrEqual(1000);
          }
          expect(await store.spentOf(bucket)).toBe(sum);
        }),
        { numRuns: 25 },
      );
    });

    it('counts no more than its limit in a window, and says when there is room', async () => {
      const take = { counter: freshName(), limit: 5, windowMs: 60_000, correction: 0, want: 1, more: 0 };
      for (let index = 0; index < 5; index += 1) expect((await store.take(take)).granted).toBe(1);
      const refused = await store.take(take);
      expect(refused.granted).toBe(0);
      expect(refused.retryAfterMs).toBeGreaterThan(59_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(60_600);
      expect((await store.take({ ...take, correction: -2 })).granted).toBe(1);
    });

    it('takes back what was taken in advance and not used', async () => {
      const take = { counter: freshName(), limit: 1000, windowMs: 60_000, correction: 0, want: 1, more: 20 };
      const { granted, step } = await store.take(take);
      expect(granted).toBe(21);
      await store.take({ ...take, want: 0, more: 0, unused: { step, amount: 20 } });
      expect((await store.take({ ...take, want: 999, more: 0 })).granted).toBe(999);
      expect((await store.take({ ...take, more: 0 })).granted).toBe(0);
    });

    it('lets a call that is larger than the whole limit pass when nothing else was counted', async () => {
      const take = { counter: freshName(), limit: 10, windowMs: 60_000, correction: 0, want: 25, more: 0 };
      expect((await store.take(take)).granted).toBe(25);
      expect((await store.take(take)).granted).toBe(0);
    });

    it('keeps usage records and finds them again, newest first', async () => {
      const key = freshName();
      await store.append([record('1', { key, at: 1000 }), record('2', { key, at: 2000, user: 'ada' })]);
      await store.append([record('3', { key, at: 3000 }), record('4', { at: 3000 })]);
      const ids = async (query: object) => (await store.list({ key, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual(['3', '2', '1']);
      expect(await ids({ user: 'ada' })).toEqual(['2']);
      expect(await ids({ from: 2000, to: 3000 })).toEqual(['2']);
      expect(await ids({ limit: 1 })).toEqual(['3']);
      expect((await store.list({ key, user: 'ada' }))[0]).toEqual(record('2', { key, at: 2000, user: 'ada' }));
    });
  });
}

/** Promises either way. */
async function reserve(ledger: BudgetLedger | undefined, lines: readonly BudgetLine[]): Promise<Reservation> {
  if (ledger === undefined) throw new Error('There is no such ledger');
  return ledger.reserve(lines, now);
}

/** Calls at once, spread over workers, each of which takes a moment. */
export async function rush(
  ledgers: readonly BudgetLedger[],
  budget: BudgetLine,
  { cost, calls }: { readonly cost: number; readonly calls: number },
): Promise<{ served: number; refused: number }> {
  const waiting = { waitUntil: performance.now() + 20_000, signal: new AbortController().signal };
  const outcomes = await Promise.allSettled(
    Array.from({ length: calls }, async (_, index) => {
      const reservation = await ledgers[index % ledgers.length]?.reserve([budget], waiting);
      await new Promise((resolve) => setTimeout(resolve, 5));
      reservation?.settle([cost]);
    }),
  );
  const served = outcomes.filter(({ status }) => status === 'fulfilled').length;
  return { served, refused: calls - served };
}

function exchange(worker: string): Exchange {
  return {
    bucket: freshName(),
    limit: 1000,
    endsAt: Date.now() + 3_600_000,
    worker,
    sequence: 0,
    spent: 0,
    keep: 0,
    want: 0,
    unit: 0,
    mayTakeRest: false,
    leaseMs: 60_000,
  };
}

function record(id: string, part: Partial<UsageRecord>): UsageRecord {
  return {
    id,
    at: 0,
    model: 'quick',
    target: 'openai/gpt-4o',
    usage: { input: 10, output: 5, cachedInput: 2 },
    microUsd: 75,
    isEstimated: false,
    outcome: 'finished',
    attempts: 1,
    discardedMicroUsd: 0,
    ...part,
  };
}
