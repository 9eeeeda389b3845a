import type { Caller } from '../core/call.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { createBoundedRegister } from './bounded-register.ts';
import { targetIdOf } from './target-id.ts';

export interface TargetReport {
  readonly target: string;
  readonly inFlight: number;
  /** Milliseconds until first content, smoothed; undefined before the first answer. */
  readonly latencyMs: number | undefined;
  readonly p95Ms: number | undefined;
}

/** How quick and how busy each target is, by what was seen of it. */
export interface TargetStatistics {
  wrap(next: Caller): Caller;
  /** Calls and answers under way. */
  inFlight(targetId: string): number;
  /** Peak EWMA of the milliseconds until first content: rises at once, falls slowly; undefined before the first answer. */
  latency(targetId: string): number | undefined;
  /** Milliseconds within which that share of the last streams began; undefined below 20 of them. */
  quantile(targetId: string, share: number): number | undefined;
  list(): readonly TargetReport[];
}

interface Row {
  inFlight: number;
  latency: number | undefined;
  seenAt: number;
  readonly samples: number[];
  position: number;
  sorted: readonly number[];
  /** Samples taken since `sorted` was made. */
  unsorted: number;
}

const decayMs = 10_000;
const sampleCount = 256;
const fewestSamples = 20;
const resortAfter = 8;

/** Measures every call that goes through `wrap`. */
export function createTargetStatistics({ now }: { readonly now: () => number }): TargetStatistics {
  const rows = createBoundedRegister<Row>({
    create: () => ({ inFlight: 0, latency: undefined, seenAt: 0, samples: [], position: 0, sorted: [], unsorted: 0 }),
    mayForget: ({ inFlight }) => inFlight === 0,
  });

  function note(row: Row, ms: number, isStream: boolean): void {
    const age = now() - row.seenAt;
    row.seenAt = now();
    const weight = Math.exp(-age / decayMs);
    row.latency = row.latency === undefined || ms > row.latency ? ms : row.latency * weight + ms * (1 - weight);
    if (!isStream) return;
    row.samples[row.position] = ms;
    row.position = (row.position + 1) % sampleCount;
    row.unsorted += 1;
  }

  function quantile(id: string, share: number): number | undefined {
    const row = rows.peek(id);
    if (!row || row.samples.length < fewestSamples) return undefined;
    if (row.sorted.length === 0 || row.unsorted >= resortAfter) {
      row.sorted = row.samples.toSorted((one, other) => one - other);
      row.unsorted = 0;
    }
    return row.sorted[Math.min(row.sorted.length - 1, Math.floor(row.sorted.length * share))];
  }

  return {
    wrap: (next) => async (call, target, signal) => {
      const row = rows.of(targetIdOf(target));
      const startedAt = now();
      row.inFlight += 1;
      try {
        const answer = await next(call, target, signal);
        note(row, now() - startedAt, call.isStream);
        if (answer.ended) void answer.ended.then(() => (row.inFlight -= 1));
        else row.inFlight -= 1;
        return answer;
      } catch (thrown) {
        row.inFlight -= 1;
        // Silence is slowness; other faults say nothing of it, and the breaker counts them.
        if (thrown instanceof GatewayError && thrown.code === 'timeout') note(row, now() - startedAt, false);
        throw thrown;
      }
    },
    inFlight: (id) => rows.peek(id)?.inFlight ?? 0,
    latency: (id) => rows.peek(id)?.latency,
    quantile,
    list: () =>
      rows.list().map(([target, { inFlight, latency }]) => ({
        target,
        inFlight,
        latencyMs: latency,
        p95Ms: quantile(target, 0.95),
      })),
  };
}
