import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { StartError } from '../start-error.ts';
import { parseRedisAddress } from './redis-address.ts';
import { createRedisClients } from './redis-clients.ts';

const longestStart = 15_000;

/**
 * What Parley holds open to Redis, be it one process, a Cluster or a master behind Sentinels. Connections that are lost
 * come back by themselves, but for subscribers. Keys that are used together need one hash tag, for a Cluster's sake.
 */
export interface RedisConnections {
  /**
   * For everything that answers at once; shared by all. Each command has 5 s, and fails sooner when the connection
   * cannot be made again at once: callers meet a Redis in trouble as a rejection, never as a wait without end.
   */
  readonly commands: Redis | Cluster;
  /**
   * A connection of the caller's own, for reads that wait (`XREAD BLOCK`) or for `subscribe`: its commands have no
   * deadline and wait out an outage, and so have those of its `duplicate()`s. It connects with its first command.
   */
  openWaiting(): Redis | Cluster;
  /**
   * A connection to one process (`host:port`; any that is up when left out) for nothing but `ssubscribe`. It does not
   * come back by itself: at its `end` event the caller makes another one and subscribes anew. Closed by `close`, too.
   */
  subscriber(node?: string): Redis;
  /** Rejects when Redis does not answer in time. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the Redis of `REDIS_URI` (its forms: `parseRedisAddress`). Throws a `StartError` when it cannot be reached;
 * neither that nor the log ever holds the credentials.
 */
export async function connectRedis(uri: string, log: Logger): Promise<RedisConnections> {
  const address = parseRedisAddress(uri);
  if (address === undefined) throw new StartError('REDIS_URI is not the address of a Redis.');
  const clients = createRedisClients(address);
  const opened = new Set<Redis | Cluster>();

  /** Errors of ioredis hold the command with its parameters, which may be a password or an answer: only words go on. */
  function keep<C extends Redis | Cluster>(client: C): C {
    opened.add(client);
    client.on('error', (error) => log.warn(`Redis: ${wordsOf(error)}`));
    client.on('end', () => opened.delete(client));
    return client;
  }

  const commands = clients.commands();
  await connect(commands);
  await mustSuffice(commands);
  keep(commands);
  return {
    commands,
    openWaiting: () => keep(clients.waiting()),
    subscriber: (node) => keep(clients.node(node === undefined ? someNode(commands) : nodeAt(node))),
    async ping() {
      await commands.ping();
    },
    close() {
      for (const client of opened) client.disconnect();
      return Promise.resolve();
    },
  };
}

/** A master of a Cluster, so that a subscriber does not always start at one that may be gone. */
function someNode(commands: Redis | Cluster) {
  if (!(commands instanceof Cluster)) return undefined;
  const masters = commands.nodes('master').map(({ options: { host, port } }) => ({ host, port }));
  const { host, port } = masters[Math.floor(Math.random() * masters.length)] ?? {};
  return host === undefined || port === undefined ? undefined : { host, port };
}

function nodeAt(place: string) {
  const colon = place.lastIndexOf(':');
  return { host: place.slice(0, colon), port: Number(place.slice(colon + 1)) };
}

/** What a connection rejects with is only that it closed; why, it has told as an event before. */
async function connect(client: Redis | Cluster): Promise<void> {
  let reason: unknown;
  const note = (error: unknown): void => {
    reason ??= error;
  };
  client.on('error', note);
  client.on('node error', note);
  // A Redis that hangs takes connections and says nothing.
  const deadline = setTimeout(() => {
    note(new Error(`no answer within ${longestStart} ms`));
    client.disconnect();
  }, longestStart);
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw new StartError(
      `The Redis of REDIS_URI cannot be reached: ${wordsOf(reason ?? error)}. Check the address and that Redis runs, or leave REDIS_URI empty to do without.`,
    );
  } finally {
    clearTimeout(deadline);
    client.off('error', note);
    client.off('node error', note);
  }
}

/** Not every Redis has what the log of live answers needs: sharded channels came with 7, and a user may be denied them. */
async function mustSuffice(commands: Redis | Cluster): Promise<void> {
  try {
    await commands.call('SPUBLISH', 'parley:start', '');
  } catch (error) {
    commands.disconnect();
    const words = wordsOf(error);
    throw new StartError(
      /unknown command/i.test(words)
        ? 'The Redis of REDIS_URI is too old: Parley needs Redis 7 or newer. Use one, or leave REDIS_URI empty to do without.'
        : `The Redis of REDIS_URI cannot be used: ${words}. Its user needs all commands, and the keys and channels that begin with parley (ACL SETUSER … +@all ~parley* &parley*).`,
    );
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a Cluster that is all it says; what it met at the last node says more.
  const last = 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
  return last.message.replace(/\.$/, '');
}
