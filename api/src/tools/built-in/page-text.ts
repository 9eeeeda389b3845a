import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import { orAborted } from '../../or-aborted.ts';

/** Milliseconds. */
const longestWork = 5_000;
/** Threads at a time; further pages wait for one. */
const mostThreads = 4;

const pageTextSchema = z.object({ title: z.string(), text: z.string() });
export type PageText = z.infer<typeof pageTextSchema>;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * A page as text, with its links. Works in a thread of its own, because there are pages that take for ever; `undefined`
 * for one of those. Throws the reason of `signal`.
 */
export async function readPageText(html: string, address: string, signal: AbortSignal): Promise<PageText | undefined> {
  await enter(signal);
  try {
    return await convert(html, address, signal);
  } finally {
    running -= 1;
    // All of them: one that has given up must not keep the others from the thread.
    for (const wake of waiting.splice(0)) wake();
  }
}

async function enter(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (running < mostThreads) {
    running += 1;
    return;
  }
  await orAborted(new Promise<void>((resolve) => waiting.push(resolve)), signal);
  await enter(signal);
}

async function convert(html: string, address: string, signal: AbortSignal): Promise<PageText | undefined> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(longestWork)]);
  const worker = new Worker(new URL('page-text-worker.ts', import.meta.url), {
    workerData: { html, address },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  try {
    const [message]: unknown[] = await once(worker, 'message', { signal: deadline });
    return pageTextSchema.parse(message);
  } catch {
    // Out of time, out of memory, or nested too deeply: what the page did is all the same.
    signal.throwIfAborted();
    return undefined;
  } finally {
    await worker.terminate();
  }
}
