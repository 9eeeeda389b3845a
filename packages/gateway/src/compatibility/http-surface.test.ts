import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { startCompatibleUpstream } from './testing/compatible-upstream.ts';
import type { CompatibleUpstream } from './testing/compatible-upstream.ts';
import { readPrometheusText } from './testing/read-prometheus-text.ts';
import { startYamlGateway } from './testing/start-yaml-gateway.ts';

let upstream: CompatibleUpstream;
let gateway: TestGateway;

const common = (): string => `
providers:
  up: { dialect: openai-chat, baseUrl: "${upstream.baseUrl}", key: upstream-secret, models: [small, large] }
models:
  quick: [up/small, up/large]
  auto: { tiers: { simple: up/small, medium: up/small, complex: up/large, reasoning: up/large } }
`;
const question = { model: 'quick', messages: [{ role: 'user', content: 'Hello' }] };

beforeEach(async () => {
  upstream = await startCompatibleUpstream();
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.url + path, { headers });
const send = (path: string, body?: unknown, headers: Record<string, string> = {}, method = 'POST') =>
  fetch(gateway.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const json = async (path: string): Promise<unknown> => (await get(path)).json();

describe('a gateway on loopback without keys', () => {
  beforeEach(async () => {
    gateway = await startYamlGateway(common());
  });

  test.each([
    ['/health', { status: 'ok' }],
    ['/health/live', { status: 'alive' }],
    ['/health/ready', { status: 'ready' }],
    ['/health/ready?deep=true', { status: 'ready' }],
    ['/health/providers', { providers: [{ name: 'up', isPresent: true }, {}] }],
    ['/metrics', { requests: { total: 0, errors: 0, active: 0 }, tokens: { input: 0, output: 0 }, costUsd: 0 }],
    ['/metrics/observability', { pools: [], breakers: [], load: { active: 0 } }],
    ['/metrics/circuit-breakers', { breakers: [] }],
    ['/metrics/load-shedding', { active: 0, shed: 0 }],
    ['/metrics/semantic-cache', { state: 'off' }],
    ['/providers', { data: [{ name: 'up' }, { name: 'guide' }] }],
    ['/routing/tiers', { models: [{ name: 'auto', tiers: { simple: 'up/small' } }] }],
    ['/models', { object: 'list', data: expect.arrayContaining([expect.objectContaining({ id: 'up/small' })]) }],
    ['/models/quick', { id: 'quick', object: 'model' }],
  ])('answers %s with and without /v1', async (path, expected) => {
    for (const prefix of ['', '/v1']) {
      const response = await get(prefix + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toMatchObject(expected);
    }
  });

  test('says at / that it is there, also to those who ask for the head only', async () => {
    expect(await json('/')).toMatchObject({ status: 'ok' });
    const head = await fetch(gateway.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each(['/metrics', '/v1/metrics'])('tells %s in JSON, and to Prometheus in its own words', async (path) => {
    expect((await get(path, { accept: 'application/json' })).headers.get('content-type')).toBe('application/json');
    const scrape = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1';
    for (const accept of ['text/plain', scrape]) {
      const response = await get(path, { accept });
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(readPrometheusText(await response.text()).has('parley_gateway_requests_total')).toBe(true);
    }
    expect(readPrometheusText(await (await get('/metrics/prometheus')).text()).size).toBeGreaterThan(20);
  });

  test.each([
    ['/chat/completions', { ...question }, { object: 'chat.completion' }],
    ['/messages', { ...question, max_tokens: 50 }, { type: 'message', content: [{ text: 'Hello, world' }] }],
    ['/responses', { model: 'quick', input: 'Hello' }, { object: 'response', output: [{ type: 'message' }] }],
    ['/embeddings', { model: 'up/small', input: 'Hello' }, { data: [{ embedding: [0.25, -0.5] }] }],
    ['/messages/count_tokens', { ...question }, { input_tokens: expect.any(Number) }],
    [
      '/models/quick:generateContent',
      { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
      { candidates: [{ content: { parts: [{ text: 'Hello, world' }] } }] },
    ],
  ])('takes %s with and without /v1', async (path, body, expected) => {
    for (const prefix of path.includes(':') ? ['/v1', '/v1beta'] : ['', '/v1']) {
      const response = await send(prefix + path, body);
      expect([response.status, await response.json()]).toMatchObject([200, expected]);
    }
  });

  test('explains a route without calling anybody', async () => {
    const easy = await send('/routing/analyze', { ...question, model: 'auto' });
    expect(await easy.json()).toMatchObject({
      model: 'auto',
      tier: 'simple',
      score: expect.any(Number),
      order: ['up/small', 'up/large'],
      candidates: [{ target: 'up/small' }, { target: 'up/large' }],
    });
    const text =
      'Prove step by step why this distributed consensus algorithm is correct, analyse every race condition, ' +
      'refactor the architecture and compare trade-offs in depth. '.repeat(20);
    const hard = await send('/v1/routing/analyze', { model: 'auto', messages: [{ role: 'user', content: text }] });
    const explained = (await hard.json()) as { tier: string; factors: unknown };
    expect(['complex', 'reasoning']).toContain(explained.tier);
    expect(explained.factors).toBeTruthy();
    expect(upstream.asked()).toEqual([]);
  });

  test('refuses what it cannot do, in words', async () => {
    expect(await (await get('/v1/v1/models')).json()).toMatchObject({
      error: { message: expect.stringContaining('/v1 twice') },
    });
    const wrongMethod = await get('/v1/chat/completions');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
    const packed = await send('/v1/chat/completions', question, { 'content-encoding': 'gzip' });
    expect([packed.status, await packed.text()]).toEqual([400, expect.stringContaining('Content-Encoding')]);
    const unknown = await send('/v1/chat/completions', { ...question, model: 'nobody' });
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toMatch(/quick.*auto/);
  });

  test('replays a recorded answer and forgets it when told', async () => {
    const key = { 'idempotency-key': 'turn/1:0' };
    const first = await (await send('/v1/chat/completions', { ...question, stream: true }, key)).text();
    expect(first).toContain('Hello, ');
    for (const path of ['/v1/streams/turn%2F1%3A0', '/streams/turn%2F1%3A0', '/v1/chat/completions/turn%2F1%3A0']) {
      const again = await get(path);
      expect([again.status, again.headers.get('x-parley-recording')]).toEqual([200, 'replayed']);
      expect(await again.text()).toBe(first);
    }
    expect((await send('/v1/streams/turn%2F1%3A0', undefined, {}, 'DELETE')).status).toBe(204);
    expect((await get('/v1/streams/turn%2F1%3A0')).status).toBe(404);
    expect(upstream.asked()).toHaveLength(1);
  });

  test('is alive and not ready while it stops', async () => {
    gateway.gateway.drain();
    expect((await get('/health/live')).status).toBe(200);
    for (const path of ['/health/ready', '/v1/health/ready']) {
      const response = await get(path);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await response.json()).toMatchObject({ status: 'not ready' });
    }
  });

  test('is not ready while everything behind the default model rests', async () => {
    await gateway.close();
    gateway = await startYamlGateway(
      `${common()}defaultModel: quick\nbreaker: { failures: 1 }\nretry: { maxTries: 1 }\nadmin: { token: boss }\n`,
    );
    upstream.fail(503);
    for (const model of ['up/small', 'up/large'])
      await (await send('/v1/chat/completions', { ...question, model })).text();
    const resting = await get('/health/ready');
    expect([resting.status, await resting.json()]).toMatchObject([503, { reason: expect.stringContaining('rests') }]);
    expect(await json('/metrics/circuit-breakers')).toMatchObject({
      breakers: [
        { target: 'up/small', state: 'open' },
        { target: 'up/large', state: 'open' },
      ],
    });
    expect((await send('/v1/admin/circuit-breakers/reset', { target: 'up/small' }, bearer('boss'))).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
  });

  test('has no admin', async () => {
    for (const path of ['/v1/admin/reload', '/admin/reload', '/v1/admin/circuit-breakers/reset']) {
      const response = await send(path);
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('admin token');
    }
  });
});

describe('a gateway with keys', () => {
  beforeEach(async () => {
    gateway = await startYamlGateway(
      `${common()}keys: [{ id: ada, key: key-of-ada, models: [quick] }]\nadmin: { token: boss }\n`,
    );
  });

  test.each(['authorization', 'x-api-key', 'x-goog-api-key', 'lynkr-virtual-key'])(
    'knows its callers by %s',
    async (header) => {
      const value = header === 'authorization' ? 'Bearer key-of-ada' : 'key-of-ada';
      expect((await send('/v1/chat/completions', question, { [header]: value })).status).toBe(200);
      const wrong = await send('/v1/chat/completions', question, { [header]: `${value}-not` });
      expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: { type: 'authentication_error' } }]);
    },
  );

  test('leaves health to everybody, and lists only what a key may name', async () => {
    for (const path of ['/', '/health', '/health/live', '/health/ready']) expect((await get(path)).status).toBe(200);
    expect((await get('/v1/models')).status).toBe(401);
    const { data } = (await (await get('/v1/models', bearer('key-of-ada'))).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['quick']);
    const other = await send('/v1/chat/completions', { ...question, model: 'auto' }, bearer('key-of-ada'));
    expect(other.status).toBe(403);
  });

  test.each([
    ['POST', '/v1/admin/reload'],
    ['POST', '/v1/admin/circuit-breakers/reset'],
    ['GET', '/v1/admin/usage'],
    ['GET', '/metrics'],
    ['GET', '/metrics/prometheus'],
    ['GET', '/metrics/observability'],
  ])('asks for the admin token, and says so: %s %s', async (method, path) => {
    for (const headers of [{}, bearer('key-of-ada')]) {
      const refused = await fetch(gateway.url + path, { method, headers });
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain('admin token');
    }
    expect((await fetch(gateway.url + path, { method, headers: bearer('boss') })).status).not.toBe(401);
  });

  test('does not take the admin token for a key', async () => {
    const response = await send('/v1/chat/completions', question, bearer('boss'));
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('one of its keys');
  });
});
