import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordedAnswer } from '../matrix/fixture-upstream.ts';
import type { UpstreamDialect } from '../matrix/fixture-upstream.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../testing/scripted-upstream.ts';
import { startTestGateway } from '../testing/start-test-gateway.ts';
import { story } from '../testing/story.ts';

let upstream: ScriptedUpstream;
let origin: string;

const dialects: readonly [RegExp, UpstreamDialect, string][] = [
  [/\/messages$/, 'anthropic-messages', 'text/event-stream'],
  [/:streamGenerateContent/, 'google-generative', 'text/event-stream'],
  [/\/converse-stream$/, 'bedrock-converse', 'application/vnd.amazon.eventstream'],
  [/\/responses$/, 'openai-responses', 'text/event-stream'],
  [/./, 'openai-chat', 'text/event-stream'],
];

beforeEach(async () => {
  upstream = await startScriptedUpstream(({ request, response }) => {
    if (request.method === 'GET') return response.writeHead(404).end('{}');
    const [, dialect = 'openai-chat', type = ''] = dialects.find(([path]) => path.test(request.url ?? '')) ?? [];
    return response.writeHead(200, { 'content-type': type }).end(recordedAnswer(dialect, 'text'));
  });
  origin = upstream.baseUrl.replace(/\/v1$/, '');
});
afterEach(() => upstream.close());

interface Case {
  readonly provider: string;
  /** `ORIGIN` stands for the upstream. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
  readonly header: readonly [name: string, value: string];
  readonly model?: string;
}

const cases: readonly Case[] = [
  {
    provider: 'openai',
    env: { OPENAI_API_KEY: 'k', OPENAI_ENDPOINT: 'ORIGIN/v1/chat/completions', OPENAI_MODEL: 'gpt-4o' },
    path: '/v1/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'gpt-4o',
  },
  {
    provider: 'openai',
    env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'ORIGIN', OPENAI_ORGANIZATION: 'org-1', OPENAI_MODEL: 'm' },
    path: '/v1/chat/completions',
    header: ['openai-organization', 'org-1'],
  },
  {
    provider: 'azure-openai',
    env: { AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'ORIGIN', AZURE_OPENAI_DEPLOYMENT: 'mine' },
    path: '/openai/deployments/mine/chat/completions?api-version=2024-08-01-preview',
    header: ['api-key', 'k'],
  },
  {
    provider: 'azure-openai',
    env: {
      AZURE_OPENAI_API_KEY: 'k',
      AZURE_OPENAI_ENDPOINT: 'ORIGIN/openai/deployments/mine/chat/completions?api-version=2025-01-01',
      AZURE_OPENAI_DEPLOYMENT: 'mine',
    },
    path: '/openai/deployments/mine/chat/completions?api-version=2025-01-01',
    header: ['api-key', 'k'],
  },
  {
    provider: 'azure-anthropic',
    env: {
      AZURE_ANTHROPIC_API_KEY: 'k',
      AZURE_ANTHROPIC_ENDPOINT: 'ORIGIN/anthropic/v1/messages',
      AZURE_ANTHROPIC_VERSION: '2023-06-01',
      AZURE_ANTHROPIC_MODEL: 'claude-x',
    },
    path: '/anthropic/v1/messages',
    header: ['x-api-key', 'k'],
    model: 'claude-x',
  },
  {
    provider: 'openrouter',
    env: { OPENROUTER_API_KEY: 'k', OPENROUTER_ENDPOINT: 'ORIGIN/api/v1/chat/completions' },
    path: '/api/v1/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'openai/gpt-4o-mini',
  },
  {
    provider: 'ollama',
    env: { OLLAMA_ENDPOINT: 'ORIGIN', OLLAMA_MODEL: 'qwen' },
    path: '/v1/chat/completions',
    header: ['host', 'ORIGIN'],
    model: 'qwen',
  },
  {
    provider: 'llamacpp',
    env: { LLAMACPP_ENDPOINT: 'ORIGIN', LLAMACPP_API_KEY: 'k' },
    path: '/v1/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'default',
  },
  {
    provider: 'lmstudio',
    env: { LMSTUDIO_ENDPOINT: 'ORIGIN/v1', LMSTUDIO_MODEL: 'm' },
    path: '/v1/chat/completions',
    header: ['host', 'ORIGIN'],
    model: 'm',
  },
  {
    provider: 'databricks',
    env: { DATABRICKS_API_BASE: 'ORIGIN', DATABRICKS_API_KEY: 'k', DATABRICKS_MODEL: 'dbrx' },
    path: '/serving-endpoints/dbrx/invocations',
    header: ['authorization', 'Bearer k'],
  },
  {
    provider: 'databricks',
    env: {
      DATABRICKS_API_BASE: 'ORIGIN/',
      DATABRICKS_API_KEY: 'k',
      DATABRICKS_ENDPOINT_PATH: '/serving-endpoints/my-model/invocations',
    },
    path: '/serving-endpoints/my-model/invocations',
    header: ['authorization', 'Bearer k'],
  },
  {
    provider: 'bedrock',
    env: { AWS_BEDROCK_API_KEY: 'k', AWS_BEDROCK_ENDPOINT: 'ORIGIN', AWS_BEDROCK_MODEL_ID: 'anthropic.claude-x' },
    path: '/model/anthropic.claude-x/converse-stream',
    header: ['authorization', 'Bearer k'],
  },
  {
    provider: 'vertex',
    env: { VERTEX_API_KEY: 'k', VERTEX_ENDPOINT: 'ORIGIN/v1beta' },
    path: '/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse',
    header: ['x-goog-api-key', 'k'],
  },
  {
    provider: 'z.ai',
    env: { ZAI_API_KEY: 'k', ZAI_ENDPOINT: 'ORIGIN/api/anthropic/v1/messages', ZAI_MAX_CONCURRENT: '2' },
    path: '/api/anthropic/v1/messages',
    header: ['x-api-key', 'k'],
    model: 'GLM-4.7',
  },
  {
    provider: 'z-ai',
    env: { ZAI_API_KEY: 'k', ZAI_ENDPOINT: 'ORIGIN/api/coding/paas/v4/chat/completions' },
    path: '/api/coding/paas/v4/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'GLM-4.7',
  },
  {
    provider: 'moonshot',
    env: { MOONSHOT_API_KEY: 'k', MOONSHOT_ENDPOINT: 'ORIGIN/v1/chat/completions' },
    path: '/v1/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'kimi-k2-thinking',
  },
  {
    provider: 'baidu',
    env: { BAIDU_API_KEY: 'k', BAIDU_ENDPOINT: 'ORIGIN/v2/chat/completions', BAIDU_MODEL: 'ernie' },
    path: '/v2/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'ernie',
  },
  {
    provider: 'atlas',
    env: { ATLASCLOUD_API_KEY: 'k', ATLASCLOUD_ENDPOINT: 'ORIGIN/v1', ATLASCLOUD_MODEL: 'm' },
    path: '/v1/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'm',
  },
  {
    provider: 'edenai',
    env: { EDENAI_API_KEY: 'k', EDENAI_ENDPOINT: 'ORIGIN/v3/llm/chat/completions', EDENAI_MODEL: 'm' },
    path: '/v3/llm/chat/completions',
    header: ['authorization', 'Bearer k'],
    model: 'm',
  },
];

const real = (text: string): string => text.replace('ORIGIN', origin);

describe('the providers of Lynkr by their variables', () => {
  test.each(cases.map((one) => [one.provider, one.path, one] as const))('%s at %s', async (_name, _path, one) => {
    const env = Object.fromEntries(Object.entries(one.env).map(([name, value]) => [name, real(value)]));
    const gateway = await startTestGateway({ MODEL_PROVIDER: one.provider, ...env });
    try {
      const response = await gateway.post({
        model: 'claude-opus-5',
        stream: true,
        messages: [{ role: 'user', content: 'Hello' }],
      });
      const text = await response.text();
      expect([response.status, text]).toEqual([200, expect.stringContaining('[DONE]')]);
      expect(text).toContain(story.text.text.slice(0, 5));
      const asked = upstream.exchanges.findLast(({ request }) => request.method === 'POST');
      expect(asked?.request.url).toBe(one.path);
      const [header, value] = one.header;
      expect(asked?.request.headers[header]).toBe(real(value).replace('http://', ''));
      expect(JSON.parse(asked?.body ?? '{}')).toMatchObject(one.model === undefined ? {} : { model: one.model });
    } finally {
      await gateway.close();
    }
  });
});
