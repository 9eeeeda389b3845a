import type { GatewayLog } from '../core/gateway-log.ts';
import { toGatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import { createBucketLease } from './bucket-lease.ts';
import type { BucketLease, HoldObstacle } from './bucket-lease.ts';
import { budgetRefusal } from './budget-refusal.ts';
import type { LedgerStore } from './ledger-store.ts';

/** What one call may draw on one bucket. */
export interface BudgetLine {
  /** Names the bucket in the store: the identity, what is counted, and the period. */
  readonly bucket: string;
  readonly limit: number;
  /** Milliseconds since 1970; undefined: never. */
  readonly endsAt: number | undefined;
  /** The most the call is expected to cost. 0: it is free, and passes even an empty bucket. */
  readonly want: number;
  /** How people call the budget, such as `key "ci", 20 USD per month`. */
  readonly label: string;
}

/** What is held for a running call. */
export interface Reservation {
  /** Books what the call really cost, one amount for each line. Only the first of `settle` and `release` counts. */
  settle(amounts: readonly number[]): void;
  /** The call cost nothing. */
  release(): void;
}

export interface ReserveOptions {
  /** Monotonic milliseconds until which a call waits for running ones to be settled. */
  readonly waitUntil: number;
  readonly signal: AbortSignal;
}

/** Keeps calls within budgets. */
export interface BudgetLedger {
  /**
   * Holds what a call may cost of all its buckets, or throws: `budget-exceeded` with the bucket and when it is new again,
   * `shedding` while the store cannot be reached and no lease is left. Answers at once where a lease covers it. A call
   * that is not refused but does not fit beside those that run waits for them, in order, until `waitUntil`.
   */
  reserve(lines: readonly BudgetLine[], options: ReserveOptions): Reservation | Promise<Reservation>;
  /** Books what was settled here and is not in the store yet. */
  flush(): Promise<void>;
  /** Books all that was settled and gives leases back. */
  close(): Promise<void>;
}

export interface BudgetLedgerOptions {
  readonly store: LedgerStore;
  /** Tells this process from all others. */
  readonly worker: string;
  readonly log?: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Milliseconds since 1970, for messages. */
  readonly wallClock?: () => number;
  /** Milliseconds after which the lease of a process that died comes back. */
  readonly leaseMs?: number;
}

/** Milliseconds: how soon spending is booked in a shared store, and how often leases are renewed or given back. */
const bookingDelay = 25;
const upkeepEvery = 1000;
/** Milliseconds for which a store that could not be reached is not asked for calls. */
const restAfterLoss = 1000;

/**
 * Budgets that hold across workers and replicas at memory speed.
 *
 * A worker holds a lease of a bucket: a part that the store set aside for it. `spent + all leases` never exceeds the limit,
 * and a call starts only if the most it may cost fits into its worker's lease, beside the calls that run there. So calls
 * cannot spend together what is not there. While there is plenty, a lease is worth many calls, and the hot path is
 * arithmetic in memory. The less is left, the smaller the leases that the store gives, down to nothing: then every call is
 * reserved in the store itself.
 *
 * A bucket whose rest is less than one call may cost is not wasted: the rest is given to one call whose worker runs no
 * other on that bucket, and no other worker gets anything meanwhile. That call may cost more than the rest. It is the only
 * way to spend more than the limit, so the overshoot is at most one call per worker. Two more things are outside of
 * this: a call that costs more than the most it was expected to, by that difference; and a process that dies within the
 * 25 ms before its spending is booked, which loses that spending, never more than its lease.
 *
 * A lease that is not renewed for `leaseMs` comes back to all. When the store cannot be reached, what is left of leases
 * is spent, for as long as the store would have kept them, then calls are refused; spending is booked when it is back,
 * once, as its sequence number tells.
 */
export function createBudgetLedger({
  store,
  worker,
  log = silentLog,
  now = () => performance.now(),
  wallClock = Date.now,
  leaseMs = 10_000,
}: BudgetLedgerOptions): BudgetLedger {
  const leases = new Map<string, BucketLease>();
  const dirty = new Set<BucketLease>();
  let isReachable = true;
  let lostUntil = 0;
  let isClosed = false;
  let bookingTimer: NodeJS.Timeout | undefined;
  let upkeepTimer: NodeJS.Timeout | undefined;
  let sequence = 0;
  const nextSequence = (): number => (sequence += 1);

  function leaseOf(line: BudgetLine): BucketLease {
    let lease = leases.get(line.bucket);
    if (lease === undefined) {
      lease = createBucketLease({
        store,
        worker,
        leaseMs,
        now,
        nextSequence,
        bucket: line.bucket,
        endsAt: line.endsAt,
      });
      leases.set(line.bucket, lease);
      upkeepTimer ??= setInterval(keepUp, upkeepEvery).unref();
    }
    return lease;
  }

  /** Tells once when the store is lost, and once when it is back. */
  function noteReach(error: unknown): void {
    lostUntil = error === undefined ? 0 : now() + restAfterLoss;
    if (isReachable === (error === undefined)) return;
    isReachable = error === undefined;
    if (isReachable) log.info({}, 'The ledger of budgets is reached again');
    else
      log.error(
        { err: error },
        'The ledger of budgets cannot be reached: held leases are spent, then calls are refused',
      );
  }

  async function book(lease: BucketLease): Promise<void> {
    try {
      await (isClosed ? lease.giveBack() : lease.book());
      noteReach(undefined);
    } catch (error) {
      // What could not be booked is kept and sent again by the next upkeep.
      noteReach(error);
    }
  }

  function bookDirty(): void {
    bookingTimer = undefined;
    const all = [...dirty];
    dirty.clear();
    for (const lease of all) void book(lease);
  }

  function settled(lease: BucketLease): void {
    if (lease.isTight || isClosed) void book(lease);
    else {
      dirty.add(lease);
      bookingTimer ??= setTimeout(bookDirty, bookingDelay);
    }
    lease.waiting.wakeNext();
  }

  function keepUp(): void {
    for (const [bucket, lease] of leases) {
      if (lease.isForgotten) leases.delete(bucket);
      else if (lease.needsUpkeep) void book(lease);
    }
    if (leases.size > 0) return;
    clearInterval(upkeepTimer);
    upkeepTimer = undefined;
  }

  /** Holds all lines or none; tells the first that stands in the way. */
  function attempt(lines: readonly BudgetLine[], isNew: boolean): Reservation | Obstacle {
    const holdings: Holding[] = [];
    for (const line of lines) {
      if (line.want <= 0) continue;
      const lease = leaseOf(line);
      const held = lease.hold(line, isNew);
      if (typeof held === 'string') {
        for (const past of holdings) past.lease.letGo(past.held);
        return { line, lease, reason: held };
      }
      holdings.push({ line, lease, held });
    }
    return reservationOf(lines, holdings);
  }

  function reservationOf(lines: readonly BudgetLine[], holdings: readonly Holding[]): Reservation {
    let isOver = false;
    const end = (amounts: readonly number[]): void => {
      if (isOver) return;
      isOver = true;
      for (const [index, line] of lines.entries()) {
        const amount = Math.max(0, Math.ceil(amounts[index] ?? 0));
        const held = holdings.find((holding) => holding.line === line);
        // A call that was expected to be free may still have cost something.
        if (held === undefined && amount === 0) continue;
        const lease = held?.lease ?? leaseOf(line);
        lease.spend(held?.held ?? 0, amount);
        settled(lease);
      }
    };
    return { settle: end, release: () => end([]) };
  }

  async function reserveSoon(
    lines: readonly BudgetLine[],
    first: Obstacle,
    { waitUntil, signal }: ReserveOptions,
  ): Promise<Reservation> {
    let obstacle = first;
    let hasWaited = false;
    for (;;) {
      const { line, lease } = obstacle;
      const reason = obstacle.reason === 'ask' ? await ask(obstacle) : obstacle.reason;
      if (reason === 'held' && now() < waitUntil && !isClosed) {
        await lease.waiting.wait({ waitMs: waitUntil - now(), signal, atFront: hasWaited });
        hasWaited = true;
      } else if (reason !== 'again') {
        lease.waiting.wakeNext();
        throw budgetRefusal(reason, line, wallClock());
      }
      const outcome = signal.aborted ? undefined : attempt(lines, false);
      if (outcome !== undefined && 'reason' in outcome) {
        obstacle = outcome;
        continue;
      }
      lease.waiting.wakeNext();
      if (outcome !== undefined) return outcome;
      throw toGatewayError(signal.reason);
    }
  }

  async function ask({ line, lease }: Obstacle): Promise<'held' | 'again'> {
    try {
      // A store that hangs must not make every call wait for it.
      if (now() >= lostUntil) {
        const answer = await lease.ask(line);
        noteReach(undefined);
        return answer;
      }
    } catch (error) {
      noteReach(error);
    }
    lease.waiting.wakeNext();
    throw budgetRefusal('unreachable', line, wallClock());
  }

  return {
    reserve(lines, options) {
      const outcome = attempt(lines, true);
      return 'reason' in outcome ? reserveSoon(lines, outcome, options) : outcome;
    },
    async flush() {
      await Promise.all([...dirty].map(book));
    },
    async close() {
      isClosed = true;
      clearTimeout(bookingTimer);
      clearInterval(upkeepTimer);
      await Promise.all([...leases.values()].map(book));
    },
  };
}

interface Obstacle {
  readonly line: BudgetLine;
  readonly lease: BucketLease;
  readonly reason: HoldObstacle;
}

/** What a reservation holds of one bucket. */
interface Holding {
  readonly line: BudgetLine;
  readonly lease: BucketLease;
  readonly held: number;
}
