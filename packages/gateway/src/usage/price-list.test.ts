import { describe, expect, it } from 'vitest';
import { createPriceList } from './price-list.ts';
import { vendorPrices } from './prices/vendor-prices.ts';

const list = createPriceList();
const priceOf = (id: string, prices = list) => prices.ofId(id);

describe('a price list', () => {
  it.each([
    ['openai/gpt-4o', 'gpt-4o'],
    ['openai/gpt-4o-2024-11-20', 'gpt-4o'],
    ['openai/gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['openai/gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
    ['azure/gpt-5-mini-2025-08-07', 'gpt-5-mini'],
    ['anthropic/claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['anthropic/claude-sonnet-4-20250514', 'claude-sonnet-4'],
    ['anthropic/claude-3-5-haiku-latest', 'claude-3-5-haiku'],
    ['bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
    ['bedrock/amazon.nova-lite-v1:0', 'nova-lite'],
    ['vertex/claude-opus-4-1@20250805', 'claude-opus-4-1'],
    ['google/gemini-2.5-flash-preview-05-20', 'gemini-2.5-flash'],
    ['google/gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['openrouter/anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['mistral/mistral-large-latest', 'mistral-large'],
    ['xai/grok-4-0709', 'grok-4'],
    ['groq/openai/gpt-oss-120b', 'gpt-oss-120b'],
  ])('knows %s as %s', (id, name) => {
    expect(priceOf(id)).toBe(vendorPrices[name]);
    expect(priceOf(id)).toBeDefined();
  });

  it.each(['openai/gpt-4o-ultra', 'openai/gpt-9', 'acme/constructor', 'acme/'])(
    'does not guess a price of %s',
    (id) => {
      expect(priceOf(id)).toBeUndefined();
    },
  );

  it.each(['ollama/llama3', 'lmstudio/gpt-4o', 'guide/guide', 'openrouter/deepseek/deepseek-chat:free'])(
    'knows that %s is free',
    (id) => {
      expect(priceOf(id)).toEqual({ input: 0, output: 0 });
    },
  );

  it('believes the operator first: of a provider, then of a model', () => {
    const [one, other] = [
      { input: 1, output: 2 },
      { input: 3, output: 4 },
    ];
    const own = createPriceList({ 'azure/gpt-4o': one, 'gpt-4o': other, 'ollama/llama3': other });
    expect(priceOf('azure/gpt-4o', own)).toBe(one);
    expect(priceOf('openai/gpt-4o', own)).toBe(other);
    expect(priceOf('ollama/llama3', own)).toBe(other);
    expect(priceOf('openai/gpt-4o-mini', own)).toBe(vendorPrices['gpt-4o-mini']);
  });

  it.each(Object.entries(vendorPrices))('has likely numbers, in whole micro-units: %s', (_, price) => {
    for (const rate of Object.values(price)) {
      expect(Number.isInteger(rate)).toBe(true);
      expect(rate).toBeLessThanOrEqual(600_000_000);
    }
    expect(price.cachedInput ?? 0).toBeLessThanOrEqual(price.input);
    expect(price.input).toBeGreaterThan(0);
  });
});
