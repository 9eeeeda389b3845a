import type { UsageQuery, UsageRecord } from './usage-record.ts';

/**
 * Books what a worker spent of a bucket, and settles how much of the rest it may spend without asking. Amounts are whole
 * micro-units or tokens.
 */
export interface Exchange {
  /** Names the bucket; another period is another bucket. */
  readonly bucket: string;
  /** How much may be spent of it altogether. */
  readonly limit: number;
  /** Milliseconds since 1970 after which nobody asks for it; undefined: never. */
  readonly endsAt: number | undefined;
  readonly worker: string;
  /** Rises with every new `spent`: an exchange that is sent again is booked once. */
  readonly sequence: number;
  readonly spent: number;
  /** What the worker holds for calls that run; it has this even when the bucket is empty. */
  readonly keep: number;
  /** What a new call may cost at most; 0 when there is none. */
  readonly want: number;
  /** What a call of this bucket usually wants, for the size of a lease; 0 gives back what is not held. */
  readonly unit: number;
  /** Whether the call may have whatever is left: no other call of this worker draws on the bucket. */
  readonly mayTakeRest: boolean;
  /** Milliseconds until the lease of a worker that is not heard of comes back. */
  readonly leaseMs: number;
}

export interface Exchanged {
  /** All that was ever booked on the bucket. */
  readonly spent: number;
  /** What the worker now holds, `keep` included. */
  readonly lease: number;
  /** `whole`: the lease covers `want`; `rest`: it is all there was, and less; `none`: there was nothing to have. */
  readonly granted: 'whole' | 'rest' | 'none';
}

/** Counts something in a sliding window that is shared by all workers. */
export interface Take {
  /** Names the counter. */
  readonly counter: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Counted whether or not there is room for it; may be negative. */
  readonly correction: number;
  /** Was taken in advance in this step and not used. */
  readonly unused?: { readonly step: number; readonly amount: number };
  /** Counted if there is room; what exceeds the whole limit has room when nothing else is there. */
  readonly want: number;
  /** So many more may be taken in advance, where there is plenty. */
  readonly more: number;
}

export interface Taken {
  /** At least `want`, or 0 when there was no room. */
  readonly granted: number;
  /** The step of the window in which it was counted. */
  readonly step: number;
  /** Milliseconds for which what was taken in advance may be used. */
  readonly validMs: number;
  /** Milliseconds until there may be room for `want`; 0 when it was granted. */
  readonly retryAfterMs: number;
}

type Soon<T> = T | Promise<T>;

/**
 * Where budgets, limits and usage records are kept. Stores in this process answer at once; `shared` ones serve several
 * processes. Methods throw whatever the store throws when it cannot be reached: nothing was booked then, or it will be
 * recognised when it is sent again.
 */
export interface LedgerStore {
  readonly isShared: boolean;
  exchange(request: Exchange): Soon<Exchanged>;
  take(request: Take): Soon<Taken>;
  /** Keeps records, as many as it has room for: the oldest go. */
  append(records: readonly UsageRecord[]): Soon<void>;
  /** Newest first. */
  list(query: UsageQuery): Soon<readonly UsageRecord[]>;
  /** What was booked on a bucket; 0 for an unknown one. */
  spentOf(bucket: string): Soon<number>;
  close(): Soon<void>;
}
