import type { Timeouts } from '../core/provider-strategy.ts';

export type Phase = keyof Timeouts;

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

/** One clock at a time for the phases of a call; `expired` is told at most once. */
export function createPhaseTimer(limits: Timeouts, expired: (phase: Phase) => void): PhaseTimer {
  let phase: Phase = 'connect';
  let limit = limits.connect;
  let timeout: NodeJS.Timeout | undefined;
  let paused = false;
  let stopped = false;

  function start(): void {
    clearTimeout(timeout);
    if (stopped || paused) return;
    timeout = setTimeout(() => {
      if (stopped) return;
      stopped = true;
      expired(phase);
    }, limit);
  }

  return {
    enter(next, ms = limits[next]) {
      if (phase === next && limit === ms && timeout !== undefined) return;
      phase = next;
      limit = ms;
      start();
    },
    touch() {
      if (phase === 'idle' && !paused && !stopped) timeout?.refresh();
    },
    pause() {
      paused = true;
      clearTimeout(timeout);
    },
    resume() {
      paused = false;
      start();
    },
    stop() {
      stopped = true;
      clearTimeout(timeout);
    },
  };
}
