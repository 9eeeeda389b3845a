import { createHash } from 'node:crypto';
import type { GatewayConfig } from '@parley/gateway';
import type { AppConfig } from '../config/app-config.ts';
import { isEmbeddedGateway } from '../config/check-gateway.ts';

/**
 * What an operator should know of a gateway's configuration because it does not hold beside the app, or would keep the
 * app itself out; a sentence each.
 */
export function gatewaySettingsNotices(
  config: Pick<GatewayConfig, 'host' | 'port' | 'cache' | 'keys' | 'apiKeys'>,
  { gateway: { host, port }, endpoints }: Pick<AppConfig, 'gateway' | 'endpoints'>,
): string[] {
  const isElsewhere = config.host !== host || config.port !== port;
  return [
    ...(isElsewhere ? ['host and port have no effect beside the app; GATEWAY_HOST and GATEWAY_PORT say them.'] : []),
    ...(config.cache.place === 'redis' ? ['cache is kept in memory beside the app.'] : []),
    ...endpoints
      .filter((endpoint) => isEmbeddedGateway(endpoint, port) && !isServed(config, endpoint.apiKey))
      .map(
        ({ label }) =>
          `the endpoint "${label}" sends a key that is not among its keys, so every chat there will be refused; ` +
          'write a key of gateway.yaml as its apiKey in librechat.yaml.',
      ),
  ];
}

function isServed({ keys, apiKeys }: Pick<GatewayConfig, 'keys' | 'apiKeys'>, apiKey: string): boolean {
  if (keys.length === 0 && apiKeys.length === 0) return true;
  const digest = createHash('sha256').update(apiKey).digest('hex');
  return apiKeys.includes(apiKey) || keys.some(({ sha256 }) => sha256.toLowerCase() === digest);
}
