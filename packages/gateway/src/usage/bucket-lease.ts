import type { BudgetLine } from './budget-ledger.ts';
import type { Exchanged, LedgerStore } from './ledger-store.ts';
import { createWaitingLine } from './waiting-line.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface BucketLeaseOptions {
  readonly store: LedgerStore;
  readonly worker: string;
  readonly bucket: string;
  readonly endsAt: number | undefined;
  readonly leaseMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Never gives the same number twice in the life of the worker. */
  readonly nextSequence: () => number;
}

/** Why a call does not start: the bucket is spent, others hold what is left, or the store has to be asked. */
export type HoldObstacle = 'spent' | 'held' | 'ask';

/** What one worker holds of one bucket, and what it spent of it. */
export interface BucketLease {
  /** Holds the most that a call may cost, and tells how much that is: less only for the call that gets the rest. */
  hold(line: BudgetLine, isNew: boolean): number | HoldObstacle;
  /** Undoes `hold`. */
  letGo(amount: number): void;
  /** In place of what was held, `amount` was spent. */
  spend(held: number, amount: number): void;
  /** Asks the store for `line.want`. Resolves with `held` when there is nothing to have, else with `again`. */
  ask(line: BudgetLine): Promise<'held' | 'again'>;
  /** Books what was spent, renews the lease, and gives back what is not used. Rejects when the store cannot be reached. */
  book(): Promise<void>;
  /** The same, and keeps nothing but what calls hold that still run. */
  giveBack(): Promise<void>;
  readonly waiting: WaitingLine;
  /** Whether the store gave no more than was wanted: others wait for what is spent here. */
  readonly isTight: boolean;
  readonly needsUpkeep: boolean;
  /** Whether nothing is held, owed or waited for. */
  readonly isForgotten: boolean;
}

/** A lease is idle, and goes back, after this time without a call. */
const idleMs = 1000;
/** How often the first that waits asks whether others gave something back. */
const pollMs = 50;

export function createBucketLease(options: BucketLeaseOptions): BucketLease {
  const { store, now, leaseMs } = options;
  const waiting = createWaitingLine(pollMs);
  /** What `held` and all that is not booked yet may come to. */
  let lease = 0;
  let validUntil = 0;
  let held = 0;
  let spent = 0;
  let sent: { readonly sequence: number; readonly amount: number } | undefined;
  let booked = 0;
  let limit = 0;
  let unit = 0;
  let rest = 0;
  let isTight = true;
  let usedAt = now();
  let exchanging: Promise<Exchanged> | undefined;

  const unbooked = (): number => spent + (sent?.amount ?? 0);
  const room = (): number => (now() < validUntil ? Math.max(0, lease - held - unbooked()) : 0);

  function exchange(keep: number, want: number, size: number): Exchanged | Promise<Exchanged> {
    if (sent === undefined && spent > 0) {
      sent = { sequence: options.nextSequence(), amount: spent };
      spent = 0;
    }
    // While the store answers, no more than `keep` may be promised here.
    lease = keep + (sent?.amount ?? 0);
    rest = 0;
    const askedAt = now();
    const { bucket, endsAt, worker } = options;
    const { sequence, amount } = sent ?? { sequence: 0, amount: 0 };
    const mayTakeRest = held === 0;
    const reply = store.exchange({
      bucket,
      limit,
      endsAt,
      worker,
      sequence,
      spent: amount,
      keep,
      want,
      unit: size,
      mayTakeRest,
      leaseMs,
    });
    const adopt = (answer: Exchanged): Exchanged => {
      sent = undefined;
      booked = answer.spent;
      lease = answer.lease;
      validUntil = askedAt + leaseMs;
      isTight = answer.lease <= keep + want;
      if (answer.granted === 'rest' && held === 0) rest = answer.lease;
      return answer;
    };
    if (!(reply instanceof Promise)) return adopt(reply);
    exchanging = reply.then(adopt).finally(() => {
      exchanging = undefined;
    });
    return exchanging;
  }

  function take(amount: number): number {
    held += amount;
    return amount;
  }

  /** What can be held without asking. */
  function find(want: number): number | undefined {
    if (rest > 0 && held === 0 && now() < validUntil) {
      const all = rest;
      rest = 0;
      return take(all);
    }
    return room() >= want ? take(want) : undefined;
  }

  async function settle(isIdle: boolean): Promise<void> {
    if (exchanging !== undefined) await exchanging;
    if (exchanging !== undefined) return;
    const half = Math.floor(room() / 2);
    // What does not even cover a call is of more use to others.
    await exchange(held + (isIdle || half < unit ? 0 : half), 0, isIdle ? 0 : unit);
  }

  return {
    waiting,
    get isTight() {
      return isTight;
    },
    get needsUpkeep() {
      if (exchanging !== undefined) return false;
      const isIdle = now() - usedAt > idleMs;
      return unbooked() > 0 || (isIdle && lease > held) || (held > 0 && validUntil - now() < leaseMs * 0.6);
    },
    get isForgotten() {
      const isOwed = held > 0 || unbooked() > 0 || waiting.length > 0 || exchanging !== undefined;
      return !isOwed && (lease === 0 || now() >= validUntil) && now() - usedAt > idleMs;
    },
    hold({ want, limit: total }, isNew) {
      limit = total;
      unit = want;
      usedAt = now();
      if (booked + unbooked() >= limit) return 'spent';
      if (isNew && waiting.length > 0) return 'held';
      const found = find(want);
      if (found !== undefined) return found;
      if (store.isShared && exchanging !== undefined) return 'ask';
      const reply = store.isShared ? undefined : exchange(held, want, want);
      if (reply === undefined || reply instanceof Promise) return 'ask';
      return find(want) ?? (booked >= limit ? 'spent' : 'held');
    },
    letGo(amount) {
      held -= amount;
    },
    spend(amountHeld, amount) {
      held -= amountHeld;
      spent += amount;
      usedAt = now();
    },
    async ask({ want }) {
      if (exchanging !== undefined) {
        await exchanging;
        return 'again';
      }
      const { granted } = await exchange(held, want, want);
      return granted === 'none' && booked < limit ? 'held' : 'again';
    },
    book: () => settle(now() - usedAt > idleMs),
    giveBack: () => settle(true),
  };
}
