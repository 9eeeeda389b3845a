import type { Exchange, Exchanged, LedgerStore, Take, Taken } from './ledger-store.ts';
import { matchesQuery } from './matches-query.ts';
import { shareOfBucket } from './share-of-bucket.ts';
import { decideWindow, windowSteps } from './sliding-window.ts';
import type { WindowStep } from './sliding-window.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';

export interface MemoryLedgerOptions {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock?: () => number;
  /** Usage records that are kept. */
  readonly maxRecords?: number;
}

interface Lease {
  amount: number;
  sequence: number;
  expiresAt: number;
}

interface Bucket {
  spent: number;
  readonly endsAt: number | undefined;
  readonly leases: Map<string, Lease>;
}

/** Buckets and counters are looked through for old ones whenever so many new ones came. */
const sweepEvery = 1000;
const countersAtMost = 100_000;

/** A ledger of one process, forgotten with it. */
export function createMemoryLedgerStore({
  now = () => performance.now(),
  wallClock = Date.now,
  maxRecords = 1000,
}: MemoryLedgerOptions = {}): LedgerStore {
  const buckets = new Map<string, Bucket>();
  const counters = new Map<string, { steps: WindowStep[]; until: number }>();
  const records: UsageRecord[] = [];
  let untilSweep = sweepEvery;

  function sweep(): void {
    untilSweep -= 1;
    if (untilSweep > 0) return;
    untilSweep = sweepEvery;
    const [moment, time] = [now(), wallClock()];
    for (const [name, { endsAt = Infinity }] of buckets) if (endsAt + dayMs < time) buckets.delete(name);
    for (const [name, { until }] of counters) {
      // Strangers may name as many sessions as they like.
      if (until >= moment && counters.size <= countersAtMost) continue;
      counters.delete(name);
    }
  }

  function bucketOf({ bucket: name, endsAt }: Exchange): Bucket {
    const known = buckets.get(name);
    if (known !== undefined) return known;
    sweep();
    const bucket = { spent: 0, endsAt, leases: new Map<string, Lease>() };
    buckets.set(name, bucket);
    return bucket;
  }

  return {
    isShared: false,
    exchange(request): Exchanged {
      const bucket = bucketOf(request);
      const moment = now();
      let lease = bucket.leases.get(request.worker);
      if (lease === undefined) {
        lease = { amount: 0, sequence: 0, expiresAt: 0 };
        bucket.leases.set(request.worker, lease);
      }
      if (request.sequence > lease.sequence) {
        bucket.spent += request.spent;
        lease.sequence = request.sequence;
      }
      let others = 0;
      for (const other of bucket.leases.values()) {
        if (other !== lease && other.expiresAt > moment) others += other.amount;
      }
      const share = shareOfBucket(request, { spent: bucket.spent, others });
      lease.amount = share.lease;
      lease.expiresAt = moment + request.leaseMs;
      return share;
    },
    take(request: Take): Taken {
      const moment = now();
      let counter = counters.get(request.counter);
      if (counter === undefined) {
        sweep();
        counter = { steps: [], until: 0 };
        counters.set(request.counter, counter);
      }
      const { steps } = counter;
      if (request.unused !== undefined) takeBack(steps, request.unused);
      const decision = decideWindow(request, steps, moment);
      while (steps[0] !== undefined && steps[0].step < decision.step - windowSteps) steps.shift();
      if (decision.added === 0) return decision;
      const last = steps.at(-1);
      if (last?.step === decision.step) steps[steps.length - 1] = plus(last, decision.added);
      else steps.push({ step: decision.step, amount: decision.added });
      counter.until = moment + request.windowMs * 2;
      return decision;
    },
    append(more) {
      records.push(...more);
      // In blocks, so that a full memory does not move all of it for each record.
      if (records.length >= maxRecords * 2) records.splice(0, records.length - maxRecords);
    },
    list: (query: UsageQuery) =>
      records
        .slice(-maxRecords)
        .toReversed()
        .filter((record) => matchesQuery(record, query))
        .slice(0, query.limit ?? 100),
    spentOf: (name) => buckets.get(name)?.spent ?? 0,
    close: () => undefined,
  };
}

const dayMs = 86_400_000;

function takeBack(steps: WindowStep[], { step, amount }: WindowStep): void {
  const index = steps.findIndex((entry) => entry.step === step);
  const entry = steps[index];
  if (entry !== undefined) steps[index] = plus(entry, -amount);
}

function plus({ step, amount }: WindowStep, more: number): WindowStep {
  return { step, amount: amount + more };
}
