import { createStreamLog } from '../create-stream-log.ts';
import type { StreamLogStore } from '../stream-log.ts';
import { createRedisStreamStore, type RedisStreamStoreOptions } from './create-redis-stream-store.ts';

export interface RedisStreamLogOptions<E> extends RedisStreamStoreOptions {
  /** Makes an entry of its JSON value. A throw becomes `corrupt`, also when an entry is appended. */
  readonly parse: (value: unknown) => E;
}

const aDay = 86_400_000;

/**
 * A `StreamLog` in Redis 7: see `createRedisStreamStore`. Redis removes a log 24 h after its seal, and an open one 7 days
 * after its last append, unless told otherwise.
 */
export function createRedisStreamLog<E>({ parse, ...options }: RedisStreamLogOptions<E>): StreamLogStore<E> {
  const store = createRedisStreamStore({ closedLifeMs: aDay, openLifeMs: 7 * aDay, ...options });
  return createStreamLog({ store, parse });
}
