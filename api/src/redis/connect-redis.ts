import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { StartError } from '../start-error.ts';

/** Milliseconds. */
const connectDeadline = 10_000;
const commandDeadline = 5_000;

/** The two connections Parley holds to Redis; lost ones are made again by themselves. */
export interface RedisConnections {
  /** For everything that answers at once. */
  readonly commands: Redis;
  /** For reads that wait, so that they never hold up a command. */
  readonly blocking: Redis;
  /** Rejects when Redis does not answer in time. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to the Redis of `REDIS_URI`. Throws a `StartError` when it cannot be reached. */
export async function connectRedis(uri: string, log: Logger): Promise<RedisConnections> {
  const commands = new Redis(uri, {
    lazyConnect: true,
    connectTimeout: connectDeadline,
    commandTimeout: commandDeadline,
    maxRetriesPerRequest: 1,
  });
  const blocking = new Redis(uri, { lazyConnect: true, connectTimeout: connectDeadline, maxRetriesPerRequest: null });
  const connections = [commands, blocking];
  await connect(connections);
  for (const redis of connections) redis.on('error', (error) => log.warn({ err: error }, 'Redis'));
  return {
    commands,
    blocking,
    async ping() {
      await commands.ping();
    },
    close() {
      for (const redis of connections) redis.disconnect();
      return Promise.resolve();
    },
  };
}

/** What a connection rejects with is only that it closed; why, it has told as an event before. */
async function connect(connections: readonly Redis[]): Promise<void> {
  let reason: unknown;
  const note = (error: unknown): void => {
    reason ??= error;
  };
  for (const redis of connections) redis.on('error', note);
  try {
    await Promise.all(connections.map((redis) => redis.connect()));
  } catch (error) {
    for (const redis of connections) redis.disconnect();
    reason ??= error;
    const words = reason instanceof Error ? reason.message.replace(/\.$/, '') : String(reason);
    throw new StartError(
      `The Redis of REDIS_URI cannot be reached: ${words}. Check the address and that Redis runs, or leave REDIS_URI empty to do without.`,
      { cause: reason },
    );
  }
  for (const redis of connections) redis.off('error', note);
}
