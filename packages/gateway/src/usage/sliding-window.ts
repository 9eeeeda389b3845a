import type { Take, Taken } from './ledger-store.ts';

/** A window moves in this many steps: nothing is counted too short, and at most one step too long. */
export const windowSteps = 100;

/** How much was counted in a step. Steps are numbered by the clock. */
export interface WindowStep {
  readonly step: number;
  readonly amount: number;
}

export interface WindowDecision extends Taken {
  /** What is to be added to the current step. */
  readonly added: number;
}

/** Only this part of what is free may be taken in advance. */
const advanceShare = 16;

/**
 * Decides about `take` by what was counted in the steps of the window, oldest first. `now` is in milliseconds of any clock
 * that never goes back. What is `unused` was taken off `steps` before. The Lua script of the Redis store says the same.
 */
export function decideWindow(take: Take, steps: readonly WindowStep[], now: number): WindowDecision {
  const { limit, windowMs, correction, want, more } = take;
  const stepMs = windowMs / windowSteps;
  const step = Math.floor(now / stepMs);
  const oldest = step - windowSteps;
  let counted = correction;
  for (const entry of steps) if (entry.step >= oldest && entry.step <= step) counted += entry.amount;
  const validMs = (step + 1) * stepMs - now;
  const free = limit - counted;
  const hasRoom = free >= want || (want > limit && counted <= 0);
  if (want > 0 && !hasRoom) {
    return {
      granted: 0,
      validMs,
      step,
      added: correction,
      retryAfterMs: waitFor(take, steps, { now, stepMs, counted }),
    };
  }
  const spare = want > 0 ? Math.min(Math.floor((free - want) / advanceShare), more) : 0;
  const granted = want + Math.max(0, spare);
  return { granted, validMs, step, added: correction + granted, retryAfterMs: 0 };
}

interface Moment {
  readonly now: number;
  readonly stepMs: number;
  readonly counted: number;
}

/** Milliseconds until enough of the oldest steps has left the window. */
function waitFor({ limit, want }: Take, steps: readonly WindowStep[], { now, stepMs, counted }: Moment): number {
  const oldest = Math.floor(now / stepMs) - windowSteps;
  let left = counted;
  for (const { step, amount } of steps) {
    if (step < oldest) continue;
    left -= amount;
    if (left + want <= limit || (want > limit && left <= 0)) return Math.ceil((step + windowSteps + 1) * stepMs - now);
  }
  return Math.ceil(windowSteps * stepMs);
}
