import { Cluster, Redis } from 'ioredis';
import type { RedisAccess, RedisAddress, RedisNode } from './redis-address.ts';

/** Makes clients of one Redis. None connects before `connect` is called or a command is sent. */
export interface RedisClients {
  /** Every command is answered or fails within 5 s, also one that waits for the connection. */
  commands(): Redis | Cluster;
  /** Without deadlines, for reads that wait. */
  waiting(): Redis | Cluster;
  /** To one process: a given node of a Cluster, or the only one there is. Does not come back by itself when it is lost. */
  node(node?: RedisNode): Redis;
}

/** Milliseconds. */
const connectTimeout = 10_000;
const commandDeadline = 5_000;
const longestPause = 2_000;

/** Fails soon rather than late, and lets nothing pile up: `socketTimeout` ends a connection that takes but does not give. */
const prompt = { commandTimeout: commandDeadline, socketTimeout: commandDeadline, maxRetriesPerRequest: 1 };
const patient = { maxRetriesPerRequest: null };
const comesBack = { retryStrategy: pauseAfter };
const staysAway = { retryStrategy: null };

/** The settings of every client: how lost connections come back, and what commands do meanwhile. */
export function createRedisClients(address: RedisAddress): RedisClients {
  const access = { ...optionsOf(address.access), lazyConnect: true, connectTimeout };
  switch (address.kind) {
    case 'single': {
      const options = { ...access, ...address.node, db: address.db };
      return {
        commands: () => new Redis({ ...options, ...prompt, ...comesBack }),
        waiting: () => new Redis({ ...options, ...patient, ...comesBack }),
        node: () => new Redis({ ...options, ...staysAway }),
      };
    }
    case 'sentinel': {
      const options = {
        ...access,
        sentinels: [...address.nodes],
        name: address.master,
        db: address.db,
        enableTLSForSentinelMode: address.access.tls,
        // When no Sentinel answers, it is the connection that is tried again, like any other.
        sentinelRetryStrategy: () => null,
        // A master that became a replica: its successor is known to the Sentinels.
        reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
      };
      return {
        commands: () => new Redis({ ...options, ...prompt, ...comesBack }),
        waiting: () => new Redis({ ...options, ...patient, ...comesBack }),
        node: () => new Redis({ ...options, ...staysAway }),
      };
    }
    default: {
      const settings = { lazyConnect: true, clusterRetryStrategy: pauseAfter };
      // The queue of a Cluster that is away knows no deadlines.
      const promptSettings = { ...settings, enableOfflineQueue: false };
      const redisOptions = { ...optionsOf(address.access), connectTimeout };
      return {
        commands: () =>
          new Cluster([...address.nodes], { ...promptSettings, redisOptions: { ...redisOptions, ...prompt } }),
        waiting: () => new Cluster([...address.nodes], { ...settings, redisOptions: { ...redisOptions, ...patient } }),
        node: (node = address.nodes[0]) => new Redis({ ...access, ...node, ...staysAway }),
      };
    }
  }
}

function pauseAfter(attempts: number): number {
  return Math.min(longestPause, 50 * 2 ** Math.min(attempts, 10));
}

function optionsOf({ username, password, tls }: RedisAccess) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}
