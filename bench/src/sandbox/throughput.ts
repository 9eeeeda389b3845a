import { randomUUID } from 'node:crypto';
import { say } from '../report/print-table.ts';

/** How many ended in a second while so many ran beside each other, and how long each took in milliseconds. */
export interface Throughput {
  readonly perSecond: number;
  readonly all: readonly number[];
  readonly failures: number;
}

/** Keeps `width` callers busy for so many seconds, after one run of each; each is given a name of its own. */
export async function measureThroughput(
  width: number,
  seconds: number,
  runOne: (caller: string) => Promise<number>,
): Promise<Throughput> {
  const callers = Array.from({ length: width }, () => randomUUID());
  const all: number[] = [];
  let failures = 0;
  for (const caller of callers) await runOne(caller);
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  await Promise.all(
    callers.map(async (caller) => {
      while (performance.now() < end) {
        try {
          all.push(await runOne(caller));
        } catch (error) {
          failures += 1;
          if (failures === 1) say(`The first failure: ${String(error)}`);
        }
      }
    }),
  );
  return { perSecond: (all.length / (performance.now() - startedAt)) * 1_000, all, failures };
}
