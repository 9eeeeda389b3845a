import type { ModelCosts } from '@parley/gateway';
import type { EmbeddedGateway } from './embedded-gateway.ts';
import type { ResolvedModel } from './model-service.ts';

/** Tokens of one or several model calls. */
interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number | undefined;
}

/** Knows what models cost. */
export interface ModelPrices {
  /**
   * What tokens of a model cost, in millionths of a US dollar: by the embedded gateway's own prices where the model is
   * one of its names, by the vendors' lists elsewhere. The function answers `undefined` where no price is known.
   */
  of(model: Pick<ResolvedModel, 'endpoint' | 'target'>): Promise<(tokens: Tokens) => number | undefined>;
}

interface ModelPricesOptions {
  /** By the vendors' price lists. */
  readonly costs: ModelCosts;
  /** Absent when there is none. */
  readonly gateway: Pick<EmbeddedGateway, 'costs' | 'meaningOf'> | undefined;
  readonly isGateway: (endpoint: ResolvedModel['endpoint']) => boolean;
}

export function createModelPrices({ costs, gateway, isGateway }: ModelPricesOptions): ModelPrices {
  return {
    async of({ endpoint, target: { model } }) {
      const isOurs = gateway !== undefined && isGateway(endpoint);
      const name = isOurs ? await gateway.meaningOf(model) : model;
      const costOf = isOurs ? gateway.costs : costs;
      return ({ input, output, cachedInput = 0 }) => costOf(name, { input, output, cachedInput });
    },
  };
}
