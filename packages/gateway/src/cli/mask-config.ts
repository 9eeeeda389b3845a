import type { GatewayConfig, Provider } from '../core/gateway-config.ts';

/** The configuration as it may be shown: no key, token or password can be used or guessed from it. */
export function maskConfig(config: GatewayConfig): object {
  const { ledger, recordings, telemetry, cache, guideDocuments } = config;
  return {
    ...config,
    apiKeys: config.apiKeys.map(mask),
    providers: config.providers.map(maskProvider),
    ledger: maskPlace(ledger),
    recordings: maskPlace(recordings),
    cache: cache.url === undefined ? cache : { ...cache, url: maskUrl(cache.url) },
    ...(telemetry && { telemetry: { endpoint: maskUrl(telemetry.endpoint), headers: maskValues(telemetry.headers) } }),
    guideDocuments: guideDocuments.map(({ url }) => url),
  };
}

function maskProvider({ keys, aws, headers, ...provider }: Provider): object {
  return {
    ...provider,
    keys: keys.map(mask),
    ...(aws && { aws: { region: aws.region, accessKeyId: mask(aws.accessKeyId), secretAccessKey: '…' } }),
    // Any header may be a credential.
    ...(headers && { headers: maskValues(headers) }),
  };
}

function maskValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mask(value)]));
}

function maskPlace(place: GatewayConfig['ledger'] | GatewayConfig['recordings']): object {
  return 'url' in place ? { kind: place.kind, url: maskUrl(place.url) } : place;
}

function mask(secret: string): string {
  return secret.length > 12 ? `${secret.slice(0, 3)}…${secret.slice(-2)}` : '…';
}

function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) return '…';
  if (url.password !== '') url.password = '***';
  return url.href;
}
