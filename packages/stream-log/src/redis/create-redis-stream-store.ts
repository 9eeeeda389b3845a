import * as z from 'zod/mini';
import { createFanOut, type Listener } from '../fan-out.ts';
import { followLog } from '../follow-log.ts';
import { refusals } from '../refusals.ts';
import type { Batch, Offset, Producer } from '../stream-log.ts';
import type { Append, Appended, StreamStore } from '../stream-store.ts';
import { createNews } from './create-news.ts';
import { createRedisForks } from './create-redis-forks.ts';
import { createRedisMaker } from './create-redis-maker.ts';
import { createRedisRemover } from './create-redis-remover.ts';
import type { RedisSubscriber } from './create-subscriptions.ts';
import { newIncarnation } from './new-incarnation.ts';
import { readAppended } from './redis-append.ts';
import { readRedisStream } from './read-redis-stream.ts';
import { createRedisCaller, type RedisCommands } from './redis-commands.ts';
import { createRedisKeys } from './redis-keys.ts';
import { claimReplySchema, infoSchema } from './redis-replies.ts';
import { appendScript, claimScript, infoFields } from './redis-scripts.ts';
import { infoOf, type RedisStreamInfo } from './redis-stream-info.ts';

export interface RedisStreamStoreOptions {
  /** For everything that answers at once; may be shared. The host closes it. */
  readonly commands: RedisCommands;
  /**
   * Makes a connection for news to one Redis process: `host:port` of a Cluster's node, or, when it is left out, the
   * master, or any node that may be up. The host hears its errors; this store closes it, and makes another one when it
   * is lost.
   */
  readonly subscriber: (node?: string) => RedisSubscriber;
  /** Start of every key, `stream-log` unless told. */
  readonly keyPrefix?: string;
  /** Life of a stream after its seal, in ms, unless it has an expiry of its own; endless unless told. */
  readonly closedLifeMs?: number | undefined;
  /** The same of an open one that nobody writes to. */
  readonly openLifeMs?: number | undefined;
  /** Longest wait for an answer of Redis, 5 s unless told. */
  readonly timeoutMs?: number;
  /** Hears why waiting for news failed, for the host's own log; waiting goes on by itself. */
  readonly onError: (error: unknown) => void;
}

/** Above this many bytes news only says that there are some. */
const longestNews = '65536';

/**
 * Streams in Redis 7, of one process, a Cluster, or a master with replicas, shared by every process that uses the same
 * keys. A returned append outlives its writer; whether it outlives Redis is for Redis' own persistence and replication.
 * A stream that Redis lost is `missing`, and `invalid-offset` for its old readers once it was made again.
 */
export function createRedisStreamStore(options: RedisStreamStoreOptions): StreamStore {
  const { keyPrefix = 'stream-log', timeoutMs = 5_000, onError } = options;
  const lives = { closed: String(options.closedLifeMs ?? ''), open: String(options.openLifeMs ?? '') };
  const caller = createRedisCaller(options.commands, timeoutMs);
  const keys = createRedisKeys(keyPrefix);
  const origin = newIncarnation();
  const redis = { caller, keys };
  const fanOut = createFanOut<string>();
  const news = createNews({
    connect: options.subscriber,
    fanOut,
    channelOf: keys.channel,
    origin,
    read: (id, after) => readRedisStream(redis, id, after, { slides: false }),
    onError,
    timeoutMs,
  });
  const forks = createRedisForks({ ...redis, describe: find });
  const remover = createRedisRemover({ ...redis, forks, origin, closedLife: lives.closed, onRemoved: news.suspect });
  const { noteSeal } = remover;
  const create = createRedisMaker({ ...redis, forks, find, lives, origin, noteSeal });
  let isShutDown = false;

  function mustBeOpen(): void {
    if (isShutDown) throw refusals.shutDown();
  }

  async function find(id: string): Promise<RedisStreamInfo | 'missing' | 'gone'> {
    return infoOf(id, z.parse(infoSchema, await caller.send('HMGET', keys.meta(id), ...infoFields)));
  }

  async function write(id: string, append: Append): Promise<Appended> {
    const { entries, closes, contentType = '', streamSeq = '', producer } = append;
    const numbers = [String(producer?.epoch ?? ''), String(producer?.seq ?? '')];
    const settings = [lives.closed, lives.open, origin, longestNews];
    const parameters = [contentType, closes ? '1' : '', streamSeq, producer?.id ?? '', ...numbers, ...settings];
    let reply: unknown;
    try {
      reply = await caller.run(appendScript, keys.of(id), [...parameters, ...entries]);
    } catch (error) {
      // It may have been written all the same, and this process does not listen to its own news.
      news.suspect(id);
      throw error;
    }
    const { appended, incarnation, after, closedAt } = readAppended(id, append, reply);
    if (appended.outcome === 'written') news.tell(id, { incarnation, after, entries, closed: closes });
    else news.suspect(id);
    if (closes && appended.closed) await noteSeal(id, closedAt);
    return appended;
  }

  async function claim(id: string, contentType: string, producer: Producer): Promise<'created' | 'exists'> {
    const parameters = [producer.id, String(producer.epoch), newIncarnation(), contentType, lives.open, origin];
    const reply = z.parse(claimReplySchema, await caller.run(claimScript, keys.of(id), parameters));
    switch (reply[0]) {
      case 'gone':
        throw refusals.otherConfiguration(id);
      case 'conflict':
        throw refusals.otherType(id, reply[1]);
      case 'fenced':
        throw refusals.fenced(id, producer, reply[1]);
      default:
        if (reply[0] === 'created') news.suspect(id);
        return reply[0];
    }
  }

  async function readAndWatch(id: string, after: Offset): Promise<Batch<string>> {
    const { incarnation, reached, ...batch } = await readRedisStream(redis, id, after, { slides: true });
    if (batch.upToDate && !batch.closed && fanOut.isHeard(id)) news.watch(id, incarnation, reached);
    return batch;
  }

  function joinReaders(id: string): Listener<string> {
    const listener = fanOut.join(id);
    return {
      next: (signal) => listener.next(signal),
      leave() {
        listener.leave();
        if (!fanOut.isHeard(id)) news.unwatch(id);
      },
    };
  }

  return {
    async create(id, request, first) {
      mustBeOpen();
      const created = await create(id, request, first);
      if (created.outcome === 'created') news.suspect(id);
      return created;
    },
    async claim(id, contentType, producer) {
      mustBeOpen();
      return claim(id, contentType, producer);
    },
    async describe(id) {
      mustBeOpen();
      const found = await find(id);
      if (found === 'missing') throw refusals.missing(id);
      if (found === 'gone') throw refusals.gone(id);
      const { config, next, closed } = found;
      return { config, next, closed };
    },
    async append(id, given) {
      mustBeOpen();
      return write(id, given);
    },
    async read(id, after, limit) {
      mustBeOpen();
      const { entries, next, upToDate, closed } = await readRedisStream(redis, id, after, { limit, slides: true });
      return { entries, next, upToDate, closed };
    },
    async *follow(id, after, signal) {
      mustBeOpen();
      yield* followLog({ read: (from) => readAndWatch(id, from), join: () => joinReaders(id), after, signal });
    },
    async remove(id) {
      mustBeOpen();
      const outcome = await remover.remove(id);
      if (outcome === 'missing') throw refusals.missing(id);
      if (outcome === 'gone') throw refusals.gone(id);
    },
    async removeClosedBefore(moment) {
      mustBeOpen();
      return remover.removeClosedBefore(moment);
    },
    async removeExpired() {
      mustBeOpen();
      return remover.removeForsaken();
    },
    async shutdown() {
      isShutDown = true;
      fanOut.stop();
      news.stop();
    },
  };
}
