import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { digestOf } from '../keys/key-ring.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';
import { chunk, startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import type { TestGateway } from '../testing/start-test-gateway.ts';
import { virtualKey } from './testing/budgeted-call.ts';

const secret = 'sk-budgeted';
const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
/** 1000 tokens in at 2.50 USD and 100 out at 10 USD a million. */
const cost = 3500;
const whole = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage,
});
const streamed = `${chunk({ content: 'Hi' })}${chunk({}, 'stop')}data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage })}\n\ndata: [DONE]\n\n`;

const answer: UpstreamScript = ({ response, body, request }) => {
  if (request.url?.endsWith('/embeddings')) {
    const data = [{ object: 'embedding', index: 0, embedding: [1] }];
    response.setHeader('content-type', 'application/json');
    return response.end(
      JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 } }),
    );
  }
  const isStream = body.includes('"stream":true');
  response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
  return response.end(isStream ? streamed : whole);
};

let upstream: ScriptedUpstream;
let gateway: TestGateway;

async function start(key: Partial<VirtualKey>, more: Partial<GatewayConfig> = {}): Promise<void> {
  const keys = [virtualKey({ id: 'ci', sha256: digestOf(secret), ...key })];
  const variables = { OPENAI_API_KEY: 'sk-upstream', OPENAI_BASE_URL: upstream.baseUrl };
  gateway = await startTestGateway(variables, [], undefined, { keys, ...more });
}

async function ask(more: object = {}, init: RequestInit = {}): Promise<Response> {
  const body = { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hello' }], ...more };
  return gateway.post(body, {
    ...init,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
  });
}

async function embed(): Promise<Response> {
  return fetch(`${gateway.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model: 'openai/text-embedding-3-small', input: 'Hello' }),
  });
}

async function spent(): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/usage`, { headers: { 'x-api-key': secret } });
  const { records } = (await response.json()) as { records: { microUsd: number }[] };
  return records.reduce((sum, { microUsd }) => sum + microUsd, 0);
}

beforeEach(async () => {
  upstream = await startScriptedUpstream(answer);
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

describe('a key with a budget, over HTTP', () => {
  it.each([true, false])('overshoots by one request at most when 200 rush at its end (streams: %s)', async (stream) => {
    await start({ budgets: [{ microUsd: 10 * cost - 1000, per: 'month' }] });
    for (let index = 0; index < 8; index += 1) await (await ask({ stream })).text();
    const responses = await Promise.all(Array.from({ length: 200 }, () => ask({ stream })));
    const statuses = responses.map(({ status }) => status);
    await Promise.all(responses.map((response) => response.text()));
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses.filter((status) => status === 402)).toHaveLength(198);
    expect(upstream.exchanges).toHaveLength(10);
    await vi.waitFor(async () => expect(await spent()).toBe(10 * cost));
  });

  it('is refused in the shape of the client’s dialect, and not tried again by SDKs', async () => {
    await start({ budgets: [{ tokens: 1, per: 'total' }] });
    await (await ask()).text();
    const refused = await ask();
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('key "ci"') } });
  });

  it('pays for a stream that its client leaves', async () => {
    await upstream.close();
    upstream = await startScriptedUpstream(({ response }) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(chunk({ content: 'x'.repeat(4000) }));
    });
    await start({ budgets: [{ microUsd: 1_000_000, per: 'total' }] });
    const leaving = new AbortController();
    const { body } = await ask({ stream: true }, { signal: leaving.signal });
    await body?.getReader().read();
    leaving.abort();
    await vi.waitFor(async () => expect(await spent()).toBeGreaterThanOrEqual(1000 * 10));
    await vi.waitFor(() => expect(gateway.running()).toBe(0));
  });

  it('pays for embeddings, and has none when it is spent', async () => {
    await start({ budgets: [{ microUsd: 20_000, per: 'total' }] });
    expect((await embed()).status).toBe(200);
    expect((await embed()).status).toBe(402);
    expect(await spent()).toBe(20_000);
  });

  it('is limited per minute, with Retry-After', async () => {
    await start({ requestsPerMinute: 2 });
    for (let index = 0; index < 2; index += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(upstream.exchanges).toHaveLength(2);
  });
});

describe('callers without a key of their own', () => {
  it('are limited by their address where the operator says so', async () => {
    await start({}, { rateLimit: { isOn: true, windowMs: 60_000, maxRequests: 1, by: 'ip' } });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });
});
