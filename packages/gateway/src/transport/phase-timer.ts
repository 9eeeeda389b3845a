import type { Timeouts } from '../core/provider-strategy.ts';

export type Phase = keyof Timeouts;

/** Moments in the time of `now` that no phase goes beyond: the first three end by `startBy`, the last by `deadline`. */
export interface TimeBounds {
  readonly startBy: number;
  readonly deadline: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export interface PhaseTimer {
  /** Starts the clock of a phase; `ms` replaces its limit. `idle` is kept when it runs already. */
  enter(phase: Phase, ms?: number): void;
  /** Something came: the clock of `idle` starts again, those of other phases run on. */
  touch(): void;
  /** Stops the clock while we are the ones who wait. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/**
 * One clock at a time for the phases of a call; `expired` is told at most once. There is one timer for all of them: it
 * is only set again when it would ring too late, and looks at the time when it rings too early.
 */
export function createPhaseTimer(limits: Timeouts, expired: (phase: Phase) => void, bounds?: TimeBounds): PhaseTimer {
  const now = bounds?.now ?? (() => performance.now());
  let phase: Phase | undefined;
  let limit = limits.connect;
  let dueAt = 0;
  let ringsAt = Infinity;
  let timeout: NodeJS.Timeout | undefined;
  let paused = false;
  let stopped = false;

  function ring(): void {
    ringsAt = Infinity;
    if (stopped || paused || phase === undefined) return;
    const left = dueAt - now();
    // Timers may ring a little early.
    if (left >= 1) set(left);
    else {
      stopped = true;
      expired(phase);
    }
  }

  function set(ms: number): void {
    clearTimeout(timeout);
    ringsAt = now() + ms;
    timeout = setTimeout(ring, Math.max(0, ms));
  }

  function start(): void {
    if (stopped || paused) return;
    const at = now();
    dueAt = at + limit;
    if (bounds) dueAt = Math.min(dueAt, bounds.deadline, phase === 'idle' ? Infinity : bounds.startBy);
    if (dueAt < ringsAt) set(dueAt - at);
  }

  return {
    enter(next, ms = limits[next]) {
      if (phase === next && limit === ms) return;
      phase = next;
      limit = ms;
      start();
    },
    touch() {
      if (phase === 'idle') start();
    },
    pause() {
      paused = true;
    },
    resume() {
      if (!paused) return;
      paused = false;
      start();
    },
    stop() {
      stopped = true;
      clearTimeout(timeout);
    },
  };
}
