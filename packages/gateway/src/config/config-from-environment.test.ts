import { describe, expect, test } from 'vitest';
import type { GatewayConfig } from '../core/gateway-config.ts';
import { configFromEnvironment } from './config-from-environment.ts';
import { GatewayConfigError } from './gateway-config-error.ts';

const read = (variables: Record<string, string>): GatewayConfig =>
  configFromEnvironment(variables, { guideDocuments: [] });
const names = (config: GatewayConfig): string[] => config.providers.map(({ name }) => name);

function mistakesOf(variables: Record<string, string>): Record<string, string> {
  try {
    read(variables);
  } catch (error) {
    if (error instanceof GatewayConfigError) {
      return Object.fromEntries(error.mistakes.map(({ variable, message }) => [variable, message]));
    }
    throw error;
  }
  return {};
}

describe('the configuration from the environment', () => {
  test('of nothing is a guide on loopback that looks for Ollama', () => {
    const config = read({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8081, apiKeys: [], mapping: {} });
    expect(names(config)).toEqual(['ollama', 'guide']);
    expect(config.providers[0]).toMatchObject({ baseUrl: 'http://127.0.0.1:11434/v1', presence: 'found' });
  });

  test('knows OpenAI by its key', () => {
    const config = read({ OPENAI_API_KEY: 'sk-1', OLLAMA_ENDPOINT: 'OFF' });
    expect(names(config)).toEqual(['openai', 'guide']);
    expect(config.providers[0]).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      keys: ['sk-1'],
      preferred: { 'chat-fast': 'gpt-4o-mini', 'chat-quality': 'gpt-4o' },
    });
  });

  test.each([
    ['http://127.0.0.1:1234', 'http://127.0.0.1:1234/v1'],
    ['http://127.0.0.1:1234/', 'http://127.0.0.1:1234/v1'],
    ['http://127.0.0.1:1234/v1/', 'http://127.0.0.1:1234/v1'],
    ['https://example.com/v1/chat/completions', 'https://example.com/v1'],
    ['https://example.com/chat/completions', 'https://example.com/v1'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1'],
    [' http://[::1]:8080/v1 ', 'http://[::1]:8080/v1'],
  ])('understands the address %s', (text, baseUrl) => {
    for (const variable of ['OPENAI_REVERSE_PROXY', 'OPENAI_BASE_URL']) {
      const [openai] = read({ [variable]: text }).providers;
      expect(openai).toMatchObject({ name: 'openai', baseUrl });
      expect(openai?.keys).toEqual([]);
    }
  });

  test.each([
    ['http://10.0.0.2:11434', 'http://10.0.0.2:11434/v1'],
    ['http://10.0.0.2:11434/api/chat', 'http://10.0.0.2:11434/v1'],
  ])('a given Ollama at %s is configured, not looked for', (text, baseUrl) => {
    expect(read({ OLLAMA_ENDPOINT: text }).providers[0]).toMatchObject({
      name: 'ollama',
      baseUrl,
      presence: 'configured',
    });
  });

  test('a key that people bring themselves is none of the gateway', () => {
    expect(names(read({ OPENAI_API_KEY: 'user_provided' }))).not.toContain('openai');
  });

  test('takes one model for both names, or one for each', () => {
    expect(read({ OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm' }).providers[0]).toMatchObject({
      preferred: { 'chat-fast': 'm', 'chat-quality': 'm' },
      isPreferenceExplicit: true,
    });
    expect(read({ OPENAI_API_KEY: 'k', CHAT_FAST_MODEL: 'openai/a/b', CHAT_QUALITY_MODEL: 'guide' }).mapping).toEqual({
      'chat-fast': { provider: 'openai', model: 'a/b' },
      'chat-quality': { provider: 'guide', model: 'guide' },
    });
  });

  test('reads keys from both variables', () => {
    expect(read({ GATEWAY_API_KEY: 'a', GATEWAY_API_KEYS: 'b, a,,c' }).apiKeys).toEqual(['a', 'b', 'c']);
  });

  test('blank is unset', () => {
    expect(read({ OPENAI_API_KEY: ' ', GATEWAY_PORT: '', GATEWAY_HOST: '' })).toEqual(read({}));
  });

  test('tells every mistake at once', () => {
    const mistakes = mistakesOf({
      OPENAI_REVERSE_PROXY: 'localhost:1234',
      OLLAMA_ENDPOINT: 'nonsense',
      CHAT_FAST_MODEL: 'gpt-4o',
      CHAT_QUALITY_MODEL: 'acme/x',
      GATEWAY_PORT: '80a',
      GUIDE_TOKEN_DELAY_MS: '-1',
    });
    expect(Object.keys(mistakes).toSorted()).toEqual([
      'CHAT_FAST_MODEL',
      'CHAT_QUALITY_MODEL',
      'GATEWAY_PORT',
      'GUIDE_TOKEN_DELAY_MS',
      'OLLAMA_ENDPOINT',
      'OPENAI_REVERSE_PROXY',
    ]);
    expect(mistakes['OPENAI_REVERSE_PROXY']).toContain('http://');
    expect(mistakes['CHAT_FAST_MODEL']).toContain('provider/model');
    expect(mistakes['CHAT_QUALITY_MODEL']).toContain('guide');
  });

  test.each([
    [{ CHAT_FAST_MODEL: 'openai/x' }, 'CHAT_FAST_MODEL', 'OPENAI_API_KEY'],
    [{ CHAT_FAST_MODEL: 'ollama/x', OLLAMA_ENDPOINT: 'off' }, 'CHAT_FAST_MODEL', 'OLLAMA_ENDPOINT'],
    [{ GATEWAY_PORT: '65536' }, 'GATEWAY_PORT', '65535'],
    [{ OPENAI_BASE_URL: 'http://u:p@h/v1' }, 'OPENAI_BASE_URL', 'password'],
    [
      { OPENAI_BASE_URL: 'http://a/v1', OPENAI_REVERSE_PROXY: 'http://b/v1' },
      'OPENAI_BASE_URL',
      'OPENAI_REVERSE_PROXY',
    ],
  ])('says what to do about %o', (variables, variable, words) => {
    expect(mistakesOf(variables)[variable]).toContain(words);
  });
});
