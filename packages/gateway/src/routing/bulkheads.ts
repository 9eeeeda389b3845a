import type { Caller } from '../core/call.ts';
import type { Provider } from '../core/gateway-config.ts';
import { cancelled, GatewayError } from '../core/gateway-error.ts';

export interface Bulkheads {
  /** Refuses with `overloaded` when the provider is busy and its queue is full, or did not move in time. */
  wrap(next: Caller): Caller;
  list(): readonly { readonly provider: string; readonly running: number; readonly waiting: number }[];
}

export interface BulkheadsOptions {
  readonly providers: readonly Pick<Provider, 'name' | 'label' | 'maxConcurrent' | 'maxQueued'>[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

interface Waiter {
  admit(): void;
}

const defaultQueue = 50;

/** Bounds what runs at once at one provider, so that a slow one cannot take everything for itself. */
export function createBulkheads({ providers, now }: BulkheadsOptions): Bulkheads {
  const gates = new Map<string, Gate>();
  for (const { name, label, maxConcurrent, maxQueued = defaultQueue } of providers) {
    if (maxConcurrent !== undefined) gates.set(name, createGate({ label, maxConcurrent, maxQueued, now }));
  }
  return {
    wrap: (next) => {
      if (gates.size === 0) return next;
      return async (call, target, signal) => {
        const gate = gates.get(target.providerName ?? '');
        if (!gate) return next(call, target, signal);
        await gate.enter(signal, Math.min(call.startBy, call.deadline));
        try {
          const answer = await next(call, target, signal);
          if (answer.ended) void answer.ended.then(gate.leave);
          else gate.leave();
          return answer;
        } catch (error) {
          gate.leave();
          throw error;
        }
      };
    },
    list: () => [...gates].map(([provider, gate]) => ({ provider, ...gate.counts() })),
  };
}

interface Gate {
  enter(signal: AbortSignal, until: number): Promise<void>;
  readonly leave: () => void;
  counts(): { readonly running: number; readonly waiting: number };
}

interface GateOptions {
  readonly label: string;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly now: () => number;
}

function createGate({ label, maxConcurrent, maxQueued, now }: GateOptions): Gate {
  const waiting = new Set<Waiter>();
  let running = 0;

  const refused = (message: string): GatewayError =>
    new GatewayError('overloaded', { message: `${label} ${message}`, isUnsent: true });

  function queue(signal: AbortSignal, until: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = (): void => {
      waiting.delete(waiter);
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    };
    const leave = (): void => {
      stop();
      reject(cancelled(signal.reason));
    };
    const waiter: Waiter = {
      admit() {
        stop();
        resolve();
      },
    };
    const timer = setTimeout(
      () => {
        stop();
        reject(refused('is busy, and the queue for it did not move in time.'));
      },
      Math.max(0, until - now()),
    );
    signal.addEventListener('abort', leave, { once: true });
    waiting.add(waiter);
    return promise;
  }

  return {
    async enter(signal, until) {
      if (signal.aborted) throw cancelled(signal.reason);
      if (running < maxConcurrent) running += 1;
      else if (waiting.size >= maxQueued) throw refused('is busy, and the queue for it is full.');
      else await queue(signal, until);
    },
    leave() {
      const [first] = waiting;
      // The place is handed on: nobody who comes now can take it first.
      if (first) first.admit();
      else running -= 1;
    },
    counts: () => ({ running, waiting: waiting.size }),
  };
}
