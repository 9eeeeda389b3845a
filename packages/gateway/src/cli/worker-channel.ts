import { randomUUID } from 'node:crypto';
import { readWorkerMessage } from './worker-messages.ts';
import type { WorkerMessage } from './worker-messages.ts';

export interface WorkerChannel {
  /** Tells the other workers to read the configuration anew. */
  tellReload(): void;
  /** The metrics of the other workers; of those that do not answer soon, none. */
  metricsOfOthers(): Promise<readonly string[]>;
}

export interface WorkerChannelOptions {
  readonly onReload: () => void;
  readonly metrics: () => string;
}

/** Milliseconds; a worker that is busier than that is left out of one look at the metrics. */
const patience = 1000;

/** The worker's side of the channel to its primary. */
export function openWorkerChannel({ onReload, metrics }: WorkerChannelOptions): WorkerChannel {
  const waiting = new Map<string, (texts: readonly string[]) => void>();

  process.on('message', (received) => {
    const message = readWorkerMessage(received);
    if (message?.parley === 'reload') onReload();
    else if (message?.parley === 'ask-metrics') send({ parley: 'metrics', id: message.id, texts: [metrics()] });
    else if (message?.parley === 'metrics') waiting.get(message.id)?.(message.texts);
  });

  return {
    tellReload: () => send({ parley: 'reload' }),
    async metricsOfOthers() {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<readonly string[]>();
      const timer = setTimeout(resolve, patience, []);
      waiting.set(id, resolve);
      send({ parley: 'ask-metrics', id });
      const texts = await promise;
      clearTimeout(timer);
      waiting.delete(id);
      return texts;
    },
  };
}

function send(message: WorkerMessage): void {
  process.send?.(message);
}
