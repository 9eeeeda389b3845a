import type { GatewayConfig } from '../core/gateway-config.ts';
import type { GatewayOptions } from '../core/create-gateway.ts';
import type { GatewayLog } from '../core/gateway-log.ts';

export interface OpenStores {
  readonly ports: Pick<GatewayOptions, 'recordings' | 'cacheStore' | 'ledger'>;
  /** To be called when the gateway is closed. */
  close(): Promise<void>;
}

/** Opens what the configuration keeps outside of memory; each store and what it needs is loaded only where it is wanted. */
export async function openStores(config: GatewayConfig, log: GatewayLog): Promise<OpenStores> {
  const { recordings: place, recording } = config;
  const closers: (() => void | Promise<void>)[] = [];
  let ports: OpenStores['ports'] = {};
  if (place.kind === 'sqlite' || place.kind === 'redis') {
    const { openRecordings } = await import('../open-recordings.ts');
    const onError = (error: unknown): void => log.warn({ err: error }, 'Recordings are out of reach');
    const recordings = await openRecordings({ place, lifeMs: recording.lifeMs, onError });
    ports = { ...ports, recordings: recordings.store };
    closers.push(() => recordings.close());
  }
  if (config.cache.place === 'redis' && config.cache.url !== undefined) {
    const { openCache } = await import('../open-cache.ts');
    const cache = openCache({ url: config.cache.url, log });
    ports = { ...ports, cacheStore: cache.store };
    closers.push(() => cache.close());
  }
  if (config.ledger.kind !== 'memory') {
    const { openLedger } = await import('../open-ledger.ts');
    const onError = (error: unknown): void => log.warn({ err: error }, 'the ledger is out of reach');
    const ledger = await openLedger({ place: config.ledger, onError });
    ports = { ...ports, ledger: ledger.store };
    closers.push(() => ledger.close());
  }
  return {
    ports,
    async close() {
      for (const close of closers.toReversed()) await close();
    },
  };
}
