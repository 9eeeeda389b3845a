import type { BreakerSettings } from '../core/gateway-config.ts';

/** `half-open`: it rested long enough, and single calls probe whether it serves again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Leave for one call. Tell how it went; a call that says nothing of the target is `released`. */
export interface Permit {
  readonly isProbe: boolean;
  succeeded(): void;
  failed(): void;
  released(): void;
}

export interface Breaker {
  readonly state: BreakerState;
  /** Calls and failures in the window. */
  counts(): { readonly calls: number; readonly failures: number };
  /** Milliseconds until a call may be let through; 0 when it may now. */
  restMs(): number;
  /** Undefined when a call must not be made now. */
  admit(): Permit | undefined;
  reset(): void;
}

interface Slice {
  number: number;
  calls: number;
  failures: number;
}

const slicesPerWindow = 10;
const minute = 60_000;

/** Stops asking a target that fails. See `BreakerSettings` for when it opens and closes; they may change. */
export function createBreaker(settings: () => BreakerSettings, now: () => number): Breaker {
  let slices: Slice[] = [];
  let state: BreakerState = 'closed';
  let openedAt = 0;
  let successes = 0;
  let isProbing = false;
  let probes: number[] = [];

  const sliceNow = (): number => Math.floor((now() * slicesPerWindow) / settings().windowMs);

  function note(kind: 'calls' | 'failures'): void {
    const number = sliceNow();
    let slice = slices.at(-1);
    if (slice?.number !== number) {
      slice = { number, calls: 0, failures: 0 };
      slices = [...slices.filter((old) => isRecent(old, number)), slice];
    }
    slice[kind] += 1;
  }

  function counts(): { calls: number; failures: number } {
    const number = sliceNow();
    let calls = 0;
    let failures = 0;
    for (const slice of slices) {
      if (!isRecent(slice, number)) continue;
      calls += slice.calls;
      failures += slice.failures;
    }
    return { calls, failures };
  }

  function open(): void {
    state = 'open';
    openedAt = now();
    successes = 0;
    isProbing = false;
    slices = [];
  }

  function close(): void {
    state = 'closed';
    isProbing = false;
    slices = [];
  }

  function stateNow(): BreakerState {
    if (state === 'open' && now() - openedAt >= settings().openMs) state = 'half-open';
    return state;
  }

  function restMs(): number {
    const current = stateNow();
    if (current === 'closed') return 0;
    if (current === 'open') return Math.max(1, openedAt + settings().openMs - now());
    probes = probes.filter((at) => at > now() - minute);
    const [oldest = 0] = probes;
    if (probes.length >= settings().probesPerMinute) return Math.max(1, oldest + minute - now());
    return isProbing ? 1 : 0;
  }

  const normalPermit: Permit = {
    isProbe: false,
    succeeded() {
      if (state === 'closed') note('calls');
    },
    failed() {
      if (state !== 'closed') return;
      note('calls');
      note('failures');
      const { calls, failures } = counts();
      const limits = settings();
      if (failures >= limits.failures && failures >= calls * limits.failureShare) open();
    },
    released: () => undefined,
  };

  /** A probe may succeed first and break off later: then it has failed. */
  function createProbe(): Permit {
    let isUnderWay = true;
    const settle = (): void => {
      if (isUnderWay) isProbing = false;
      isUnderWay = false;
    };
    return {
      isProbe: true,
      succeeded() {
        settle();
        successes += 1;
        if (state === 'half-open' && successes >= settings().successes) close();
      },
      failed() {
        settle();
        if (state === 'closed') normalPermit.failed();
        else open();
      },
      released: settle,
    };
  }

  return {
    get state() {
      return stateNow();
    },
    counts,
    restMs,
    admit() {
      if (state === 'closed') return normalPermit;
      if (restMs() > 0) return undefined;
      isProbing = true;
      probes.push(now());
      return createProbe();
    },
    reset() {
      close();
      probes = [];
      successes = 0;
    },
  };
}

/** Slices of another window's length may have numbers that are still to come. */
function isRecent({ number }: Slice, current: number): boolean {
  return number <= current && number > current - slicesPerWindow;
}
