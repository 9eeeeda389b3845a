import { Cluster, Redis } from 'ioredis';
import * as z from 'zod/mini';
import type { RedisStreamStoreOptions } from '../redis/create-redis-stream-store.ts';

/** Connections to a Redis of a test, as the host of a store makes them. */
export interface TestRedisClients extends Pick<RedisStreamStoreOptions, 'commands' | 'subscriber'> {
  readonly commands: Redis | Cluster;
  readonly disconnect: () => void;
}

/** How a test reaches its Redis: a port, the ports of a Cluster's nodes, or those of Sentinels with the master's name. */
export type TestRedisPlace = z.infer<typeof testRedisPlaceSchema>;

export const testRedisPlaceSchema = z.union([
  z.number(),
  z.object({ cluster: z.array(z.number()) }),
  z.object({ sentinels: z.array(z.number()), name: z.string() }),
]);

const host = '127.0.0.1';
const prompt = { commandTimeout: 5_000, maxRetriesPerRequest: 1 };
const retryStrategy = (): number => 50;
const reconnectOnError = (error: Error): boolean => error.message.startsWith('READONLY');

export function connectTestRedis(place: TestRedisPlace): TestRedisClients {
  const clients = clientsOf(place);
  const opened: Redis[] = [];
  clients.commands.on('error', () => undefined);
  return {
    commands: clients.commands,
    subscriber(node) {
      const redis = clients.subscriber(node === undefined ? undefined : Number(node.split(':').at(-1)));
      redis.on('error', () => undefined);
      opened.push(redis);
      return redis;
    },
    disconnect: () => {
      for (const redis of [clients.commands, ...opened]) redis.disconnect();
    },
  };
}

function clientsOf(place: TestRedisPlace) {
  if (typeof place === 'number') {
    return {
      commands: new Redis({ host, port: place, ...prompt, retryStrategy }),
      subscriber: () => new Redis({ host, port: place, retryStrategy: null }),
    };
  }
  if ('cluster' in place) {
    const nodes = place.cluster.map((port) => ({ host, port }));
    const any = () => nodes[Math.floor(Math.random() * nodes.length)]?.port;
    return {
      commands: new Cluster(nodes, { redisOptions: prompt, clusterRetryStrategy: retryStrategy }),
      subscriber: (port = any()) => new Redis({ host, ...(port === undefined ? {} : { port }), retryStrategy: null }),
    };
  }
  const sentinel = { sentinels: place.sentinels.map((port) => ({ host, port })), name: place.name };
  return {
    commands: new Redis({ ...sentinel, ...prompt, retryStrategy, reconnectOnError }),
    subscriber: () => new Redis({ ...sentinel, retryStrategy: null, sentinelRetryStrategy: () => null }),
  };
}
