import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultModelSettings } from '../config/default-settings.ts';
import { configFromEnvironment } from '../config/config-from-environment.ts';
import type { GatewayConfig, ModelRow, Provider } from '../core/gateway-config.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';
import { chunk, sendStream, startScriptedUpstream, streamOf } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const messages = [{ role: 'user', content: 'Hi' }];
const timeouts = { connect: 1000, headers: 5000, content: 5000, idle: 5000 };

async function upstreamAt(script: UpstreamScript): Promise<ScriptedUpstream> {
  const upstream = await startScriptedUpstream(script);
  closers.push(() => upstream.close());
  return upstream;
}

function providerAt(name: string, { baseUrl }: ScriptedUpstream): Provider {
  const row = { label: name, dialect: 'openai-chat', keys: [], timeouts, presence: 'configured' } as const;
  return { ...row, name, baseUrl, preferred: {}, isPreferenceExplicit: true };
}

function rowOf(name: string, ...targets: string[]): ModelRow {
  return {
    name,
    targets: targets.map((provider) => ({ provider, model: 'up', weight: 1 })),
    settings: { ...defaultModelSettings, fallback: true },
  };
}

function keyOf(secret: string, models: string[]): VirtualKey {
  const sha256 = createHash('sha256').update(secret).digest('hex');
  return { id: secret, sha256, models, budgets: [], mayNameIdentity: false, priority: 'normal' };
}

const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

async function gatewayWith(overrides: Partial<GatewayConfig>): Promise<TestGateway> {
  const gateway = await startTestGateway({}, [], undefined, overrides);
  closers.push(() => gateway.close());
  return gateway;
}

const well: UpstreamScript = ({ response }) => sendStream(response, streamOf('a'));

describe('what a client learns of how it was served', () => {
  test('names who really served, after how many tries, and nothing of the attempt before', async () => {
    const broken = await upstreamAt(({ response }) =>
      response.writeHead(503, { 'x-parley-model': 'leak', 'x-leak': '1', 'retry-after': '60' }).end('{}'),
    );
    const good = await upstreamAt(well);
    const gateway = await gatewayWith({
      providers: [providerAt('first', broken), providerAt('second', good)],
      models: [rowOf('quick', 'first', 'second')],
    });
    const response = await gateway.post({ model: 'quick', messages, stream: true });
    expect(await response.text()).toContain('"a"');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-parley-provider': 'second',
      'x-parley-model': 'up',
      'x-parley-attempts': '2',
      'x-lynkr-provider': 'second',
      'x-lynkr-fallback': 'true',
    });
    expect(response.headers.get('x-leak')).toBeNull();
    expect(response.headers.get('retry-after')).toBeNull();
  });

  test('keeps Lynkr names to those who want them', async () => {
    const upstream = await upstreamAt(well);
    const gateway = await gatewayWith({ providers: [providerAt('up', upstream)], lynkrHeaders: false });
    const response = await gateway.post({ model: 'up/up', messages, stream: true });
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-lynkr'))).toEqual([]);
  });

  test('names what a translation had no place for', async () => {
    const gateway = await gatewayWith({});
    const upstream = await upstreamAt(well);
    gateway.gateway.reload({
      ...configFromEnvironment({}, { guideDocuments: [] }),
      providers: [{ ...providerAt('claude', upstream), dialect: 'anthropic-messages' }],
    });
    const response = await gateway.post({ model: 'claude/up', messages, logit_bias: { 1: 1 } });
    await response.text();
    expect(upstream.exchanges[0]?.body).not.toContain('logit_bias');
    expect(response.headers.get('x-parley-dropped')).toBe('logit_bias');
  });

  test('a header cannot be injected by a model name', async () => {
    const upstream = await upstreamAt(well);
    const gateway = await gatewayWith({ providers: [providerAt('up', upstream)] });
    const response = await gateway.post({ model: 'up/a\r\nx-evil: 1', messages, stream: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-evil')).toBeNull();
    expect(response.headers.get('x-parley-model')).toBe('a??x-evil: 1');
  });
});

describe('which models a key may use', () => {
  test('others are forbidden and not listed', async () => {
    const upstream = await upstreamAt(well);
    const gateway = await gatewayWith({
      providers: [providerAt('up', upstream)],
      models: [rowOf('quick', 'up'), rowOf('dear', 'up')],
      keys: [keyOf('narrow', ['quick', 'up/*']), keyOf('wide', [])],
    });
    const status = async (model: string, key: string): Promise<number> => {
      const response = await gateway.post({ model, messages }, as(key));
      await response.text();
      return response.status;
    };
    expect(await status('quick', 'narrow')).toBe(200);
    expect(await status('up/any', 'narrow')).toBe(200);
    expect(await status('dear', 'narrow')).toBe(403);
    expect(await status('dear', 'wide')).toBe(200);
    const list = await (await fetch(`${gateway.url}/v1/models`, as('narrow'))).text();
    expect(list).toContain('"quick"');
    expect(list).not.toContain('"dear"');
    expect((await fetch(`${gateway.url}/v1/models/dear`, as('narrow'))).status).toBe(404);
  });
});

describe('names', () => {
  test('a default model serves those who name none or an unknown one, and all when forced', async () => {
    const upstream = await upstreamAt(well);
    const config = { providers: [providerAt('up', upstream)], models: [rowOf('quick', 'up')], defaultModel: 'quick' };
    const gateway = await gatewayWith(config);
    for (const body of [{ messages }, { model: 'quick', messages }]) {
      expect((await gateway.post(body)).status).toBe(200);
    }
    const models = upstream.exchanges.map(({ body }) => (JSON.parse(body) as { model: string }).model);
    expect(models).toEqual(['up', 'up']);
    const forced = await gatewayWith({ ...config, forceDefaultModel: true });
    const response = await forced.post({ model: 'up/other', messages });
    expect(response.headers.get('x-parley-model')).toBe('up');
  });
});

describe('another configuration', () => {
  test('serves new requests, and lets those that run end as they began', async () => {
    let finish: (() => void) | undefined;
    const old = await upstreamAt(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'old' }));
      finish = () => void response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    });
    const fresh = await upstreamAt(({ response }) => sendStream(response, streamOf('new')));
    const base = configFromEnvironment({ OLLAMA_ENDPOINT: 'off' }, { guideDocuments: [] });
    const gateway = await gatewayWith({ providers: [providerAt('up', old)] });
    const running = await gateway.post({ model: 'up/x', messages, stream: true });
    gateway.gateway.reload({ ...base, providers: [providerAt('up', fresh)] });
    expect(await (await gateway.post({ model: 'up/x', messages, stream: true })).text()).toContain('"new"');
    finish?.();
    const text = await running.text();
    expect(text).toContain('"old"');
    expect(text).toContain('[DONE]');
  });
});

describe('recordings for every dialect', () => {
  const asked = [
    ['/v1/responses', { model: 'up/x', input: 'Hi', stream: true }, 'response.completed'],
    ['/v1/messages', { model: 'up/x', max_tokens: 9, messages, stream: true }, 'message_stop'],
  ] as const;

  test.each(asked)('%s gives the same bytes again, and under /v1/streams', async (path, body, end) => {
    const upstream = await upstreamAt(well);
    const gateway = await gatewayWith({ providers: [providerAt('up', upstream)] });
    const post = () =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'idempotency-key': 'k' },
        body: JSON.stringify(body),
      });
    const first = await post();
    const text = await first.text();
    expect(text).toContain(end);
    expect(text).toMatch(/^id: /m);
    const again = await post();
    expect([again.headers.get('x-parley-recording'), await again.text()]).toEqual(['replayed', text]);
    const read = await fetch(`${gateway.url}/v1/streams/k`);
    expect([read.status, await read.text()]).toEqual([200, text]);
    expect(upstream.exchanges).toHaveLength(1);
    expect((await fetch(`${gateway.url}/v1/streams/k`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${gateway.url}/v1/streams/k`)).status).toBe(404);
  });

  test('a failure in mid-stream is told in the words of the dialect, also when it is read again', async () => {
    const upstream = await upstreamAt(({ response }) => sendStream(response, chunk({ content: 'half' })));
    const gateway = await gatewayWith({ providers: [providerAt('up', upstream)] });
    const post = async (): Promise<string> => {
      const [path, body] = asked[1];
      const headers = { 'idempotency-key': 'k' };
      return (await fetch(gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
    };
    const first = await post();
    expect(first).toContain('event: error');
    expect(first).not.toContain('message_stop');
    expect(await post()).toBe(first);
  });
});

test('callers in the same process get events and never bytes', async () => {
  const upstream = await upstreamAt(well);
  const gateway = await gatewayWith({ providers: [providerAt('up', upstream)] });
  const types: string[] = [];
  const turns = [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }] as const;
  const request = { model: 'up/x', instructions: [], turns, tools: [], sampling: {} };
  for await (const { type } of gateway.gateway.stream(request, new AbortController().signal)) types.push(type);
  expect(types).toEqual(['answer-start', 'text-delta', 'usage', 'finish']);
  await vi.waitFor(() => expect(gateway.logged.join()).toContain('"outcome":"done"'));
});

test('a client may shorten the time it waits', async () => {
  const upstream = await upstreamAt(() => undefined);
  const gateway = await gatewayWith({ providers: [providerAt('up', upstream)] });
  const response = await gateway.post({ model: 'up/x', messages }, { headers: { 'lynkr-deadline-ms': '80' } });
  expect(response.status).toBe(504);
  await vi.waitFor(() => expect([upstream.openSockets.size, gateway.running()]).toEqual([0, 0]), { timeout: 4000 });
});
