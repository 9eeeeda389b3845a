import { setTimeout as delay } from 'node:timers/promises';
import { unavailable, withDeadline } from './redis-commands.ts';

/**
 * A connection to one Redis process for nothing but sharded pub/sub, which does not come back by itself when it is lost
 * (ioredis: `retryStrategy: null`).
 */
export interface RedisSubscriber {
  ssubscribe(channel: string): Promise<unknown>;
  sunsubscribe(channel: string): Promise<unknown>;
  ping(): Promise<unknown>;
  /** `end`: it is lost; `moved`: a Cluster gave a channel to another node; `error` is for the host. */
  on(event: 'smessage', listener: (channel: string, message: string) => void): unknown;
  on(event: 'end' | 'moved', listener: () => void): unknown;
  disconnect(): void;
}

interface SubscriptionsOptions {
  /** Connects to a node (`host:port`), or to any when it is left out. */
  readonly connect: (node?: string) => RedisSubscriber;
  readonly onMessage: (channel: string, message: string) => void;
  /** From now on the channel is heard; what was said before, perhaps since a connection was lost, was not. */
  readonly onHeard: (channel: string) => void;
  /** A connection or a subscription failed; it is tried again. */
  readonly onError: (error: unknown) => void;
  readonly timeoutMs: number;
}

interface Connection {
  readonly node: string;
  readonly redis: RedisSubscriber;
  readonly channels: Set<string>;
  /** `moved` events that no answer of ours explains yet: ioredis tells of refused subscriptions in the same way. */
  unexplainedMoves: number;
}

const anyNode = '';
const longestPauseMs = 2_000;
/** A Cluster that is being rearranged may send on more than once. */
const mostMoves = 5;

/**
 * Keeps this process subscribed to channels, over one connection to each Redis process that serves some, whatever
 * happens to it. In a Cluster the nodes say themselves which of them serves a channel.
 */
export function createSubscriptions(options: SubscriptionsOptions) {
  const { onMessage, onHeard, onError, timeoutMs } = options;
  const connections = new Map<string, Connection>();
  /** By channel, the connection that hears it, if one does. */
  const wanted = new Map<string, { heardBy: Connection | undefined }>();
  const stopping = new AbortController();
  let recovering = false;

  function connectionTo(node: string): Connection {
    const known = connections.get(node);
    if (known !== undefined) return known;
    const redis = options.connect(node === anyNode ? undefined : node);
    const connection: Connection = { node, redis, channels: new Set(), unexplainedMoves: 0 };
    connections.set(node, connection);
    redis.on('smessage', onMessage);
    redis.on('end', () => lose(connection));
    redis.on('moved', () => {
      connection.unexplainedMoves += 1;
      setImmediate(() => {
        if (connection.unexplainedMoves > 0) forsake(connection);
        connection.unexplainedMoves = 0;
      });
    });
    return connection;
  }

  function lose(connection: Connection): void {
    if (connections.get(connection.node) === connection) connections.delete(connection.node);
    forsake(connection);
  }

  /** Looks for another place for the channels of a connection. */
  function forsake(connection: Connection): void {
    for (const channel of connection.channels) {
      const subscription = wanted.get(channel);
      if (subscription?.heardBy === connection) subscription.heardBy = undefined;
    }
    connection.channels.clear();
    void recover();
  }

  async function place(channel: string): Promise<void> {
    const subscription = wanted.get(channel);
    if (subscription === undefined || subscription.heardBy !== undefined) return;
    let node = anyNode;
    for (let moves = 0; ; moves += 1) {
      const connection = connectionTo(node);
      try {
        await withDeadline(connection.redis.ssubscribe(channel), timeoutMs);
      } catch (error) {
        const other = movedTo(error);
        if (other !== undefined) connection.unexplainedMoves -= 1;
        if (other === undefined || moves === mostMoves) throw error;
        node = other;
        continue;
      }
      if (wanted.get(channel) === subscription && connections.get(node) === connection) {
        subscription.heardBy = connection;
        connection.channels.add(channel);
        onHeard(channel);
      } else if (!wanted.has(channel)) {
        leave(connection, channel);
      }
      return;
    }
  }

  function leave(connection: Connection, channel: string): void {
    connection.channels.delete(channel);
    // A connection that is lost hears nothing any more.
    connection.redis.sunsubscribe(channel).catch(() => undefined);
  }

  async function recover(): Promise<void> {
    if (recovering) return;
    recovering = true;
    for (let pauseMs = 50; !stopping.signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      const unheard = [...wanted].filter(([, { heardBy }]) => heardBy === undefined).map(([channel]) => channel);
      if (unheard.length === 0) break;
      const outcomes = await Promise.allSettled(unheard.map(place));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed === undefined) continue;
      onError(unavailable(failed.reason));
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    recovering = false;
  }

  return {
    add(channel: string): void {
      if (stopping.signal.aborted || wanted.has(channel)) return;
      wanted.set(channel, { heardBy: undefined });
      place(channel).catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        onError(unavailable(error));
        void recover();
      });
    },
    remove(channel: string): void {
      const connection = wanted.get(channel)?.heardBy;
      wanted.delete(channel);
      if (connection !== undefined) leave(connection, channel);
    },
    /** Finds out about connections that are dead without having said so, and replaces them. */
    async check(): Promise<void> {
      await Promise.all(
        [...connections.values()].map(async (connection) => {
          try {
            await withDeadline(connection.redis.ping(), timeoutMs);
          } catch (error) {
            if (stopping.signal.aborted) return;
            onError(unavailable(error));
            connection.redis.disconnect();
            lose(connection);
          }
        }),
      );
    },
    stop(): void {
      stopping.abort();
      wanted.clear();
      for (const { redis } of connections.values()) redis.disconnect();
      connections.clear();
    },
  };
}

/** Where a Cluster says a channel is served, `host:port`. */
function movedTo(error: unknown): string | undefined {
  return error instanceof Error ? /^MOVED \d+ (\S+:\d+)$/.exec(error.message)?.[1] : undefined;
}
