import type { ModelRow } from '../../core/gateway-config.ts';
import { tierBands } from '../../routing/tiers/score-complexity.ts';
import type { Endpoint } from '../endpoint.ts';
import { readRequestBody, sendJson } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { OperationsPorts } from './operations-ports.ts';

/** `/v1/providers`, `/routing/tiers`, `POST /routing/analyze`: who serves what, and why. No model is called. */
export function routingEndpoints(ports: OperationsPorts, rows: () => readonly ModelRow[]): [string, Endpoint][] {
  async function providers(exchange: Exchange): Promise<void> {
    const description = await ports.describe(exchange.signal);
    sendJson(exchange, 200, { object: 'list', data: description.providers, models: description.logicalModels });
  }

  async function tiers(exchange: Exchange): Promise<void> {
    const tiered = rows().filter((row) => row.tiers !== undefined || row.toolThresholds !== undefined);
    sendJson(exchange, 200, {
      bands: tierBands,
      models: tiered.map(({ name, tiers: uses, toolThresholds }) => ({ name, tiers: uses, toolThresholds })),
    });
  }

  async function analyze(exchange: Exchange): Promise<void> {
    const body = await readRequestBody(exchange);
    const { plan, order, tier, reasons } = await ports.explain(exchange, body);
    sendJson(exchange, 200, {
      model: plan.name,
      ...(tier === undefined
        ? {}
        : { tier: tier.tier, method: tier.method, score: tier.complexity?.score, factors: tier.complexity?.factors }),
      balance: plan.settings.balance,
      order,
      candidates: plan.candidates.map(({ target, weight }) => ({
        target: target.id,
        weight,
        capabilities: target.capabilities,
      })),
      breakers: ports.breakers.list().filter(({ target }) => order.includes(target)),
      reasons,
    });
  }

  return [
    ['/providers', { method: 'GET', access: 'key', run: providers }],
    ['/routing/tiers', { method: 'GET', access: 'key', run: tiers }],
    ['/routing/analyze', { method: 'POST', access: 'key', run: analyze }],
  ];
}
