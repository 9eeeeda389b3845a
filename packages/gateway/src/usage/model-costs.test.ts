import { expect, it } from 'vitest';
import { createModelCosts } from './model-costs.ts';
import { vendorPrices } from './prices/vendor-prices.ts';

const usage = { input: 1_000_000, output: 0 };
const costOf = createModelCosts();

it.each(['gpt-4o', 'openai/gpt-4o', 'gpt-4o-2024-11-20'])('knows what %s costs', (model) => {
  expect(costOf(model, usage)).toBe(vendorPrices['gpt-4o']?.input);
});

it('counts what came from a cache as the cheaper kind', () => {
  expect(costOf('gpt-4o', { ...usage, cachedInput: 1_000_000 })).toBe(vendorPrices['gpt-4o']?.cachedInput);
});

it('knows that models at home are free, and does not guess others', () => {
  expect(costOf('ollama/llama3', usage)).toBe(0);
  expect(costOf('chat-fast', usage)).toBeUndefined();
  expect(costOf('constructor', usage)).toBeUndefined();
});

it('believes the operator first', () => {
  const own = createModelCosts({ 'acme/one': { input: 7, output: 0 }, 'gpt-4o': { input: 9, output: 0 } });
  expect(own('acme/one', usage)).toBe(7);
  expect(own('gpt-4o', usage)).toBe(9);
});
