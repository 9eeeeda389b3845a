import { configFromEnvironment, GatewayConfigError } from '@parley/gateway';
import type { EndpointConfig } from './app-config.ts';
import type { Variables } from './env.ts';
import type { Environment } from './environment.ts';
import type { Mistake } from './mistake.ts';

/** The variables that the embedded gateway reads: what is wrong with them, or the keys it will accept (none: any). */
export function checkGatewayVariables(environment: Environment): { apiKeys: readonly string[]; mistakes: Mistake[] } {
  try {
    const { apiKeys } = configFromEnvironment(environment.values, { guideDocuments: [], face: 'embedded' });
    return { apiKeys, mistakes: [] };
  } catch (error) {
    if (!(error instanceof GatewayConfigError)) throw error;
    const mistakes = error.mistakes.map(({ variable, message }) => ({
      place: environment.placeOf(variable),
      subject: variable,
      message,
      fix: `correct ${variable}, or leave it empty`,
    }));
    return { apiKeys: [], mistakes };
  }
}

/** The app and the embedded gateway need a port each; 0 gives each of them a free one. */
export function checkGatewayPort(environment: Environment, { PORT, GATEWAY_PORT }: Variables): Mistake[] {
  if (PORT !== GATEWAY_PORT || PORT === 0) return [];
  const subject = 'GATEWAY_PORT';
  const message = `must be another port than that of the app, which is ${PORT} too`;
  return [
    { place: environment.placeOf(subject), subject, message, fix: `GATEWAY_PORT=${PORT === 8081 ? 8082 : 8081}` },
  ];
}

/** Warns when no endpoint leads to the embedded gateway, or when the one that does sends a key it will refuse. */
export function findGatewayWarnings(
  endpoints: readonly EndpointConfig[],
  { port, apiKeys }: { port: number; apiKeys: readonly string[] },
): Omit<Mistake, 'place'>[] {
  const ours = endpoints.filter((endpoint) => isEmbeddedGateway(endpoint, port));
  if (ours.length === 0) {
    const message = `the embedded gateway listens on port ${port}, but no endpoint leads there`;
    const fix = `baseURL: "http://127.0.0.1:${port}/v1" for one endpoint, or GATEWAY_ENABLED=false`;
    return [{ subject: 'endpoints.custom', message, fix }];
  }
  if (apiKeys.length === 0 || ours.every(({ apiKey }) => apiKeys.includes(apiKey))) return [];
  const message = 'sends a key that the embedded gateway will refuse, because GATEWAY_API_KEY is another one';
  return [{ subject: 'endpoints.custom', message, fix: 'apiKey: "${GATEWAY_API_KEY}"' }];
}

/** Whether an endpoint's address is that of the gateway in this process. */
export function isEmbeddedGateway({ baseUrl }: Pick<EndpointConfig, 'baseUrl'>, port: number): boolean {
  const url = new URL(baseUrl);
  return url.port === String(port) && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}
