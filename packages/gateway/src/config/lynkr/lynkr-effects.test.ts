import { afterEach, expect, test } from 'vitest';
import { chunk, doneMark, startScriptedUpstream, usageChunk } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream, UpstreamScript } from '../../testing/scripted-upstream.ts';
import { startTestGateway } from '../../testing/start-test-gateway.ts';
import type { TestGateway } from '../../testing/start-test-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(variables: Record<string, string>): Promise<TestGateway> {
  const gateway = await startTestGateway(variables);
  open.push(gateway);
  return gateway;
}

async function upstream(script: UpstreamScript): Promise<ScriptedUpstream> {
  const started = await startScriptedUpstream(script);
  open.push(started);
  return started;
}

const says =
  (text: string): UpstreamScript =>
  ({ request, response }) => {
    if (request.method === 'GET') {
      response.end('{"data":[{"id":"a/b"}]}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(chunk({ content: text }) + chunk({}, 'stop') + usageChunk + doneMark);
  };
const fails: UpstreamScript = ({ response }) => {
  response.writeHead(500).end('{"error":{"message":"down"}}');
};

const ask = (model: string, content = 'count to 1', more: object = {}) => ({
  model,
  stream: true,
  messages: [{ role: 'user', content }],
  ...more,
});

test('MODEL_PROVIDER serves names nobody knows', async () => {
  const { baseUrl } = await upstream(says('from openrouter'));
  const keys = { OPENROUTER_API_KEY: 'k', OPENROUTER_ENDPOINT: `${baseUrl}/chat/completions`, OPENROUTER_MODEL: 'a/b' };
  const chosen = await start({ ...keys, MODEL_PROVIDER: 'openrouter' });
  const answer = await chosen.post(ask('claude-3-5-sonnet'));
  expect([answer.status, answer.headers.get('x-parley-model'), await answer.text()]).toEqual([
    200,
    'a/b',
    expect.stringContaining('from openrouter'),
  ]);
});

test('FALLBACK_PROVIDER answers when the first provider fails', async () => {
  const [first, second] = [await upstream(fails), await upstream(says('the second'))];
  const gateway = await start({
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: first.baseUrl,
    OPENAI_MODEL: 'x',
    LMSTUDIO_ENDPOINT: second.baseUrl,
    LMSTUDIO_MODEL: 'y',
    FALLBACK_PROVIDER: 'lmstudio',
    API_RETRY_INITIAL_DELAY: '1',
  });
  expect(await (await gateway.post(ask('chat-quality'))).text()).toContain('the second');
});

test('TIER_* make the model auto, and explain themselves', async () => {
  const { baseUrl } = await upstream(says('small'));
  const gateway = await start({
    LMSTUDIO_ENDPOINT: baseUrl,
    TIER_SIMPLE: 'lmstudio:small',
    TIER_MEDIUM: 'guide:guide',
    TIER_COMPLEX: 'guide:guide',
    TIER_REASONING: 'guide:guide',
  });
  const answer = await gateway.post(ask('auto', 'hi'));
  expect(answer.headers.get('x-lynkr-tier')?.toLowerCase()).toBe('simple');
  expect(await answer.text()).toContain('small');
});

test('OLLAMA_MAX_TOOLS_FOR_ROUTING sends a request with many tools elsewhere, whatever came before it', async () => {
  const [small, large] = [await upstream(says('small')), await upstream(says('large'))];
  const gateway = await start({
    MODEL_PROVIDER: 'ollama',
    OLLAMA_ENDPOINT: small.baseUrl,
    OLLAMA_MODEL: 'm',
    LMSTUDIO_ENDPOINT: large.baseUrl,
    LMSTUDIO_MODEL: 'l',
    FALLBACK_PROVIDER: 'lmstudio',
    OLLAMA_MAX_TOOLS_FOR_ROUTING: '1',
  });
  const withTools = async (count: number): Promise<string> => {
    const tools = Array.from({ length: count }, (_, index) => ({
      type: 'function',
      function: { name: `t${index}`, parameters: { type: 'object' } },
    }));
    return (await gateway.post(ask('chat-quality', 'hi', { tools }))).text();
  };
  expect(await withTools(1)).toContain('small');
  expect(await withTools(2)).toContain('large');
  expect(await withTools(1)).toContain('small');
});

test('RATE_LIMIT_MAX limits', async () => {
  const gateway = await start({ RATE_LIMIT_MAX: '2', RATE_LIMIT_KEY_BY: 'ip' });
  const statuses = [];
  for (let index = 0; index < 3; index += 1) {
    const answer = await gateway.post(ask('guide'));
    await answer.text();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 200, 429]);
});

test('PROMPT_CACHE_ENABLED answers the same request again by itself', async () => {
  const { baseUrl, exchanges } = await upstream(says('once'));
  const gateway = await start({ LMSTUDIO_ENDPOINT: baseUrl, LMSTUDIO_MODEL: 'm', PROMPT_CACHE_ENABLED: 'true' });
  const outcomes = [];
  for (let index = 0; index < 2; index += 1) {
    const answer = await gateway.post(ask('chat-fast', 'Name a colour', { temperature: 0.7 }));
    expect(await answer.text()).toContain('once');
    outcomes.push(answer.headers.get('x-cache')?.toLowerCase());
  }
  expect(outcomes).toEqual(['miss', 'hit']);
  expect(exchanges.filter(({ request }) => request.method === 'POST')).toHaveLength(1);
});

test('REQUEST_JSON_LIMIT refuses larger bodies', async () => {
  const gateway = await start({ REQUEST_JSON_LIMIT: '1kb' });
  expect((await gateway.post(ask('guide', 'x'.repeat(2000)))).status).toBe(413);
});

async function status({ url }: TestGateway, path: string): Promise<number> {
  return (await fetch(`${url}${path}`)).status;
}

test('METRICS_ENABLED, HEALTH_CHECK_ENABLED and REQUEST_LOGGING_ENABLED leave out what they name', async () => {
  const usual = await start({});
  await (await usual.post(ask('guide'))).text();
  expect([await status(usual, '/metrics'), await status(usual, '/health/ready')]).toEqual([200, 200]);
  expect(usual.logged.filter((line) => line.includes('durationMs'))).toHaveLength(1);
  const bare = await start({
    METRICS_ENABLED: 'false',
    HEALTH_CHECK_ENABLED: 'false',
    REQUEST_LOGGING_ENABLED: 'false',
  });
  await (await bare.post(ask('guide'))).text();
  expect([await status(bare, '/metrics'), await status(bare, '/health/ready')]).toEqual([404, 404]);
  expect(bare.logged.filter((line) => line.includes('durationMs'))).toHaveLength(0);
});
