import * as z from 'zod/mini';
import { readPrice, priceFields } from '../price-in-dollars.ts';
import type { Price } from '../../usage/price.ts';
import type { EffectiveVariable } from './lynkr-variable.ts';

const overridesSchema = z.record(z.string(), z.strictObject(priceFields));

/** `MODEL_PRICE_OVERRIDES`: a JSON object, by model, of US dollars per million tokens. */
export const priceOverrides: EffectiveVariable = {
  kind: 'effective',
  name: 'MODEL_PRICE_OVERRIDES',
  meaning: 'prices as JSON, in US dollars per million tokens: {"openai/gpt-x": {"input": 1.25, "output": 10}}',
  example: '{"gpt-x":{"input":1,"output":2}}',
  read(text) {
    const parsed = overridesSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      return {
        mistake: 'must be JSON like {"openai/gpt-x": {"input": 1.25, "output": 10}}, in US dollars per million tokens',
      };
    }
    const prices: Record<string, Price> = Object.fromEntries(
      Object.entries(parsed.data).map(([model, price]) => [model, readPrice(price)]),
    );
    return {
      change: (settings) => ({
        ...settings,
        config: { ...settings.config, prices: { ...settings.config.prices, ...prices } },
      }),
    };
  },
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
