import type { GatewayConfig } from '../core/gateway-config.ts';
import type { ModelUsage } from '../core/model-event.ts';
import { createPriceList } from './price-list.ts';
import { priceOf } from './price-of.ts';

/**
 * What a usage of a model costs, in micro-units (millionths of a US dollar); `undefined` where nobody knows. The model
 * is named as its provider does, or as `provider/model`.
 */
export type ModelCosts = (model: string, usage: ModelUsage) => number | undefined;

/** Costs by the operator's prices, if there are any, then by the vendors' price lists. */
export function createModelCosts(prices: GatewayConfig['prices'] = {}): ModelCosts {
  const list = createPriceList(prices);
  return (model, usage) => {
    const price = list.ofId(model.includes('/') ? model : `/${model}`);
    return price === undefined ? undefined : priceOf(usage, price);
  };
}
