import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod/mini';

/** Path of the module that makes a process answer `askProbe`. */
export const probeModule = path.join(import.meta.dirname, 'process-probe.ts');

const readingSchema = z.object({
  residentBytes: z.number(),
  heapBytes: z.number(),
  processorMicroseconds: z.number(),
  delayP50Ms: z.number(),
  delayP99Ms: z.number(),
  delayMaxMs: z.number(),
});
export type ProbeReading = z.infer<typeof readingSchema>;

/** What a process costs at this moment; delays are those since the question before. */
export async function askProbe(child: ChildProcess): Promise<ProbeReading> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
  child.send('read');
  const [reading]: unknown[] = await answer;
  return readingSchema.parse(reading);
}
