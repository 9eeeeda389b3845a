import { setTimeout as delay } from 'node:timers/promises';
import type { RunningProcess } from './run-process.ts';

const patience = 60_000;

/** Waits until `isReady` says so; throws with what the process has printed when it ends before, or after a minute. */
export async function untilReady(
  running: RunningProcess,
  name: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await isReady())) {
    if (!running.isRunning()) throw new Error(`${name} ended before it was ready:\n${running.output()}`);
    if (performance.now() > deadline) throw new Error(`${name} was not ready in time:\n${running.output()}`);
    await delay(20);
  }
}

/** Whether an address answers with a status below 300. */
export async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
