import type { StreamStore } from '../stream-store.ts';
import type { ServeOptions } from './serve-options.ts';

/** A store with what it holds open. */
export interface OpenStore {
  readonly store: StreamStore;
  /** What is served, without credentials. */
  readonly name: string;
  close(): Promise<void>;
}

/** Opens the store of the command line. Only the chosen one's library is loaded. Throws `unavailable`. */
export async function openStore(chosen: ServeOptions['store'], onError: (error: unknown) => void): Promise<OpenStore> {
  if (chosen.kind === 'sqlite') {
    const { createSqliteStreamStore } = await import('../sqlite/create-sqlite-stream-store.ts');
    const store = createSqliteStreamStore({ path: chosen.path });
    return { store, name: `SQLite (${chosen.path})`, close: () => store.shutdown() };
  }
  const { connectRedis } = await import('./connect-redis.ts');
  const { createRedisStreamStore } = await import('../redis/create-redis-stream-store.ts');
  const connections = await connectRedis(chosen.addresses);
  const { keyPrefix } = chosen;
  const store = createRedisStreamStore({
    commands: connections.commands,
    subscriber: (node) => connections.subscriber(node),
    onError,
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
  });
  return {
    store,
    name: 'Redis',
    async close() {
      await store.shutdown();
      connections.close();
    },
  };
}
