import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from 'undici';
import type { Provider } from '../core/gateway-config.ts';
import { startScriptedUpstream } from '../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../testing/scripted-upstream.ts';
import { listProviderModels } from './list-models.ts';
import { timeoutsFor } from './providers.ts';

const dispatcher = new Agent();
let server: ScriptedUpstream;
let body: unknown;
let status = 200;

beforeEach(async () => {
  status = 200;
  server = await startScriptedUpstream(({ response }) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
  );
});
afterEach(() => server.close());

function list(dialect: Provider['dialect'], { base = '/v1', ...more }: Partial<Provider> & { base?: string } = {}) {
  const provider: Provider = {
    name: 'p',
    label: 'The provider',
    dialect,
    baseUrl: server.baseUrl.replace('/v1', base),
    keys: ['secret-key-1'],
    timeouts: timeoutsFor(''),
    presence: 'configured',
    preferred: {},
    isPreferenceExplicit: false,
    ...more,
  };
  return listProviderModels(dispatcher, provider, new AbortController().signal);
}

describe('the models of a provider', () => {
  test('that speaks as OpenAI does', async () => {
    body = { object: 'list', data: [{ id: 'a', object: 'model' }, { id: 'b' }, { id: 'a' }] };
    expect(await list('openai-chat')).toEqual(['a', 'b']);
    expect(server.exchanges[0]?.request).toMatchObject({
      url: '/v1/models',
      headers: { authorization: 'Bearer secret-key-1' },
    });
    expect(await list('openai-chat', { keyHeader: 'api-key' })).toEqual(['a', 'b']);
    expect(server.exchanges[1]?.request.headers).toMatchObject({ 'api-key': 'secret-key-1' });
    expect(server.exchanges[1]?.request.headers.authorization).toBeUndefined();
  });

  test('that speaks as Anthropic does', async () => {
    body = { data: [{ type: 'model', id: 'claude-x' }], has_more: false };
    expect(await list('anthropic-messages')).toEqual(['claude-x']);
    expect(server.exchanges[0]?.request).toMatchObject({
      url: '/v1/models?limit=1000',
      headers: { 'x-api-key': 'secret-key-1', 'anthropic-version': '2023-06-01' },
    });
  });

  test('that speaks as Google does', async () => {
    body = {
      models: [
        { name: 'models/gemini-x', supportedGenerationMethods: ['generateContent', 'countTokens'] },
        { name: 'models/embedding-x', supportedGenerationMethods: ['embedContent'] },
      ],
    };
    expect(await list('google-generative', { base: '/v1beta' })).toEqual(['gemini-x']);
    expect(server.exchanges[0]?.request).toMatchObject({
      url: '/v1beta/models?pageSize=1000',
      headers: { 'x-goog-api-key': 'secret-key-1' },
    });
  });

  test.each(['', '/api', '/v1'])('that speaks as Ollama does, given as "%s"', async (base) => {
    body = { models: [{ name: 'qwen3:8b', size: 1 }] };
    expect(await list('ollama-chat', { base })).toEqual(['qwen3:8b']);
    expect(server.exchanges[0]?.request.url).toBe('/api/tags');
  });

  test('are none where there is no list', async () => {
    expect(await list('bedrock-converse')).toEqual([]);
    expect(await list('openai-chat', { quirks: { path: '/serving-endpoints/{model}/invocations' } })).toEqual([]);
    expect(await list('guide')).toEqual(['guide']);
    expect(server.exchanges).toEqual([]);
  });

  test('are an error when they cannot be had, which says nothing of the key', async () => {
    status = 401;
    body = { error: { message: 'wrong key secret-key-1' } };
    const refused = await list('openai-chat').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'upstream-auth', message: expect.not.stringContaining('secret-key-1') });
    status = 200;
    body = { data: 'all' };
    await expect(list('openai-chat')).rejects.toMatchObject({ code: 'upstream-error' });
  });
});
