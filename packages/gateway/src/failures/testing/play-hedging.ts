import { sendStream, startScriptedUpstream, streamOf } from '../../testing/scripted-upstream.ts';
import { askChat } from './ask-chat.ts';
import { createRandom } from './fault-plan.ts';
import { startFailureGateway } from './start-failure-gateway.ts';

export interface HedgingTally {
  readonly requests: number;
  readonly calls: number;
  /** Calls beyond one for each request, as a share of the requests. */
  readonly extraShare: number;
  /** Milliseconds from the request to the whole of a short answer. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface HedgingGame {
  readonly isHedged: boolean;
  readonly requests: number;
  readonly concurrency?: number;
}

/** The targets begin after 15 to 30 ms, but one call in fifty takes 600 ms. */
const slowShare = 0.02;
const slowMs = 600;
const usualMs = (random: () => number): number => 15 + 15 * random();

/** Asks two equal targets with a slow tail, with or without hedging; the first calls only teach what is usual. */
export async function playHedging({ isHedged, requests, concurrency = 16 }: HedgingGame): Promise<HedgingTally> {
  const random = createRandom(7);
  let calls = 0;
  const start = () =>
    startScriptedUpstream(({ request, response }) => {
      if (request.method === 'GET') {
        response.end('{"data":[]}');
        return;
      }
      calls += 1;
      setTimeout(() => sendStream(response, streamOf('Hi')), random() < slowShare ? slowMs : usualMs(random));
    });
  const upstreams = [await start(), await start()];
  const [a, b] = upstreams.map(({ baseUrl }) => ({ baseUrl }));
  const hedge = isHedged ? { hedge: { quantile: 0.95, share: 0.05, minMs: 1 } } : {};
  const gateway = await startFailureGateway({
    targets: { ...(a && { a }), ...(b && { b }) },
    models: { quick: hedge },
  });
  const ask = async (): Promise<number> => {
    const startedAt = performance.now();
    const { isDone } = await askChat(gateway.url);
    if (!isDone) throw new Error('An answer is not whole.');
    return performance.now() - startedAt;
  };
  try {
    await inParallel(200, concurrency, ask);
    calls = 0;
    const times = (await inParallel(requests, concurrency, ask)).toSorted((one, other) => one - other);
    const at = (share: number): number => Math.round(times[Math.floor(times.length * share)] ?? 0);
    return { requests, calls, extraShare: calls / requests - 1, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
  } finally {
    await gateway.close();
    for (const upstream of upstreams) await upstream.close();
  }
}

async function inParallel<T>(count: number, concurrency: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let begun = 0;
  const runner = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      results.push(await work());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runner));
  return results;
}
