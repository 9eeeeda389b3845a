import type { Call } from '../core/call.ts';
import type { CallObserver, CallOutcome } from '../core/call-observer.ts';
import type { ModelUsage } from '../core/model-event.ts';
import { createMetricRegistry } from './metric-registry.ts';
import type { Counter, MetricRegistry } from './metric-registry.ts';

export interface CallMetrics extends CallObserver {
  readonly registry: MetricRegistry;
  readonly active: number;
  /** Requests a second, over the last minute. */
  requestsPerSecond(): number;
  readonly uptimeSeconds: number;
}

export interface CallMetricsOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const overheadSeconds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1];
const perTarget = ['provider', 'model'];
const second = 1000;

/** Counts every call, by the names of this gateway; the Lynkr names are aliases over the same figures. */
export function createCallMetrics({ now }: CallMetricsOptions): CallMetrics {
  const registry = createMetricRegistry();
  const startedAt = now();
  const counter = (name: string, help: string, labels: readonly string[]): Counter =>
    registry.counter({ name: `parley_gateway_${name}`, help, labels });
  const histogram = (name: string, help: string, labels: readonly string[], buckets: readonly number[]) =>
    registry.histogram({ name: `parley_gateway_${name}`, help, labels, buckets });

  const requests = counter('requests_total', 'Requests for an answer, by how they ended.', [...perTarget, 'status']);
  const errors = counter('errors_total', 'Requests that failed, by the kind of error.', [...perTarget, 'code']);
  const duration = histogram('request_duration_seconds', 'From headers to the last byte.', perTarget, seconds);
  const firstContent = histogram('first_content_seconds', 'Until the first content was sent.', perTarget, seconds);
  const overhead = histogram('overhead_seconds', 'Time the gateway itself took.', [], overheadSeconds);
  const tokens = counter('tokens_total', 'Tokens by kind; cached input is a part of input.', [...perTarget, 'kind']);
  const cost = counter('cost_usd_total', 'What callers were charged, in US dollars.', perTarget);
  const cache = counter('cache_total', 'Looks into the caches.', ['outcome']);
  const attempts = counter('attempts_total', 'Tries at targets.', ['target', 'purpose', 'outcome']);
  const malformed = counter('malformed_events_total', 'Upstream events that could not be read.', perTarget);
  const dropped = counter('dropped_parameters_total', 'Request fields a target has no place for.', ['field']);

  let active = 0;
  const rate = createRate();
  const activeRequests = { name: 'parley_gateway_active_requests', help: 'Requests under way.', labels: [] };
  registry.reading({ ...activeRequests, type: 'gauge' }, () => [[[], active]]);

  function countAttempts(call: Call): void {
    for (const { target, purpose, outcome } of call.trail.attempts) {
      attempts.add(1, [target, purpose, outcome ?? 'unknown']);
    }
  }

  function countTokens(usage: ModelUsage, target: readonly string[]): void {
    const [provider = '', model = ''] = target;
    for (const [kind, used] of Object.entries(usage)) if (used > 0) tokens.add(used, [provider, model, kind]);
  }

  function count(call: Call, outcome: CallOutcome): void {
    const { trail } = call;
    const target = [trail.served?.providerName ?? 'none', trail.served?.model ?? 'none'];
    requests.add(1, [...target, String(outcome.status)]);
    if (outcome.error) errors.add(1, [...target, outcome.error.code]);
    duration.observe(outcome.durationMs / 1000, target);
    if (outcome.firstContentMs !== undefined) firstContent.observe(outcome.firstContentMs / 1000, target);
    overhead.observe(Math.max(0, outcome.durationMs - outcome.upstreamMs) / 1000, []);
    if (outcome.usage) countTokens(outcome.usage, target);
    if (outcome.microUsd !== undefined) cost.add(outcome.microUsd / 1_000_000, target);
    if (trail.cache !== undefined) cache.add(1, [trail.cache]);
    if (outcome.malformed !== undefined && outcome.malformed > 0) malformed.add(outcome.malformed, target);
    for (const field of trail.dropped) dropped.add(1, [field]);
    countAttempts(call);
  }

  return {
    registry,
    get active() {
      return active;
    },
    get uptimeSeconds() {
      return (now() - startedAt) / 1000;
    },
    requestsPerSecond() {
      return rate.lastMinute(now()) / Math.min(60, Math.max(1, (now() - startedAt) / second));
    },
    began() {
      active += 1;
      rate.note(now());
    },
    ended(call, _face, outcome) {
      active -= 1;
      count(call, outcome);
    },
  };
}

/** Counts what happens by the second, for the last minute and in the same memory for any number of requests. */
function createRate() {
  const slots = 60;
  const counts = new Float64Array(slots);
  let newest = 0;

  function moveTo(time: number): void {
    const number = Math.floor(time / second);
    for (let next = Math.max(newest + 1, number - slots + 1); next <= number; next += 1) counts[next % slots] = 0;
    newest = Math.max(newest, number);
  }

  return {
    note(time: number): void {
      moveTo(time);
      counts[newest % slots] = (counts[newest % slots] ?? 0) + 1;
    },
    lastMinute(time: number): number {
      moveTo(time);
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
