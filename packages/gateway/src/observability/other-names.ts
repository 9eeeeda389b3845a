import type { CallMetrics } from './call-metrics.ts';

const prefix = 'parley_gateway_';

/** Whole metrics that dashboards for other gateways know by another name. */
const aliases = [
  ['http_requests_total', 'requests_total'],
  ['http_requests_errors_total', 'errors_total'],
  ['http_request_duration_seconds', 'request_duration_seconds'],
  ['http_request_duration_ms', 'request_duration_seconds', 1000],
  ['cost_usd_total', 'cost_usd_total'],
  ['lynkr_requests_total', 'requests_total'],
  ['lynkr_request_duration_seconds', 'request_duration_seconds'],
  ['lynkr_errors_total', 'errors_total'],
  ['lynkr_active_requests', 'active_requests'],
  ['litellm_spend_metric', 'cost_usd_total'],
  ['litellm_requests_metric', 'requests_total'],
  ['tensorzero_inference_latency_overhead_seconds', 'overhead_seconds'],
] as const;

/** Counters that are one label of ours: name, our metric, where the label stands, its value. */
const slices = [
  ['tokens_input_total', 'tokens_total', 2, 'input'],
  ['tokens_output_total', 'tokens_total', 2, 'output'],
  ['lynkr_tokens_input_total', 'tokens_total', 2, 'input'],
  ['lynkr_tokens_output_total', 'tokens_total', 2, 'output'],
  ['lynkr_tokens_cached_total', 'tokens_total', 2, 'cachedInput'],
  ['litellm_input_tokens_metric', 'tokens_total', 2, 'input'],
  ['litellm_output_tokens_metric', 'tokens_total', 2, 'output'],
  ['budget_blocks_total', 'errors_total', 2, 'budget-exceeded'],
  ['rate_limit_blocks_total', 'errors_total', 2, 'rate-limited'],
  ['lynkr_cache_hits_total', 'cache_total', 0, 'hit'],
  ['lynkr_cache_misses_total', 'cache_total', 0, 'miss'],
] as const;

/** Adds the names under which Lynkr, LiteLLM and TensorZero publish the same figures, so that dashboards go on. */
export function addOtherNames(metrics: CallMetrics): void {
  const { registry } = metrics;
  for (const [name, of, scale = 1] of aliases) {
    registry.alias({ name, help: `The same as ${prefix}${of}.`, of: `${prefix}${of}`, scale });
  }
  for (const [name, of, at, value] of slices) {
    const help = `${prefix}${of} where it is ${value}.`;
    registry.reading({ name, help, labels: [], type: 'counter' }, () => [
      [[], registry.totalWhere(`${prefix}${of}`, at, value)],
    ]);
  }
  const tokens = ['tokens_total', 'litellm_total_tokens_metric'];
  for (const name of tokens) {
    registry.reading({ name, help: 'Input and output tokens together.', labels: [], type: 'counter' }, () => [
      [[], ['input', 'output'].reduce((sum, kind) => sum + registry.totalWhere(`${prefix}tokens_total`, 2, kind), 0)],
    ]);
  }
  const rate = { name: 'http_requests_per_second', help: 'Requests a second over the last minute.', labels: [] };
  registry.reading({ ...rate, type: 'gauge' }, () => [[[], metrics.requestsPerSecond()]]);
  const uptime = { name: 'uptime_seconds', help: 'Seconds since the start.', labels: [] };
  registry.reading({ ...uptime, type: 'gauge' }, () => [[[], metrics.uptimeSeconds]]);
}
