import { Cluster, Redis } from 'ioredis';
import { StreamLogError } from '../stream-log-error.ts';

const connectMs = 5_000;
const longestPauseMs = 2_000;
/** Commands fail rather than pile up while Redis is away. */
const prompt = { commandTimeout: 5_000, maxRetriesPerRequest: 1 };

/** The connections that a Redis store is made of. */
export interface RedisConnections {
  readonly commands: Redis | Cluster;
  subscriber(node?: string): Redis;
  close(): void;
}

/**
 * Connects to a Redis, or to a Cluster by several of its nodes. Throws `unavailable` with a sentence that holds no
 * credentials when it does not answer within 5 s; a connection that is lost later comes back by itself.
 */
export async function connectRedis(addresses: readonly string[]): Promise<RedisConnections> {
  const [address = ''] = addresses;
  const commands = addresses.length > 1 ? newCluster(addresses) : newRedis(address);
  let reason = 'it does not answer';
  commands.on('error', (error: Error) => {
    reason = error.message;
  });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('Too late')), connectMs);
  try {
    await Promise.race([commands.connect().then(() => commands.ping()), late.promise]);
  } catch (cause) {
    commands.disconnect();
    const place = addresses.map(placeOf).join(', ');
    throw new StreamLogError('unavailable', `Redis at ${place} cannot be used: ${reason}`, { cause });
  } finally {
    clearTimeout(timer);
  }
  return {
    commands,
    subscriber: (node) => newSubscriber(node === undefined ? address : withNode(address, node)),
    close: () => commands.disconnect(),
  };
}

function newRedis(address: string): Redis {
  return new Redis(address, { ...prompt, lazyConnect: true, retryStrategy: pauseAfter });
}

function newCluster(addresses: readonly string[]): Cluster {
  const { username, password, protocol } = new URL(addresses[0] ?? '');
  return new Cluster([...addresses], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseAfter,
    redisOptions: {
      ...prompt,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}

/** Its owner makes another one when it is lost, and hears why from its `end`. */
function newSubscriber(address: string): Redis {
  return new Redis(address, { retryStrategy: () => null }).on('error', () => undefined);
}

function pauseAfter(attempt: number): number {
  return Math.min(longestPauseMs, attempt * 100);
}

function withNode(address: string, node: string): string {
  const url = new URL(address);
  url.host = node;
  return url.href;
}

function placeOf(address: string): string {
  const { hostname, port } = new URL(address);
  return `${hostname}:${port === '' ? '6379' : port}`;
}
