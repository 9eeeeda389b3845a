import { setTimeout as delay } from 'node:timers/promises';
import type { createFanOut } from '../fan-out.ts';
import { formatOffset } from '../offset.ts';
import { StreamLogError } from '../stream-log-error.ts';
import type { Batch } from '../stream-log.ts';
import { createSubscriptions, type RedisSubscriber } from './create-subscriptions.ts';
import { type NewsMessage, parseNews } from './news-message.ts';

/** A stream whose news somebody waits for. */
interface Watch {
  readonly id: string;
  readonly incarnation: string;
  /** Number of entries that readers were told of. */
  position: number;
  /** Whether the store is being read for what was missed, and whether that must be done once more. */
  catchingUp: 'no' | 'yes' | 'again';
}

interface NewsOptions {
  readonly connect: (node?: string) => RedisSubscriber;
  readonly fanOut: ReturnType<typeof createFanOut<string>>;
  readonly channelOf: (id: string) => string;
  /** First word of every message that this process caused itself. */
  readonly origin: string;
  /** Reads what follows an offset; throws as `StreamStore.read`. */
  readonly read: (id: string, after: string) => Promise<Batch<string>>;
  readonly onError: (error: unknown) => void;
  readonly timeoutMs: number;
}

/** How often the connections and one of the watched streams are looked at: a flushed Redis tells nobody. */
const checkMs = 2_000;
const longestPauseMs = 2_000;

/**
 * Brings the readers of this process what is written anywhere, by sharded pub/sub: one subscription for each stream that
 * is read here. Whatever may have been missed is read from the store, once for all readers of a stream.
 */
export function createNews({ connect, fanOut, channelOf, origin, read, onError, timeoutMs }: NewsOptions) {
  const watches = new Map<string, Watch>();
  const idByChannel = new Map<string, string>();
  const stopping = new AbortController();
  const ownMessage = `${origin} `;
  let checking: NodeJS.Timeout | undefined;
  let lastChecked = '';

  const subscriptions = createSubscriptions({
    connect,
    onMessage(channel, message) {
      const id = idByChannel.get(channel);
      if (id === undefined || message.startsWith(ownMessage)) return;
      const news = parseNews(message);
      if (news === 'changed') suspect(id);
      else tell(id, news);
    },
    onHeard(channel) {
      const watch = watches.get(idByChannel.get(channel) ?? '');
      if (watch !== undefined) void catchUp(watch);
    },
    onError,
    timeoutMs,
  });

  function tell(id: string, { incarnation, after, entries, closed }: NewsMessage): void {
    const watch = watches.get(id);
    if (watch === undefined) return;
    const { position } = watch;
    if (incarnation !== watch.incarnation) {
      giveUp(watch);
    } else if (after !== position) {
      // Old news, but for a seal; or some were missed.
      if (after + entries.length > position || closed) void catchUp(watch);
    } else {
      watch.position += entries.length;
      const next = formatOffset(incarnation, watch.position);
      fanOut.publish(id, { after: formatOffset(incarnation, after), entries, next, upToDate: true, closed });
      if (closed) forget(watch);
    }
  }

  /** The stream is no longer what it was: its readers look for themselves. */
  function giveUp(watch: Watch): void {
    forget(watch);
    fanOut.publish(watch.id, 'changed');
  }

  function forget({ id }: Watch): void {
    watches.delete(id);
    const channel = channelOf(id);
    idByChannel.delete(channel);
    subscriptions.remove(channel);
    if (watches.size > 0) return;
    clearTimeout(checking);
    checking = undefined;
  }

  function suspect(id: string): void {
    const watch = watches.get(id);
    if (watch !== undefined) void catchUp(watch);
  }

  /** Reads what was missed and tells it; says whether the stream is still the same. */
  async function catchUp(watch: Watch): Promise<'same' | 'lost'> {
    const isWatched = () => watches.get(watch.id) === watch && !stopping.signal.aborted;
    if (watch.catchingUp !== 'no') {
      watch.catchingUp = 'again';
      return 'same';
    }
    let pauseMs = 50;
    do {
      watch.catchingUp = 'yes';
      try {
        await readMissed(watch, isWatched);
      } catch (error) {
        if (!(error instanceof StreamLogError) || !error.retryable) {
          if (isWatched()) giveUp(watch);
          return 'lost';
        }
        // Redis is away; readers wait on.
        watch.catchingUp = 'again';
        onError(error);
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    } while (watch.catchingUp === 'again' && isWatched());
    watch.catchingUp = 'no';
    return 'same';
  }

  async function readMissed(watch: Watch, isWatched: () => boolean): Promise<void> {
    const { id, incarnation } = watch;
    for (let upToDate = false; !upToDate && isWatched();) {
      const after = watch.position;
      const batch = await read(id, formatOffset(incarnation, after));
      upToDate = batch.upToDate;
      // The messages were faster.
      if (after !== watch.position) upToDate = false;
      else if (isWatched() && (batch.entries.length > 0 || batch.closed)) tell(id, { incarnation, after, ...batch });
    }
  }

  function checkLater(): void {
    checking ??= setTimeout(() => void check(), checkMs).unref();
  }

  async function check(): Promise<void> {
    checking = undefined;
    await checkSome();
    if (watches.size > 0 && !stopping.signal.aborted) checkLater();
  }

  async function checkSome(): Promise<void> {
    await subscriptions.check();
    const ids = [...watches.keys()];
    const next = watches.get(ids[(ids.indexOf(lastChecked) + 1) % ids.length] ?? '');
    if (next === undefined) return;
    lastChecked = next.id;
    if ((await catchUp(next)) === 'lost') await Promise.all([...watches.values()].map(catchUp));
  }

  return {
    /** Tells the news of a stream after this position, unless that life of it is watched already. */
    watch(id: string, incarnation: string, position: number): void {
      const known = watches.get(id);
      if (stopping.signal.aborted || known?.incarnation === incarnation) return;
      const watch: Watch = { id, incarnation, position, catchingUp: 'no' };
      watches.set(id, watch);
      const channel = channelOf(id);
      idByChannel.set(channel, id);
      subscriptions.add(channel);
      // Another life of it was watched: the channel is heard already.
      if (known !== undefined) void catchUp(watch);
      checkLater();
    },
    unwatch(id: string): void {
      const watch = watches.get(id);
      if (watch !== undefined) forget(watch);
    },
    /** This process wrote entries itself. */
    tell,
    /** This process may have changed a stream in a way that it cannot tell in detail. */
    suspect,
    stop(): void {
      stopping.abort();
      clearTimeout(checking);
      subscriptions.stop();
      watches.clear();
    },
  };
}
