import { MemoryStore } from 'express-rate-limit';
import type { Options, Store } from 'express-rate-limit';
import type { Logger } from 'pino';
import { RedisStore } from 'rate-limit-redis';
import type { RedisReply } from 'rate-limit-redis';
import * as z from 'zod/mini';
import { orAborted } from '../or-aborted.ts';
import { errorWords } from '../redis/error-words.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';

/** Milliseconds that a request waits for Redis. */
const deadline = 1_000;

type Commands = RedisConnections['commands'];

const oneSchema = z.union([z.boolean(), z.number(), z.string()]);
const replySchema = z.union([oneSchema, z.array(oneSchema)]);

/**
 * Counts requests in Redis. Nobody is locked out while Redis is away: what this process has counted itself, which it
 * always does, bounds them then.
 */
export function createSharedRateStore(
  name: string,
  { commands }: Pick<RedisConnections, 'commands'>,
  log: Logger,
): Store {
  const own = new MemoryStore();
  const shared = new RedisStore({
    prefix: `parley:rate:${name}:`,
    sendCommandCluster: ({ command }: { command: string[] }) => send(commands, command),
  });
  let settings: Options | undefined;
  let ready: Promise<void> | undefined;
  let isAway = false;

  /** Its scripts are handed to Redis once; without that it would fail for ever. */
  async function prepare(): Promise<void> {
    if (settings === undefined) return;
    ready ??= shared.init(settings);
    try {
      await ready;
    } catch (error) {
      ready = undefined;
      throw error;
    }
  }

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await orAborted(prepare().then(work), AbortSignal.timeout(deadline));
      isAway = false;
      return result;
    } catch (error) {
      if (!isAway) log.warn(errorWords(error), 'Redis cannot count requests: each replica counts for itself');
      isAway = true;
      return undefined;
    }
  }

  return {
    init(options) {
      own.init(options);
      settings = options;
    },
    async increment(key) {
      const counted = await own.increment(key);
      return (await attempt(() => shared.increment(key))) ?? counted;
    },
    async decrement(key) {
      await own.decrement(key);
      await attempt(() => shared.decrement(key));
    },
    async resetKey(key) {
      await own.resetKey(key);
      await attempt(() => shared.resetKey(key));
    },
    shutdown: () => own.shutdown(),
  };
}

/** Each node of a Cluster keeps scripts for itself. */
async function send(commands: Commands, [command = '', ...parts]: string[]): Promise<RedisReply> {
  const nodes = command === 'SCRIPT' && 'nodes' in commands ? commands.nodes('master') : [commands];
  const [reply] = await Promise.all(nodes.map((node) => node.call(command, ...parts)));
  return replySchema.parse(reply);
}
