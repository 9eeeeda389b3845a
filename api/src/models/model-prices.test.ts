import { createModelCosts } from '@parley/gateway';
import { expect, it } from 'vitest';
import { createModelPrices } from './model-prices.ts';

const gateway = {
  costs: createModelCosts({ 'acme/one': { input: 3_000_000, output: 0 } }),
  meaningOf: async (model: string) => await Promise.resolve(model === 'chat-fast' ? 'acme/one' : model),
};
const prices = createModelPrices({
  costs: createModelCosts(),
  gateway,
  isGateway: ({ name }) => name === 'Parley',
});
const modelOf = (name: string, model: string) => ({ endpoint: { name }, target: { model } }) as never;

it('knows what a name of the embedded gateway means, and what the operator says it costs', async () => {
  const costOf = await prices.of(modelOf('Parley', 'chat-fast'));
  expect(costOf({ input: 2_000_000, output: 5 })).toBe(6_000_000);
  expect((await prices.of(modelOf('Parley', 'chat-quality')))({ input: 1, output: 1 })).toBeUndefined();
});

it('goes by the vendors’ lists elsewhere', async () => {
  expect((await prices.of(modelOf('OpenAI', 'gpt-4o')))({ input: 1_000_000, output: 0 })).toBeGreaterThan(0);
  expect((await prices.of(modelOf('OpenAI', 'chat-fast')))({ input: 1, output: 1 })).toBeUndefined();
});
