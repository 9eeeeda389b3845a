import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../core/call-observer.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { sampleCall, sampleTarget } from '../testing/sample-call.ts';
import { createCallMetrics } from './call-metrics.ts';
import { addOtherNames } from './other-names.ts';

const outcome: CallOutcome = {
  status: 200,
  durationMs: 1200,
  upstreamMs: 1199.9,
  firstContentMs: 300,
  usage: { input: 100, output: 20, cachedInput: 60 },
  microUsd: 1500,
};

describe('the metrics of calls', () => {
  it('tells them apart by who served, and publishes the same figures under the names of other gateways', () => {
    const metrics = createCallMetrics({ now: () => 0 });
    addOtherNames(metrics);
    const call = sampleCall({
      trail: {
        served: sampleTarget(),
        cache: 'miss',
        attempts: [{ target: 'acme/large', purpose: 'first', startedAt: 0, outcome: 'served' }],
      },
    });
    metrics.began(call, 'openai-chat');
    expect(metrics.active).toBe(1);
    metrics.ended(call, 'openai-chat', outcome);
    const text = metrics.registry.expose();
    expect(metrics.active).toBe(0);
    for (const line of [
      'parley_gateway_requests_total{provider="acme",model="large",status="200"} 1',
      'parley_gateway_tokens_total{provider="acme",model="large",kind="cachedInput"} 60',
      'parley_gateway_cost_usd_total{provider="acme",model="large"} 0.0015',
      'parley_gateway_overhead_seconds_bucket{le="0.00025"} 1',
      'parley_gateway_attempts_total{target="acme/large",purpose="first",outcome="served"} 1',
      'http_requests_total{provider="acme",model="large",status="200"} 1',
      'tokens_total 120',
      'lynkr_tokens_cached_total 60',
      'lynkr_cache_misses_total 1',
      'litellm_total_tokens_metric 120',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it('counts what a budget or a limit kept out', () => {
    const metrics = createCallMetrics({ now: () => 0 });
    addOtherNames(metrics);
    for (const code of ['budget-exceeded', 'rate-limited', 'rate-limited'] as const) {
      const call = sampleCall();
      metrics.began(call, undefined);
      metrics.ended(call, undefined, {
        status: 429,
        durationMs: 1,
        upstreamMs: 0,
        error: new GatewayError(code, { message: 'no' }),
      });
    }
    expect(metrics.registry.expose()).toContain('budget_blocks_total 1\n');
    expect(metrics.registry.expose()).toContain('rate_limit_blocks_total 2\n');
  });

  it('gives the rate of the last minute', () => {
    let now = 0;
    const metrics = createCallMetrics({ now: () => now });
    for (let index = 0; index < 120; index += 1) {
      now = index * 1000;
      metrics.began(sampleCall(), undefined);
    }
    expect(metrics.requestsPerSecond()).toBeCloseTo(1, 1);
    now = 300_000;
    expect(metrics.requestsPerSecond()).toBe(0);
  });

  it('writes each metric name once', () => {
    const metrics = createCallMetrics({ now: () => 0 });
    addOtherNames(metrics);
    const names = [...metrics.registry.expose().matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
