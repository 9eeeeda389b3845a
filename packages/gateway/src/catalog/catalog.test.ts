import { describe, expect, test } from 'vitest';
import { capabilitiesOf } from './capabilities.ts';
import { isChatModelName, providerRows, timeoutsFor } from './providers.ts';
import { thinkingBudget, thinkingEffort } from './thinking.ts';

describe('the provider table', () => {
  const rows = Object.entries(providerRows);

  test('has every provider an operator may name', () => {
    const names =
      'openai anthropic google vertex bedrock azure-openai azure-anthropic openrouter ollama llamacpp lmstudio vllm groq ' +
      'mistral deepseek xai moonshot together databricks zai baidu atlascloud edenai guide';
    expect(Object.keys(providerRows)).toEqual(expect.arrayContaining(names.split(' ')));
  });

  test.each(rows)('has an address of %s that a path can follow', (name, { baseUrl }) => {
    if (name === 'guide') return;
    const url = new URL(baseUrl);
    expect(url.origin + url.pathname.replace(/\/$/, '')).toBe(baseUrl);
    const isLocal = url.hostname === '127.0.0.1';
    expect(url.protocol).toBe(isLocal ? 'http:' : 'https:');
  });

  test('waits longer for a model at home', () => {
    expect(timeoutsFor('http://192.168.1.2:8000/v1').content).toBeGreaterThan(timeoutsFor('https://a.test/v1').content);
  });

  test.each(['text-embedding-3-small', 'whisper-1', 'gemini-embedding-001', 'imagen-4', 'veo-3'])(
    '%s does not chat',
    (name) => {
      expect(isChatModelName(name)).toBe(false);
    },
  );
});

test.each([
  ['claude-3-5-sonnet-20241022', { contextTokens: 200_000, reasoning: false, prefill: true }],
  ['claude-3-7-sonnet-20250219', { reasoning: true, prefill: true }],
  ['anthropic/claude-opus-4-1-20250805', { reasoning: true, prefill: true }],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', { prefill: true }],
  ['claude-opus-4-6', { prefill: false }],
  ['gpt-4o-mini', { contextTokens: 128_000, images: true, reasoning: false }],
  ['gpt-4', { contextTokens: 8192, images: false }],
  ['openai/gpt-5.1', { reasoning: true }],
  ['o3-mini', { contextTokens: 200_000, reasoning: true }],
  ['models/gemini-2.5-pro', { contextTokens: 1_048_576, audio: true }],
  ['deepseek-chat', { images: false }],
  ['llama3.1:8b', { images: false }],
])('what %s can do is known by its name', (model, known) => {
  expect(capabilitiesOf(model)).toMatchObject(known);
});

test.each(['qwen3:8b', 'my-own-model', 'foo3-large'])('nothing is claimed of %s', (model) => {
  expect(capabilitiesOf(model)).toBeUndefined();
});

test('thinking is counted in tokens or told by degree', () => {
  expect([thinkingBudget({ effort: 'medium' }), thinkingBudget({ effort: 'low', budgetTokens: 5 })]).toEqual([8192, 5]);
  expect(thinkingBudget({ summary: 'auto' })).toBeUndefined();
  expect([{ budgetTokens: 0 }, { budgetTokens: 512 }, { budgetTokens: 9000 }].map(thinkingEffort)).toEqual([
    'none',
    'low',
    'high',
  ]);
});
