import { describe, expect, test } from 'vitest';
import type { Provider } from '../../core/gateway-config.ts';
import { readEnvironment } from './read-environment.ts';
import type { EnvironmentReading } from './read-environment.ts';

const read = (variables: Record<string, string>): EnvironmentReading =>
  readEnvironment({ OLLAMA_ENDPOINT: 'off', ...variables }, { guideDocuments: [], face: 'standalone' });
const first = (variables: Record<string, string>): Provider | undefined => {
  const { settings, read: said } = read(variables);
  expect(said.mistakes).toEqual([]);
  return settings.config.providers[0];
};
const names = ({ settings }: EnvironmentReading): string[] => settings.config.providers.map(({ name }) => name);

describe('providers from variables', () => {
  test.each([
    ['ANTHROPIC_API_KEY', 'anthropic', 'anthropic-messages'],
    ['GOOGLE_API_KEY', 'google', 'google-generative'],
    ['VERTEX_API_KEY', 'google', 'google-generative'],
    ['AWS_BEDROCK_API_KEY', 'bedrock', 'bedrock-converse'],
    ['OPENROUTER_API_KEY', 'openrouter', 'openai-chat'],
    ['GROQ_API_KEY', 'groq', 'openai-chat'],
    ['MISTRAL_API_KEY', 'mistral', 'openai-chat'],
    ['DEEPSEEK_API_KEY', 'deepseek', 'openai-chat'],
    ['XAI_API_KEY', 'xai', 'openai-chat'],
    ['MOONSHOT_API_KEY', 'moonshot', 'openai-chat'],
    ['TOGETHER_API_KEY', 'together', 'openai-chat'],
    ['ZAI_API_KEY', 'zai', 'anthropic-messages'],
    ['BAIDU_API_KEY', 'baidu', 'openai-chat'],
    ['ATLASCLOUD_API_KEY', 'atlascloud', 'openai-chat'],
    ['EDENAI_API_KEY', 'edenai', 'openai-chat'],
  ])('%s alone makes %s, which speaks %s', (variable, name, dialect) => {
    expect(first({ [variable]: 'k' })).toMatchObject({ name, dialect, keys: ['k'], presence: 'configured' });
  });

  test.each([
    ['LLAMACPP_ENDPOINT', 'http://localhost:9999', 'llamacpp', 'http://localhost:9999/v1'],
    ['LMSTUDIO_ENDPOINT', 'http://localhost:1234/v1/chat/completions', 'lmstudio', 'http://localhost:1234/v1'],
    ['VLLM_ENDPOINT', 'http://gpu:8000/v1', 'vllm', 'http://gpu:8000/v1'],
    ['OLLAMA_ENDPOINT', 'http://gpu:11434', 'ollama', 'http://gpu:11434/v1'],
    ['OLLAMA_API_BASE', 'http://gpu:11434', 'ollama', 'http://gpu:11434/v1'],
    ['OPENAI_ENDPOINT', 'http://proxy/v1/chat/completions', 'openai', 'http://proxy/v1'],
  ])('%s=%s needs no key', (variable, address, name, baseUrl) => {
    const rest = variable === 'OLLAMA_API_BASE' ? { OLLAMA_ENDPOINT: '' } : {};
    expect(first({ ...rest, [variable]: address })).toMatchObject({ name, baseUrl, keys: [] });
  });

  test('MODEL_PROVIDER makes a server of this machine one that is used', () => {
    expect(first({ MODEL_PROVIDER: 'llamacpp' })).toMatchObject({ name: 'llamacpp', presence: 'configured' });
  });

  test('the suffix of an address tells what is spoken there', () => {
    const zai = { ZAI_API_KEY: 'k' };
    expect(first({ ...zai, ZAI_ENDPOINT: 'https://api.z.ai/api/paas/v4/chat/completions' })).toMatchObject({
      dialect: 'openai-chat',
      baseUrl: 'https://api.z.ai/api/paas/v4',
    });
    expect(first({ ...zai, ZAI_ENDPOINT: 'https://api.z.ai/api/anthropic' })).toMatchObject({
      dialect: 'anthropic-messages',
      baseUrl: 'https://api.z.ai/api/anthropic/v1',
      maxConcurrent: 2,
    });
    expect(first({ OPENAI_API_KEY: 'k', OPENAI_ENDPOINT: 'https://api.openai.com/v1/responses' })).toMatchObject({
      dialect: 'openai-responses',
      baseUrl: 'https://api.openai.com/v1',
    });
    expect(first({ OPENAI_API_KEY: 'k', OPENAI_ENDPOINT: 'https://api.openai.com/v1/chat/completions' })).toMatchObject(
      {
        label: 'OpenAI',
        quirks: { outputLimitField: 'max_completion_tokens' },
      },
    );
  });

  test.each([
    [
      'https://r.openai.azure.com/',
      'https://r.openai.azure.com',
      '/openai/deployments/{model}/chat/completions?api-version=v1',
    ],
    [
      'https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=v9',
      'https://r.openai.azure.com',
      '/openai/deployments/d/chat/completions?api-version=v9',
    ],
    [
      'https://r.services.ai.azure.com/models/chat/completions?api-version=v8',
      'https://r.services.ai.azure.com',
      '/models/chat/completions?api-version=v8',
    ],
    ['https://r.openai.azure.com/openai/v1', 'https://r.openai.azure.com/openai/v1', undefined],
  ])('Azure at %s', (endpoint, baseUrl, path) => {
    const azure = first({
      AZURE_OPENAI_ENDPOINT: endpoint,
      AZURE_OPENAI_API_KEY: 'k',
      AZURE_OPENAI_API_VERSION: 'v1',
      AZURE_OPENAI_DEPLOYMENT: 'gpt-x',
    });
    expect(azure).toMatchObject({
      name: 'azure-openai',
      baseUrl,
      keyHeader: 'api-key',
      preferred: { 'chat-fast': 'gpt-x' },
    });
    expect(azure?.quirks?.path).toBe(path);
  });

  test.each([
    ['https://r.services.ai.azure.com', 'https://r.services.ai.azure.com/anthropic/v1'],
    ['https://r.services.ai.azure.com/anthropic/v1/messages', 'https://r.services.ai.azure.com/anthropic/v1'],
    ['https://api.anthropic.com/v1/messages', 'https://api.anthropic.com/v1'],
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1'],
  ])('Anthropic on Azure at %s', (endpoint, baseUrl) => {
    expect(first({ AZURE_ANTHROPIC_ENDPOINT: endpoint, AZURE_ANTHROPIC_API_KEY: 'k' })).toMatchObject({
      dialect: 'anthropic-messages',
      baseUrl,
      headers: { 'anthropic-version': '2023-06-01' },
    });
  });

  test('Databricks takes the model from the path of its endpoint', () => {
    expect(
      first({
        DATABRICKS_API_BASE: 'https://w.cloud.databricks.com',
        DATABRICKS_API_KEY: 'k',
        DATABRICKS_ENDPOINT_PATH: '/serving-endpoints/my-model/invocations',
      }),
    ).toMatchObject({
      baseUrl: 'https://w.cloud.databricks.com',
      quirks: { path: '/serving-endpoints/{model}/invocations' },
      preferred: { 'chat-quality': 'my-model' },
    });
  });

  test('Bedrock takes a bearer key, or signs where it is meant', () => {
    expect(first({ AWS_BEDROCK_API_KEY: 'k', AWS_REGION: 'eu-west-1' })).toMatchObject({
      baseUrl: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
    });
    const signed = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(names(read(signed))).toEqual(['guide']);
    expect(first({ ...signed, AWS_BEDROCK_MODEL_ID: 'm' })).toMatchObject({
      name: 'bedrock',
      aws: { region: 'us-east-1', accessKeyId: 'id' },
      keys: [],
    });
  });

  test('keys that people bring themselves, and blank ones, configure nothing', () => {
    expect(names(read({ ANTHROPIC_API_KEY: 'user_provided', OPENROUTER_API_KEY: ' ' }))).toEqual(['guide']);
  });

  test('one number of Lynkr is the wait for headers and for content', () => {
    expect(first({ LLAMACPP_ENDPOINT: 'http://h:1', LLAMACPP_TIMEOUT_MS: '5000' })?.timeouts).toMatchObject({
      headers: 5000,
      content: 5000,
    });
  });
});

describe('routes from variables', () => {
  const keys = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', ANTHROPIC_MODEL: 'claude-x', OPENROUTER_API_KEY: 'k' };

  test('MODEL_PROVIDER comes first and serves what nobody knows', () => {
    for (const word of ['openrouter', 'OpenRouter']) {
      const reading = read({ ...keys, MODEL_PROVIDER: word });
      expect(names(reading)).toEqual(['openrouter', 'openai', 'anthropic', 'guide']);
      expect(reading.settings.config.defaultModel).toBe('chat-quality');
    }
    expect(read(keys).settings.config.defaultModel).toBeUndefined();
  });

  test('MODEL_PROVIDER that is unknown or not configured stops the start, with the list', () => {
    expect(read({ MODEL_PROVIDER: 'acme' }).read.mistakes).toEqual([
      { variable: 'MODEL_PROVIDER', message: expect.stringMatching(/openai, anthropic, azure-openai/) },
    ]);
    expect(read({ MODEL_PROVIDER: 'databricks' }).read.mistakes).toEqual([
      { variable: 'MODEL_PROVIDER', message: expect.stringContaining('DATABRICKS_API_BASE and DATABRICKS_API_KEY') },
    ]);
    for (const word of ['z-ai', 'z.ai', 'zai']) {
      expect(names(read({ MODEL_PROVIDER: word, ZAI_API_KEY: 'k' }))[0]).toBe('zai');
    }
  });

  test('MODEL_DEFAULT names a model of the first provider, or of any', () => {
    expect(read({ ...keys, MODEL_DEFAULT: 'gpt-x' }).settings.config.defaultModel).toBe('openai/gpt-x');
    expect(read({ ...keys, MODEL_DEFAULT: 'anthropic:c' }).settings.config.defaultModel).toBe('anthropic/c');
  });

  test('four tiers make the model auto; some of them too, with a line', () => {
    const tiers = { TIER_SIMPLE: 'ollama:qwen2.5:7b', TIER_MEDIUM: 'gpt-x', TIER_COMPLEX: 'openrouter:a/b' };
    const { settings, read: said } = read({ ...keys, OLLAMA_ENDPOINT: '', ...tiers });
    expect(settings.config.models).toMatchObject([
      { name: 'auto', tiers: { simple: 'ollama/qwen2.5:7b', medium: 'openai/gpt-x', complex: 'openrouter/a/b' } },
    ]);
    expect(settings.config.defaultModel).toBe('auto');
    expect(said.notes).toEqual([
      { variable: 'TIER_SIMPLE', message: expect.stringContaining('TIER_REASONING') },
      expect.anything(),
    ]);
    expect(read({ ...keys, ...tiers, OLLAMA_ENDPOINT: '', TIER_REASONING: 'groq:x' }).read.mistakes).toMatchObject([
      { variable: 'TIER_REASONING', message: expect.stringContaining('GROQ_API_KEY') },
    ]);
  });

  test('FALLBACK_PROVIDER stands behind the first provider, and behind every tier', () => {
    const { config } = read({ ...keys, FALLBACK_PROVIDER: 'anthropic, openrouter' }).settings;
    expect(config.models.map(({ name, targets }) => [name, targets.map(({ model }) => model)])).toEqual([
      ['chat-fast', ['gpt-4o-mini', 'claude-x', 'openai/gpt-4o-mini']],
      ['chat-quality', ['gpt-4o', 'claude-x', 'openai/gpt-4o-mini']],
    ]);
    const tiered = read({ ...keys, FALLBACK_PROVIDER: 'anthropic', TIER_SIMPLE: 'openai:a' }).settings.config;
    expect(tiered.models.map(({ name, tiers }) => [name, tiers])).toEqual([
      ['tier-simple', undefined],
      ['auto', { simple: 'tier-simple' }],
    ]);
  });

  test('FALLBACK_ENABLED=false wins over FALLBACK_PROVIDER, which may then name anybody', () => {
    const { settings, read: said } = read({ ...keys, FALLBACK_ENABLED: 'false', FALLBACK_PROVIDER: 'databricks' });
    expect(settings.config).toMatchObject({ models: [], modelDefaults: { fallback: false } });
    expect([said.mistakes, said.notes.length]).toEqual([[], 1]);
  });

  test('with many tools another provider serves', () => {
    const { config } = read({
      ...keys,
      OLLAMA_ENDPOINT: 'http://h:1',
      OLLAMA_MODEL: 'm',
      MODEL_PROVIDER: 'ollama',
      FALLBACK_PROVIDER: 'openai',
      OLLAMA_MAX_TOOLS_FOR_ROUTING: '3',
      OPENROUTER_MAX_TOOLS_FOR_ROUTING: '15',
    }).settings;
    expect(config.models[0]).toMatchObject({
      name: 'chat-fast',
      toolThresholds: [
        { above: 15, use: 'openai/gpt-4o' },
        { above: 3, use: 'openrouter/openai/gpt-4o-mini' },
      ],
    });
  });

  test('EMBEDDINGS_PROVIDER embeds, at an address of its own where it has one', () => {
    const { config } = read({
      OLLAMA_ENDPOINT: 'http://h:1',
      OLLAMA_EMBEDDINGS_MODEL: 'nomic',
      OLLAMA_EMBEDDINGS_ENDPOINT: 'http://other:2/api/embeddings',
    }).settings;
    expect(config.cache.semantic.embedder).toEqual({ provider: 'ollama-embeddings', model: 'nomic' });
    expect(config.providers.map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
      ['ollama', 'http://h:1/v1'],
      ['ollama-embeddings', 'http://other:2/v1'],
      ['guide', 'guide:'],
    ]);
  });
});
