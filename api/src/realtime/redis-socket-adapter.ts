import { setTimeout as delay } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { Logger } from 'pino';
import type { ServerOptions } from 'socket.io';
import { orAborted } from '../or-aborted.ts';
import { errorWords } from '../redis/error-words.ts';
import type { RedisConnections } from '../redis/connect-redis.ts';
import { streamLengthFor } from './stream-length.ts';

/** Milliseconds. */
const pauseAfterError = 1_000;
const answerDeadline = 1_000;
const names = { streamName: 'parley:news', channelPrefix: 'parley:sockets', sessionKeyPrefix: 'parley:socket:' };

interface RedisSocketAdapter {
  readonly adapter: NonNullable<ServerOptions['adapter']>;
  /** Waits, a second at most, until what was handed to Redis is there, and stops reading. Close the sockets before. */
  close(): Promise<void>;
}

type Connections = Pick<RedisConnections, 'commands' | 'openWaiting'>;

/**
 * socket.io's adapter over Redis Streams, which alone can recover a connection at another replica. It takes a Redis
 * client of other times: ioredis 6 has no `send_command`, and what the adapter does not wait for must not reject.
 */
export function createRedisSocketAdapter({ commands, openWaiting }: Connections, log: Logger): RedisSocketAdapter {
  const pending = new Set<Promise<unknown>>();
  const readers: ReturnType<typeof createReader>[] = [];
  let isTroubled = false;

  /** Says once that Redis is in trouble, until it is not any more. */
  async function noted<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      isTroubled = false;
      return result;
    } catch (error) {
      if (!isTroubled) log.warn(errorWords(error), 'News do not reach the other replicas');
      isTroubled = true;
      throw error;
    }
  }

  async function unattended(work: Promise<unknown>): Promise<void> {
    const done = noted(work).catch(() => undefined);
    pending.add(done);
    await done;
    pending.delete(done);
  }

  /** How many listen; without Redis everybody is alone. */
  async function replicas(channel: string): Promise<number> {
    try {
      return await noted(inTime(countSubscribers(commands, channel)));
    } catch {
      return 1;
    }
  }

  const client = {
    options: {},
    // In this guise it is asked for its nodes, each of which says how many subscribe there: one answers for all.
    isCluster: true,
    nodes: () => [
      {
        send_command: async (_command: string, [, channel = '']: string[]) => [
          channel,
          String(await replicas(channel)),
        ],
      },
    ],
    duplicate() {
      const reader = createReader(openWaiting(), log);
      readers.push(reader);
      return reader;
    },
    // The sockets of this replica are told after that, or without it.
    xadd: (args: [string, ...string[]]) => noted(inTime(commands.xadd(...boundSize(args)))),
    xrange: (stream: string, from: string, to: string) => commands.xrange(stream, from, to),
    multi: () => commands.multi(),
    set: (key: string, value: string, unit: 'PX', lifetime: number) =>
      unattended(commands.set(key, value, unit, lifetime)),
    publish: (channel: string, payload: Buffer) => unattended(commands.publish(channel, payload)),
  };

  return {
    adapter: createAdapter(client, { ...names, onlyPlaintext: true }),
    async close() {
      await Promise.race([Promise.all(pending), delay(answerDeadline)]);
      for (const reader of readers) reader.disconnect();
    },
  };
}

/** The adapter bounds the number of entries alone. `[stream, 'MAXLEN', '~', length, '*', …fields]` */
function boundSize([stream, maxLen = '', about = '', _length, ...rest]: [string, ...string[]]): [string, ...string[]] {
  const size = rest.reduce((sum, part) => sum + part.length, 0);
  return [stream, maxLen, about, String(streamLengthFor(size)), ...rest];
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  return await orAborted(work, AbortSignal.timeout(answerDeadline));
}

async function countSubscribers(commands: RedisConnections['commands'], channel: string): Promise<number> {
  const nodes = 'nodes' in commands ? commands.nodes() : [commands];
  const counts = await Promise.all(nodes.map((node) => node.pubsub('NUMSUB', channel)));
  return counts.map(([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}

/** A connection for one thing that waits: reading on in the stream, or hearing what is published. */
function createReader(redis: ReturnType<RedisConnections['openWaiting']>, log: Logger) {
  let isClosed = false;
  let start: string | undefined;

  /** “From now on”, said again after a silence, would skip what came between: it must be a place. */
  async function placeOf(stream: string, offset: string): Promise<string> {
    if (offset !== '$') return offset;
    start ??= (await redis.xrevrange(stream, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
    return start;
  }

  /** The adapter tries again at once, whatever went wrong. */
  async function pause(error: unknown): Promise<void> {
    if (isClosed) return;
    log.warn(errorWords(error), 'News of the other replicas cannot be read');
    await delay(pauseAfterError, undefined, { ref: false });
  }

  return {
    on: redis.on.bind(redis),
    disconnect() {
      isClosed = true;
      redis.disconnect();
    },
    async xread(
      _block: string,
      ms: number,
      _count: string,
      count: number,
      _streams: string,
      ...place: [string, string]
    ) {
      const [stream, offset] = place;
      try {
        return await redis.xread('COUNT', count, 'BLOCK', ms, 'STREAMS', stream, await placeOf(stream, offset));
      } catch (error) {
        await pause(error);
        throw error;
      }
    },
    subscribe(channels: string[]) {
      redis.subscribe(...channels).catch(pause);
    },
  };
}
