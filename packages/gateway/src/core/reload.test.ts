import { expect, test, vi } from 'vitest';
import { configFromEnvironment } from '../config/config-from-environment.ts';
import type { GatewayConfig } from './gateway-config.ts';
import { startPacedUpstream } from '../testing/paced-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';

const configOf = (variables: Record<string, string>): GatewayConfig =>
  configFromEnvironment({ OLLAMA_ENDPOINT: 'off', GUIDE_TOKEN_DELAY_MS: '0', ...variables }, { guideDocuments: [] });

const ask = (model: string) => ({ model, stream: true, messages: [{ role: 'user', content: 'count to 1' }] });

test('a stream that runs while the configuration changes ends whole, and the next request sees the new one', async () => {
  const upstream = await startPacedUpstream();
  const variables = { OPENAI_BASE_URL: upstream.baseUrl, OPENAI_MODEL: 'up' };
  const started = await startTestGateway(variables);
  try {
    const running = started.post(ask('openai/up'));
    await vi.waitFor(() => expect(upstream.calls()).toBe(1));
    upstream.say(2);
    const response = await running;

    started.gateway.reload(configOf({ GATEWAY_API_KEYS: 'needed-now' }));
    expect(started.gateway.isOpen).toBe(false);
    expect((await started.post(ask('guide'))).status).toBe(401);
    const headers = { authorization: 'Bearer needed-now' };
    expect((await started.post(ask('openai/up'), { headers })).status).toBe(404);
    expect((await started.post(ask('guide'), { headers })).status).toBe(200);

    upstream.say(2);
    upstream.finish();
    const text = await response.text();
    expect(text).toContain('w4');
    expect(text).toContain('[DONE]');
    expect(upstream.calls()).toBe(1);

    started.gateway.reload(configOf(variables));
    const again = started.post(ask('openai/up'));
    await vi.waitFor(() => expect(upstream.calls()).toBe(2));
    upstream.say(1);
    upstream.finish();
    expect(await (await again).text()).toContain('[DONE]');
  } finally {
    await started.close();
    await upstream.close();
  }
});

test('a breaker that is open stays open under another configuration, also of its own settings', async () => {
  const variables = {
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    OPENAI_MODEL: 'up',
    CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1',
  };
  const started = await startTestGateway(variables);
  const states = async (): Promise<string> => (await fetch(`${started.url}/metrics/circuit-breakers`)).text();
  try {
    await started.post(ask('openai/up'));
    await started.post(ask('openai/up'));
    expect(await states()).toContain('"open"');
    started.gateway.reload(configOf({ ...variables, CHAT_FAST_MODEL: 'guide' }));
    expect(await states()).toContain('"open"');
    started.gateway.reload(configOf({ ...variables, CIRCUIT_BREAKER_FAILURE_THRESHOLD: '9' }));
    expect(await states()).toContain('"open"');
  } finally {
    await started.close();
  }
});

test('a gateway that is told to drain is not ready and goes on serving', async () => {
  const started = await startTestGateway({});
  try {
    expect((await fetch(`${started.url}/health/ready`)).status).toBe(200);
    started.gateway.drain();
    expect((await fetch(`${started.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${started.url}/health/live`)).status).toBe(200);
    expect((await started.post(ask('guide'))).status).toBe(200);
  } finally {
    await started.close();
  }
});
