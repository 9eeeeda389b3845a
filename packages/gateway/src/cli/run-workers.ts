import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import type { GatewayLog } from '../core/gateway-log.ts';
import { gatherMetrics } from './gather-metrics.ts';
import { readWorkerMessage } from './worker-messages.ts';
import type { WorkerMessage } from './worker-messages.ts';

export interface WorkersOptions {
  readonly count: number;
  readonly log: GatewayLog;
  /** Hears once, where the first worker listens; the others share it. */
  readonly onListening: (address: { readonly host: string; readonly port: number }) => void;
}

export interface Workers {
  /** Tells every worker to read its configuration anew. */
  reload(): void;
  /** Lets all workers end their calls; resolves when they are gone. */
  stop(): Promise<void>;
  /** Resolves when the workers cannot be started, with the exit code to leave with. */
  readonly failed: Promise<number>;
}

const firstRest = 100;
const longestRest = 10_000;
/** Milliseconds after which a worker counts as one that runs well. */
const wellAfter = 30_000;
/**
 * Half of what V8 takes for young objects: bytes on their way are freed twice as often, which keeps 60 MB less per
 * process under load at the same processor time. What this process was given itself comes later, and wins.
 */
const youngSpace = '--max-semi-space-size=8';

/** Keeps `count` processes of this program running on one port. One that dies is replaced, more slowly each time. */
export function runWorkers({ count, log, onListening }: WorkersOptions): Workers {
  const failed = Promise.withResolvers<number>();
  const gone = Promise.withResolvers<void>();
  const rests = new Set<NodeJS.Timeout>();
  let isStopping = false;
  let hasListened = false;
  let rest = firstRest;

  cluster.setupPrimary({ execArgv: [youngSpace, ...process.execArgv] });

  function start(): void {
    const startedAt = performance.now();
    const worker = cluster.fork();
    worker.on('message', (received: unknown) => {
      const message = readWorkerMessage(received);
      if (message?.parley === 'reload') tellAll({ parley: 'reload' }, worker);
      else if (message?.parley === 'ask-metrics') gatherMetrics(worker, message.id, livingBeside(worker));
    });
    worker.once('listening', ({ address, port }) => {
      if (!hasListened) onListening({ host: address, port });
      hasListened = true;
    });
    worker.once('exit', (code, signal) => {
      if (isStopping) {
        if (living().every((other) => other === worker || other.isDead())) gone.resolve();
        return;
      }
      if (!hasListened) {
        isStopping = true;
        for (const other of living()) other.process.kill('SIGTERM');
        failed.resolve(code === 0 || code === null ? 1 : code);
        return;
      }
      rest = performance.now() - startedAt > wellAfter ? firstRest : Math.min(rest * 2, longestRest);
      log.error({ pid: worker.process.pid, code, signal, restMs: rest }, 'a worker died and is replaced');
      const timer = setTimeout(() => {
        rests.delete(timer);
        start();
      }, rest);
      rests.add(timer);
    });
  }

  for (let index = 0; index < count; index += 1) start();
  return {
    failed: failed.promise,
    reload: () => tellAll({ parley: 'reload' }),
    async stop() {
      isStopping = true;
      for (const timer of rests) clearTimeout(timer);
      if (living().length === 0) return;
      for (const worker of living()) worker.process.kill('SIGTERM');
      await gone.promise;
    },
  };
}

function tellAll(message: WorkerMessage, except?: Worker): void {
  for (const worker of livingBeside(except)) worker.send(message);
}

function livingBeside(except: Worker | undefined): Worker[] {
  return living().filter((worker) => worker !== except && worker.isConnected());
}

function living(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
