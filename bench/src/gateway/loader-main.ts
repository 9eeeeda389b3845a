import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { judgeAnswer } from './judge-answer.ts';
import { loadSchema } from './load.ts';
import type { Load, LoadResult } from './load.ts';

/** The client of the bench, on a processor time of its own: does each `Load` it gets as a message and answers with a `LoadResult`. */
const patienceMs = 20_000;
const mostTimes = 20_000;

process.on('message', (message) => {
  play(loadSchema.parse(message)).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.send?.('ready');

async function play(load: Load): Promise<LoadResult> {
  const pool = new Pool(load.origin, {
    connections: load.concurrency,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  });
  const result: LoadResult = {
    requests: 0,
    aborted: 0,
    failures: {},
    wallMs: 0,
    totalMs: [],
    firstMs: [],
    gapMs: [],
    pieces: 0,
    oneToOne: 0,
  };
  const startedAt = performance.now();
  let begun = 0;
  const mayBegin = (): boolean =>
    'ms' in load.until ? performance.now() - startedAt < load.until.ms : begun < load.until.requests;
  const worker = async (): Promise<void> => {
    while (mayBegin()) {
      begun += 1;
      await ask(pool, load, load.abortEvery > 0 && begun % load.abortEvery === 0, result);
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, worker));
  result.wallMs = performance.now() - startedAt;
  await pool.destroy();
  return result;
}

/** One request. Never rejects: what went wrong is counted in the result. */
function ask(pool: Pool, load: Load, isToAbort: boolean, result: LoadResult): Promise<void> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const startedAt = performance.now();
    let status = 0;
    let firstAt = 0;
    let lastAt = 0;
    let gap = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        // Half of those that leave do so before anything has come.
        if (isToAbort && result.aborted % 2 === 0) setImmediate(() => controller.abort(new Error('left')));
      },
      onResponseStart(_controller, given) {
        status = given;
      },
      onResponseData(controller, chunk) {
        chunks.push(chunk);
        if (load.kind === 'whole') return;
        const now = performance.now();
        if (lastAt > 0) gap = Math.max(gap, now - lastAt);
        lastAt = now;
        if (firstAt === 0 && chunk.includes('"w0')) firstAt = now;
        if (isToAbort) controller.abort(new Error('left'));
      },
      onResponseEnd() {
        const { fault, isOneToOne } = judgeAnswer(load, status, Buffer.concat(chunks));
        if (fault === undefined) count(isOneToOne);
        else fail(result, fault);
        resolve();
      },
      onResponseError(_controller, error) {
        if (isToAbort) result.aborted += 1;
        else fail(result, error.message);
        resolve();
      },
    };

    function count(isOneToOne: boolean): void {
      result.requests += 1;
      result.pieces += chunks.length;
      result.oneToOne += Number(isOneToOne);
      if (result.totalMs.length >= mostTimes) return;
      result.totalMs.push(performance.now() - startedAt);
      if (load.kind === 'whole') return;
      result.firstMs.push((firstAt || lastAt) - startedAt);
      result.gapMs.push(gap);
    }

    pool.dispatch({ path: load.path, method: 'POST', headers: load.headers, body: load.body }, handler);
  });
}

function fail(result: LoadResult, reason: string): void {
  result.failures[reason] = (result.failures[reason] ?? 0) + 1;
}
