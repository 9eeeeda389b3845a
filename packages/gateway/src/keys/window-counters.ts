import type { GatewayLog } from '../core/gateway-log.ts';
import type { LedgerStore, Take, Taken } from '../usage/ledger-store.ts';
import { createMemoryLedgerStore } from '../usage/memory-ledger-store.ts';

/** One counter, and how much of it is wanted. */
export type Counting = Pick<Take, 'counter' | 'limit' | 'windowMs' | 'want'>;

/** Counters of sliding windows, kept in a store. */
export interface WindowCounters {
  /** 0 when there was room, else the milliseconds until there may be. */
  take(counting: Counting): number | Promise<number>;
  /** Counts so much more, or less, than was taken. */
  correct(counting: Counting, difference: number): void;
}

export interface WindowCountersOptions {
  readonly store: LedgerStore;
  readonly log: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What this worker took in advance, and what it still has to tell the store. */
interface Advance {
  readonly counting: Counting;
  left: number;
  step: number;
  validUntil: number;
  /** How much was wanted since the last question, and before it: so much is taken in advance. */
  used: number;
  isAsking: boolean;
  correction: number;
}

const tellingDelay = 250;
/** Without growth a busy worker would ask 40 times a second for each counter, which is 6 µs of every request. */
const growth = 2;
/** Milliseconds for which a store that could not be reached is not asked. */
const restAfterLoss = 1000;

/**
 * While there is plenty, a worker takes twice as much of a shared counter in advance as it needed lately, for as long as the
 * current step of the window lasts, and answers at once; what it did not use goes back to the step it was taken from.
 * Without its store each worker counts by itself: limits then hold for each worker.
 */
export function createWindowCounters({ store, log, now }: WindowCountersOptions): WindowCounters {
  const advances = new Map<string, Advance>();
  const alone = createMemoryLedgerStore({ now, maxRecords: 0 });
  let isReachable = true;
  let lostUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  function advanceOf(counting: Counting): Advance {
    const known = advances.get(counting.counter);
    if (known !== undefined) return known;
    const advance = { counting, left: 0, step: 0, validUntil: 0, used: 0, isAsking: false, correction: 0 };
    advances.set(counting.counter, advance);
    return advance;
  }

  function noteReach(error: unknown): void {
    lostUntil = error === undefined ? 0 : now() + restAfterLoss;
    if (isReachable === (error === undefined)) return;
    isReachable = error === undefined;
    if (isReachable) log.info({}, 'The counters of rate limits are reached again');
    else log.error({ err: error }, 'The counters of rate limits cannot be reached: each worker counts by itself');
  }

  /** What the store has to be told with the next question. */
  function debtOf(advance: Advance): Pick<Take, 'correction' | 'unused'> {
    const { correction, left, step } = advance;
    advance.correction = 0;
    advance.left = 0;
    return { correction, ...(left > 0 && { unused: { step, amount: left } }) };
  }

  async function takeShared(counting: Counting, advance: Advance): Promise<number> {
    const askedAt = now();
    const more = advance.isAsking ? 0 : advance.used * growth;
    const debt = advance.isAsking ? { correction: 0 } : debtOf(advance);
    const isFirst = !advance.isAsking;
    advance.isAsking = true;
    advance.used = counting.want;
    try {
      const { granted, step, validMs, retryAfterMs } = await store.take({ ...counting, ...debt, more });
      noteReach(undefined);
      if (granted === 0) return Math.max(1, retryAfterMs);
      if (granted > counting.want) {
        advance.left = granted - counting.want;
        advance.step = step;
        advance.validUntil = askedAt + validMs;
        tellSoon();
      }
      return 0;
    } catch (error) {
      noteReach(error);
      return takeAlone(counting);
    } finally {
      if (isFirst) advance.isAsking = false;
    }
  }

  function takeAlone(counting: Counting): number | Promise<number> {
    return resultOf(alone.take({ ...counting, correction: 0, more: 0 }));
  }

  function tellSoon(): void {
    timer ??= setTimeout(tellAll, tellingDelay).unref();
  }

  function tellAll(): void {
    timer = undefined;
    for (const [counter, advance] of advances) {
      const isOwing = advance.correction !== 0 || (advance.left > 0 && now() >= advance.validUntil);
      if (isOwing && !advance.isAsking) void tell(advance.counting, debtOf(advance));
      else if (advance.left === 0 && !advance.isAsking) advances.delete(counter);
    }
    if (advances.size > 0) tellSoon();
  }

  async function tell(counting: Counting, debt: Pick<Take, 'correction' | 'unused'>): Promise<void> {
    try {
      await store.take({ ...counting, ...debt, want: 0, more: 0 });
      noteReach(undefined);
    } catch (error) {
      noteReach(error);
    }
  }

  return {
    take(counting) {
      if (!store.isShared) return resultOf(store.take({ ...counting, correction: 0, more: 0 }));
      // A store that hangs must not make every call wait for it.
      if (now() < lostUntil) return takeAlone(counting);
      const advance = advanceOf(counting);
      tellSoon();
      if (advance.left < counting.want || now() >= advance.validUntil) return takeShared(counting, advance);
      advance.left -= counting.want;
      advance.used += counting.want;
      return 0;
    },
    correct(counting, difference) {
      if (difference === 0) return;
      if (!store.isShared) {
        void tell(counting, { correction: difference });
        return;
      }
      advanceOf(counting).correction += difference;
      tellSoon();
    },
  };
}

function resultOf(taken: Taken | Promise<Taken>): number | Promise<number> {
  if (taken instanceof Promise) return taken.then(resultOf);
  return taken.granted > 0 ? 0 : Math.max(1, taken.retryAfterMs);
}
