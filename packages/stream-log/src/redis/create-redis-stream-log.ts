import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Arrival } from '../admit-append.ts';
import { createFanOut } from '../fan-out.ts';
import { followLog } from '../follow-log.ts';
import { formatOffset, parseOffset, positionOf } from '../offset.ts';
import { parseEntry } from '../parse-entry.ts';
import { refusals } from '../refusals.ts';
import { type Batch, type Offset, startOffset, type StreamLogStore } from '../stream-log.ts';
import { createTailLoop, type Watch } from './create-tail-loop.ts';
import { createRedisCaller, type RedisCommands } from './redis-commands.ts';
import { appendReplySchema, openReplySchema, readReplySchema, type StreamEntry } from './redis-replies.ts';
import { appendScript, openScript, readScript, removeScript } from './redis-scripts.ts';

export interface RedisStreamLogOptions<E> {
  /** For everything that answers at once; may be shared. The host opens and closes both connections. */
  readonly commands: RedisCommands;
  /** A second connection that nothing else uses; must not give commands a deadline under 5 s. */
  readonly blocking: RedisCommands;
  /** Makes an entry of its JSON value. A throw becomes `corrupt`, also when an entry is appended. */
  readonly parse: (value: unknown) => E;
  /** Start of every key, `stream-log` unless told. */
  readonly keyPrefix?: string;
  /** Life of a log after its seal, 24 h unless told; Redis removes it then by itself. */
  readonly closedLifeMs?: number;
  /** Longest wait for an answer of Redis, 5 s unless told. */
  readonly timeoutMs?: number;
  /** Hears why waiting for news failed, for the host's own log; waiting goes on by itself. */
  readonly onError: (error: unknown) => void;
}

const defaultLimit = 1_000;
const longestBatch = 1_048_576;
const aDay = 86_400_000;
const endless = 999_999_999_999;
const removedAtOnce = 100;

/**
 * A `StreamLog` in Redis 7 (Streams and Lua), shared by every process that uses the same keys. Both keys of a log have
 * one hash tag; the waiting XREAD spans logs, so readers need a single Redis (with replicas), not a Cluster. A returned
 * append outlives its writer; whether it outlives Redis is for Redis' own persistence. A log that Redis lost is
 * `missing`, and `invalid-offset` for its old readers once it was made again.
 */
export function createRedisStreamLog<E>(options: RedisStreamLogOptions<E>): StreamLogStore<E> {
  const { parse, keyPrefix = 'stream-log', closedLifeMs = aDay, timeoutMs = 5_000 } = options;
  const caller = createRedisCaller(options.commands, timeoutMs);
  const fanOut = createFanOut<E>();
  const closedKey = `${keyPrefix}:closed`;
  const metaKey = (id: string) => `${keyPrefix}:{${encodeURIComponent(id)}}:meta`;
  const entriesKey = (id: string) => `${keyPrefix}:{${encodeURIComponent(id)}}:entries`;
  let isShutDown = false;

  const tailLoop = createTailLoop({
    blocking: options.blocking,
    caller,
    bellKey: `${keyPrefix}:bell:${randomUUID()}`,
    isWanted: (id) => fanOut.isHeard(id),
    incarnationOf: async (id) =>
      z.parse(z.nullish(z.string()), await caller.send('HGET', metaKey(id), 'incarnation')) ?? undefined,
    onNews: publishNews,
    onChange: (id) => fanOut.publish(id, 'changed'),
    onError: options.onError,
  });

  function publishNews(watch: Watch, found: readonly StreamEntry[], mayBeMore: boolean): 'go-on' | 'done' {
    const { id, incarnation, position } = watch;
    const closed = found.at(-1)?.id.endsWith('-1') === true;
    const jsons = found.slice(0, closed ? -1 : undefined).map(({ value }) => value);
    watch.position += jsons.length;
    try {
      const entries = jsons.map((json) => parseEntry(parse, json, id));
      const [after, next] = [formatOffset(incarnation, position), formatOffset(incarnation, watch.position)];
      fanOut.publish(id, { after, entries, next, upToDate: !mayBeMore, closed });
    } catch (error) {
      // The readers will find the same when they look for themselves, and end with it.
      options.onError(error);
      fanOut.publish(id, 'changed');
    }
    return closed ? 'done' : 'go-on';
  }

  function mustBeOpen(): void {
    if (isShutDown) throw refusals.shutDown();
  }

  async function write(arrival: Arrival, entries: readonly E[]): Promise<Offset> {
    mustBeOpen();
    const { id, producer, seq, seals } = arrival;
    const jsons = entries.map((entry) => JSON.stringify(entry));
    for (const json of jsons) parseEntry(parse, json, id);
    const now = String(Date.now());
    const reply = z.parse(
      appendReplySchema,
      await caller.run(
        appendScript,
        [metaKey(id), entriesKey(id)],
        [producer.id, String(producer.epoch), String(seq), seals ? now : '', String(closedLifeMs), ...jsons],
      ),
    );
    switch (reply[0]) {
      case 'missing':
        throw refusals.missing(id);
      case 'closed':
        throw refusals.closed(id);
      case 'fenced':
        throw refusals.fenced(id, producer, reply[1]);
      case 'sequence-gap':
        throw refusals.sequenceGap(id, producer, seq, reply[1]);
      default:
        if (seals) await caller.send('ZADD', closedKey, 'NX', now, id);
        return formatOffset(reply[1], reply[2]);
    }
  }

  async function readBatch(id: string, after: Offset, limit: number): Promise<Batch<E>> {
    mustBeOpen();
    // Of the end and of an offset that nobody gave out there is nothing to read; which it is, the reply decides.
    const wanted = after === startOffset ? 0 : (parseOffset(after)?.position ?? endless);
    const reply = z.parse(
      readReplySchema,
      await caller.run(
        readScript,
        [metaKey(id), entriesKey(id)],
        [String(wanted), String(limit), String(longestBatch)],
      ),
    );
    if (reply[0] === 'missing') throw refusals.missing(id);
    const [, incarnation, length, isClosed, jsons] = reply;
    const start = positionOf({ id, incarnation, length }, after);
    // Redis evicted the entries to make room.
    if (jsons.length === 0 && start < length) throw refusals.missing(id);
    const reached = start + jsons.length;
    const upToDate = reached >= length;
    return {
      entries: jsons.map((json) => parseEntry(parse, json, id)),
      next: formatOffset(incarnation, reached),
      upToDate,
      closed: upToDate && isClosed === 1,
    };
  }

  async function readAndWatch(id: string, after: Offset): Promise<Batch<E>> {
    const batch = await readBatch(id, after, defaultLimit);
    const reached = parseOffset(batch.next);
    if (batch.upToDate && !batch.closed && reached !== undefined) {
      tailLoop.watch({ id, entriesKey: entriesKey(id), ...reached });
    }
    return batch;
  }

  /** Removes a log if it was closed before a time in ms, or in any case; returns how many that were. */
  async function removeLog(id: string, closedBefore?: number): Promise<number> {
    const parameters = closedBefore === undefined ? [] : [String(closedBefore)];
    const removed = await caller.run(removeScript, [metaKey(id), entriesKey(id)], parameters);
    await caller.send('ZREM', closedKey, id);
    fanOut.publish(id, 'changed');
    return z.parse(z.number(), removed);
  }

  return {
    async open(id, producer) {
      mustBeOpen();
      const parameters = [producer.id, String(producer.epoch), randomBytes(4).toString('hex')];
      const reply = z.parse(openReplySchema, await caller.run(openScript, [metaKey(id)], parameters));
      if (reply[0] === 'fenced') throw refusals.fenced(id, producer, reply[1]);
      return reply[0];
    },
    append: (id, producer, seq, entries) => write({ id, producer, seq, seals: false }, entries),
    close: (id, producer, seq, entries) => write({ id, producer, seq, seals: true }, entries),
    read: (id, after, limit = defaultLimit) => readBatch(id, after, limit),
    follow(id, after, signal) {
      return followLog({ read: (offset) => readAndWatch(id, offset), join: () => fanOut.join(id), after, signal });
    },
    async state(id) {
      mustBeOpen();
      const reply = await caller.send('HMGET', metaKey(id), 'incarnation', 'closed');
      const [incarnation, closed] = z.parse(z.array(z.nullable(z.string())), reply);
      if (incarnation === null) return 'missing';
      return closed === null ? 'open' : 'closed';
    },
    async remove(id) {
      mustBeOpen();
      await removeLog(id);
    },
    async removeClosedBefore(moment) {
      mustBeOpen();
      let removed = 0;
      for (;;) {
        const range = [closedKey, '-inf', `(${moment.getTime()}`, 'LIMIT', '0', String(removedAtOnce)];
        const ids = z.parse(z.array(z.string()), await caller.send('ZRANGEBYSCORE', ...range));
        const counts = await Promise.all(ids.map((id) => removeLog(id, moment.getTime())));
        removed += counts.reduce((sum, count) => sum + count, 0);
        if (ids.length < removedAtOnce) return removed;
      }
    },
    async shutdown() {
      isShutDown = true;
      fanOut.stop();
      await tailLoop.stop();
    },
  };
}
