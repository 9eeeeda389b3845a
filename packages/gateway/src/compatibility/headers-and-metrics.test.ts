import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { startCompatibleUpstream } from './testing/compatible-upstream.ts';
import type { CompatibleUpstream } from './testing/compatible-upstream.ts';
import { readPrometheusText, totalOf } from './testing/read-prometheus-text.ts';
import type { MetricFamily } from './testing/read-prometheus-text.ts';
import { startYamlGateway } from './testing/start-yaml-gateway.ts';

let first: CompatibleUpstream;
let second: CompatibleUpstream;
let gateway: TestGateway;

beforeEach(async () => {
  first = await startCompatibleUpstream();
  second = await startCompatibleUpstream();
  gateway = await startYamlGateway(`
providers:
  one: { dialect: openai-chat, baseUrl: "${first.baseUrl}", key: secret-of-one, models: [small] }
  two: { dialect: openai-chat, baseUrl: "${second.baseUrl}", key: secret-of-two, models: [small] }
models:
  quick: [one/small, two/small]
  auto: { tiers: { simple: one/small, complex: two/small } }
  kept: { targets: [{ use: one/small }], cache: { exact: always } }
prices: { one/small: { input: 1, output: 2 }, two/small: { input: 1, output: 2 } }
`);
});
afterEach(async () => {
  await gateway.close();
  await first.close();
  await second.close();
});

const ask = (more: object = {}, headers: Record<string, string> = {}) =>
  gateway.post({ model: 'quick', messages: [{ role: 'user', content: 'Hello' }], ...more }, { headers });

const cache = async (headers = {}) => (await ask({ model: 'kept' }, headers)).headers.get('x-cache');
const metrics = async (): Promise<ReadonlyMap<string, MetricFamily>> =>
  readPrometheusText(await (await fetch(`${gateway.url}/metrics/prometheus`)).text());

describe('headers', () => {
  test('name the request, and who served it', async () => {
    const response = await ask({}, { 'x-request-id': 'mine-7', 'x-session-id': 's-1', 'x-client-name': 'tests' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'mine-7',
      'x-parley-provider': 'one',
      'x-parley-model': 'small',
      'x-parley-attempts': '1',
      'x-lynkr-provider': 'one',
      'x-lynkr-model': 'small',
      'x-lynkr-routing-method': expect.any(String),
    });
    expect((await ask()).headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test('tell the tier and its score', async () => {
    const { headers } = await ask({ model: 'auto' });
    expect(headers.get('x-lynkr-tier')).toBe('simple');
    expect(Number(headers.get('x-lynkr-complexity-score'))).toBeLessThan(20);
  });

  test('tell which tier stood in for which', async () => {
    first.fail(503);
    const { headers } = await ask({ model: 'auto' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-lynkr-tier': 'simple',
      'x-lynkr-fallback': 'true',
      'x-lynkr-fallback-from-tier': 'simple',
      'x-lynkr-served-tier': 'complex',
      'x-lynkr-fallback-direction': 'up',
    });
  });

  test('tell what a cache did, and can pass it by', async () => {
    expect([await cache(), await cache(), await cache({ 'cache-control': 'no-cache' })]).toEqual([
      'miss',
      'hit',
      'bypass',
    ]);
    expect(first.asked()).toHaveLength(2);
  });

  test.each([true, false])('of a failed attempt never reach the client (stream: %s)', async (stream) => {
    first.fail(503, { 'x-secret-of-upstream': 'internal-7', 'retry-after': '0', 'set-cookie': 'a=b' });
    const response = await ask({ stream });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('world');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-parley-provider': 'two',
      'x-lynkr-provider': 'two',
      'x-lynkr-fallback': 'true',
    });
    for (const name of ['x-secret-of-upstream', 'set-cookie', 'retry-after']) {
      expect(response.headers.get(name)).toBeNull();
    }
  });

  test('of the last attempt do not reach the client either when all of them failed', async () => {
    for (const upstream of [first, second]) upstream.fail(429, { 'retry-after': '30', 'x-secret-of-upstream': '7' });
    const response = await ask();
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('x-secret-of-upstream')).toBeNull();
    expect(await response.text()).not.toMatch(/secret-of|127\.0\.0\.1/);
  });

  test.each([true, false])('may shorten the time a client waits (stream: %s)', async (stream) => {
    for (const upstream of [first, second]) upstream.hang();
    const response = await ask({ stream }, { 'lynkr-deadline-ms': '300' });
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: 'timeout' } }]);
  });

  test('cannot smuggle a header by an id or a model', async () => {
    const response = await ask({ model: 'quick\r\nx-evil: 1' });
    expect(response.status).toBe(404);
    expect(response.headers.get('x-evil')).toBeNull();
  });
});

describe('metrics', () => {
  const names = [
    'http_requests_total',
    'http_requests_errors_total',
    'tokens_input_total',
    'tokens_output_total',
    'tokens_total',
    'cost_usd_total',
    'budget_blocks_total',
    'rate_limit_blocks_total',
    'http_requests_per_second',
    'uptime_seconds',
    'http_request_duration_ms',
    'lynkr_requests_total',
    'lynkr_request_duration_seconds',
    'lynkr_errors_total',
    'lynkr_tokens_input_total',
    'lynkr_tokens_output_total',
    'lynkr_tokens_cached_total',
    'lynkr_cache_hits_total',
    'lynkr_cache_misses_total',
    'lynkr_circuit_breaker_state',
    'lynkr_active_requests',
  ];

  test('have the names of Lynkr from the start', async () => {
    const families = await metrics();
    expect(names.filter((name) => !families.has(name))).toEqual([]);
  });

  test('are true after some requests', async () => {
    for (const stream of [true, false, false]) await (await ask({ stream })).text();
    for (let turn = 0; turn < 2; turn += 1) await (await ask({ model: 'kept' })).text();
    await (await ask({ model: 'nobody' })).text();
    first.fail(503);
    await (await ask()).text();
    const families = await metrics();
    const total = (name: string): number => totalOf(families, name);
    // Six were served, one of them by the cache; one was refused.
    for (const name of ['parley_gateway_requests_total', 'http_requests_total', 'lynkr_requests_total']) {
      expect([name, total(name)]).toEqual([name, 7]);
    }
    for (const name of ['http_requests_errors_total', 'lynkr_errors_total']) expect(total(name)).toBe(1);
    for (const name of ['http_request_duration_ms', 'lynkr_request_duration_seconds']) expect(total(name)).toBe(7);
    expect([total('tokens_input_total'), total('lynkr_tokens_output_total')]).toEqual([18, 12]);
    expect(total('tokens_total')).toBe(30);
    expect(total('cost_usd_total')).toBeCloseTo((5 * (3 * 1 + 2 * 2)) / 1e6, 9);
    expect([total('lynkr_cache_hits_total'), total('lynkr_cache_misses_total')]).toEqual([1, 1]);
    expect([total('lynkr_active_requests'), total('budget_blocks_total')]).toEqual([0, 0]);
    expect(total('http_requests_per_second')).toBeGreaterThan(0);
    const attempts = families.get('parley_gateway_attempts_total')?.samples ?? [];
    expect(attempts.map(({ labels }) => labels)).toContainEqual({
      target: 'one/small',
      purpose: 'first',
      outcome: 'overloaded',
    });
    const json = await (await fetch(`${gateway.url}/metrics`)).json();
    expect(json).toMatchObject({ requests: { total: 7, errors: 1, active: 0 }, tokens: { input: 18, output: 12 } });
  });

  test('can be read whatever clients call their models', async () => {
    for (const name of ['a"b', 'a\\b', 'a\nb', 'a,b="c"}', 'ä 👋']) await (await ask({ model: `one/${name}` })).text();
    expect(totalOf(await metrics(), 'http_requests_total')).toBe(5);
  });

  test('tell the same times in seconds and milliseconds', async () => {
    await (await ask()).text();
    const families = await metrics();
    const bucketsOf = (name: string) =>
      families.get(name)?.samples.filter((sample) => sample.name === `${name}_bucket`) ?? [];
    const inSeconds = bucketsOf('http_request_duration_seconds');
    const inMs = bucketsOf('http_request_duration_ms');
    expect(inMs.map(({ value }) => value)).toEqual(inSeconds.map(({ value }) => value));
    expect(inMs.slice(0, -1).map(({ labels }) => Number(labels['le']))).toEqual(
      inSeconds.slice(0, -1).map(({ labels }) => Number(labels['le']) * 1000),
    );
  });
});
