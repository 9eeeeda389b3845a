import type { Worker } from 'node:cluster';
import { readWorkerMessage } from './worker-messages.ts';

/** Milliseconds; less than those that the worker which asked waits. */
const patience = 700;

/** Asks `others` for their metrics and sends what came in time to `asker`. */
export function gatherMetrics(asker: Worker, id: string, others: readonly Worker[]): void {
  const texts: string[] = [];
  const asked = new Map(others.map((worker) => [worker, listenTo(worker)]));
  const timer = setTimeout(finish, patience);
  if (asked.size === 0) finish();
  for (const worker of others) worker.send({ parley: 'ask-metrics', id });

  function listenTo(worker: Worker): () => void {
    const hear = (received: unknown): void => {
      const message = readWorkerMessage(received);
      if (message?.parley !== 'metrics' || message.id !== id) return;
      texts.push(...message.texts);
      asked.get(worker)?.();
      asked.delete(worker);
      if (asked.size === 0) finish();
    };
    worker.on('message', hear);
    return () => void worker.off('message', hear);
  }

  function finish(): void {
    clearTimeout(timer);
    for (const stop of asked.values()) stop();
    asked.clear();
    if (asker.isConnected()) asker.send({ parley: 'metrics', id, texts });
  }
}
