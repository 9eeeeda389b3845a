import { mergeExpositions, sumOfSeries } from '../../observability/merge-expositions.ts';
import type { Endpoint } from '../endpoint.ts';
import { sendBytes, sendJson } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { OperationsPorts } from './operations-ports.ts';

const expositionFormat = 'text/plain; version=0.0.4; charset=utf-8';
const prefix = 'parley_gateway_';

/**
 * `/metrics…`: Prometheus for whoever accepts text, JSON for everybody else, as Lynkr does. Open on loopback without
 * keys; otherwise for the holder of the admin token.
 */
export function metricsEndpoints(ports: OperationsPorts, access: Endpoint['access']): [string, Endpoint][] {
  const { registry } = ports.metrics;

  /** All processes of this gateway together. */
  async function exposition(): Promise<string> {
    const others = (await ports.metricsOfOthers?.()) ?? [];
    return others.length === 0 ? registry.expose() : mergeExpositions([registry.expose(), ...others]);
  }

  async function expose(exchange: Exchange): Promise<void> {
    sendBytes(exchange, 200, expositionFormat, Buffer.from(await exposition()));
  }

  async function show(exchange: Exchange): Promise<void> {
    const accept = exchange.request.headers.accept ?? '';
    if (/text\/plain|openmetrics/.test(accept)) await expose(exchange);
    else sendJson(exchange, 200, await summary());
  }

  async function summary(): Promise<object> {
    const text = await exposition();
    const total = (name: string, label?: string): number => sumOfSeries(text, prefix + name, label);
    const tokens = (kind: string): number => total('tokens_total', `kind="${kind}"`);
    const cache = (outcome: string): number => total('cache_total', `outcome="${outcome}"`);
    return {
      uptimeSeconds: Math.round(ports.metrics.uptimeSeconds),
      requests: {
        total: total('requests_total'),
        errors: total('errors_total'),
        active: total('active_requests'),
        perSecond: sumOfSeries(text, 'http_requests_per_second'),
      },
      tokens: { input: tokens('input'), output: tokens('output'), cached: tokens('cachedInput') },
      costUsd: total('cost_usd_total'),
      cache: { hits: cache('hit'), near: cache('near'), misses: cache('miss') },
    };
  }

  async function observe(exchange: Exchange): Promise<void> {
    sendJson(exchange, 200, {
      ...(await summary()),
      pools: ports.pools(),
      load: ports.load(),
      breakers: ports.breakers.list(),
    });
  }

  async function showBreakers(exchange: Exchange): Promise<void> {
    sendJson(exchange, 200, { breakers: ports.breakers.list() });
  }

  async function showLoad(exchange: Exchange): Promise<void> {
    sendJson(exchange, 200, ports.load());
  }

  async function showSemanticCache(exchange: Exchange): Promise<void> {
    sendJson(exchange, 200, ports.semanticCache() ?? { state: 'off' });
  }

  const at = (run: Endpoint['run']): Endpoint => ({ method: 'GET', access, run });
  return [
    ['/metrics', at(show)],
    ['/metrics/prometheus', at(expose)],
    ['/metrics/observability', at(observe)],
    ['/metrics/circuit-breakers', at(showBreakers)],
    ['/metrics/load-shedding', at(showLoad)],
    ['/metrics/semantic-cache', at(showSemanticCache)],
  ];
}
