import { setTimeout as delay } from 'node:timers/promises';
import type { Upstream } from './bench-processes.ts';

const patienceMs = 3_000;

/** Waits, for three seconds at most, until the upstream writes no answer any more; tells how many are left. */
export async function untilNothingRuns(upstream: Upstream): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = await upstream.inFlight();
    if (left === 0 || performance.now() > deadline) return left;
    await delay(20);
  }
}
