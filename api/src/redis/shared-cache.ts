import type { RedisConnections } from './connect-redis.ts';

/** What replicas need not find out each for itself. It is a cache: values may be lost, and calls reject without Redis. */
export interface SharedCache {
  /** What was written under a key and has not expired, or `undefined`. */
  read(key: string): Promise<unknown>;
  /** Keeps a JSON value for `lifetime` milliseconds. */
  write(key: string, value: unknown, lifetime: number): Promise<void>;
}

/** A cache in the install’s Redis. */
export function createSharedCache({ commands }: Pick<RedisConnections, 'commands'>): SharedCache {
  return {
    async read(key) {
      const text = await commands.get(keyOf(key));
      return text === null ? undefined : JSON.parse(text);
    },
    async write(key, value, lifetime) {
      await commands.set(keyOf(key), JSON.stringify(value), 'PX', lifetime);
    },
  };
}

function keyOf(key: string): string {
  return `parley:cache:${key}`;
}
