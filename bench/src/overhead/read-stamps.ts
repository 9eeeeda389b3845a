import type { IncomingMessage } from 'node:http';

/** How long tokens took from the provider's socket to the client's, in milliseconds. */
export interface Latencies {
  /** Of every token. */
  readonly all: number[];
  /** Of the newest token of each piece that arrived: it did not wait for others to join it. */
  readonly newest: number[];
}

const stampPattern = /w(\d+)@(\d+)/g;
const nanosecondsPerMillisecond = 1_000_000;

/** Reads stamped tokens off a socket to its end. Tokens before `skip` are left out: the reader was not there yet. */
export async function readStamps(response: IncomingMessage, skip: number): Promise<Latencies> {
  const latencies: Latencies = { all: [], newest: [] };
  let rest = '';
  for await (const chunk of response) {
    const now = process.hrtime.bigint();
    rest += String(chunk);
    const end = rest.lastIndexOf('\n\n');
    if (end < 0) continue;
    const found = [...rest.slice(0, end).matchAll(stampPattern)].filter(([, index]) => Number(index) >= skip);
    const waits = found.map(([, , sentAt]) => Number(now - BigInt(sentAt ?? 0)) / nanosecondsPerMillisecond);
    latencies.all.push(...waits);
    const newest = waits.at(-1);
    if (newest !== undefined) latencies.newest.push(newest);
    rest = rest.slice(end);
  }
  return latencies;
}
