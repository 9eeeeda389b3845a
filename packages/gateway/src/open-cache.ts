import { Redis } from 'ioredis';
import type { CacheStore } from './cache/cache-store.ts';
import { createRedisCacheStore } from './cache/redis-cache-store.ts';
import type { GatewayLog } from './core/gateway-log.ts';

export interface OpenCache {
  readonly store: CacheStore;
  /** To be called when the gateway is closed. */
  close(): void;
}

export interface OpenCacheOptions {
  readonly url: string;
  readonly log: GatewayLog;
}

/** Opens the cache of a gateway that runs by itself. A Redis that is not there is a cache that knows nothing. */
export function openCache({ url, log }: OpenCacheOptions): OpenCache {
  let isLost = false;
  const onError = (error: unknown): void => {
    if (isLost) return;
    isLost = true;
    log.warn({ reason: error instanceof Error ? error.message.split(' ', 8).join(' ') : '' }, 'the cache is lost');
  };
  // Without a queue a lost Redis refuses at once, which counts as a miss.
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: 3000 });
  redis.on('error', onError).on('ready', () => {
    if (isLost) log.info({}, 'the cache is back');
    isLost = false;
  });
  return {
    store: createRedisCacheStore({ commands: redis, keyPrefix: 'parley-cache', onError }),
    close: () => redis.disconnect(),
  };
}
