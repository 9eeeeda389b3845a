import { setTimeout as delay } from 'node:timers/promises';
import { type RedisCaller, type RedisCommands, withDeadline } from './redis-commands.ts';
import { parseStreams, type StreamEntry } from './redis-replies.ts';

/** A log whose news somebody waits for. */
export interface Watch {
  readonly id: string;
  readonly entriesKey: string;
  readonly incarnation: string;
  /** Number of entries seen. */
  position: number;
}

interface TailLoopOptions {
  /** A connection that nothing else uses: it is blocked nearly all the time. */
  readonly blocking: RedisCommands;
  readonly caller: RedisCaller;
  /** A stream of this process alone, that wakes it when it has to watch more. */
  readonly bellKey: string;
  /** Whether anybody still waits. */
  readonly isWanted: (id: string) => boolean;
  /** The incarnation of a log now; `undefined` when it is gone. */
  readonly incarnationOf: (id: string) => Promise<string | undefined>;
  readonly onNews: (watch: Watch, entries: readonly StreamEntry[], mayBeMore: boolean) => 'go-on' | 'done';
  /** The log was removed, or lost and made anew. */
  readonly onChange: (id: string) => void;
  /** A round failed; the loop goes on. */
  readonly onError: (error: unknown) => void;
}

const blockMs = 2_000;
/** How often watched logs are checked for having vanished, which XREAD does not tell. */
const checkMs = 2_000;
/** How late an answer may be before the connection is taken for dead. */
const lateMs = 3_000;
const longestReply = 256;
const longestPauseMs = 2_000;
const bellLifeMs = 60_000;

/** One blocking XREAD for all logs that readers of this process wait for. It runs while there is something to watch. */
export function createTailLoop(options: TailLoopOptions) {
  const { blocking, caller, bellKey, isWanted, incarnationOf, onNews, onChange, onError } = options;
  const watches = new Map<string, Watch>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const bell = { rung: 0, heard: 0 };
  let checkedAt = 0;

  async function run(): Promise<void> {
    let pauseMs = 0;
    while (watches.size > 0 && !stopping.signal.aborted) {
      try {
        await round();
        pauseMs = 0;
      } catch (error) {
        // Redis is away. Readers wait on: they miss nothing, and the check tells them if it comes back without the log.
        onError(error);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2 + 50);
        checkedAt = 0;
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
      for (const id of watches.keys()) if (!isWanted(id)) watches.delete(id);
    }
    running = undefined;
  }

  async function round(): Promise<void> {
    if (Date.now() - checkedAt >= checkMs) await check();
    if (stopping.signal.aborted) return;
    const watched = [...watches.values()];
    bell.heard = bell.rung;
    const reply = await withDeadline(
      blocking.call(
        'XREAD',
        'COUNT',
        String(longestReply),
        'BLOCK',
        String(blockMs),
        'STREAMS',
        bellKey,
        ...watched.map(({ entriesKey }) => entriesKey),
        `${bell.heard}-0`,
        ...watched.map(({ position }) => `${position}-0`),
      ),
      blockMs + lateMs,
    );
    const streams = parseStreams(reply);
    for (const watch of watched) {
      const entries = streams.get(watch.entriesKey);
      if (entries === undefined || watches.get(watch.id) !== watch) continue;
      deliver(watch, entries);
    }
  }

  function deliver(watch: Watch, entries: readonly StreamEntry[]): void {
    const isAnotherLife = entries.some(({ field }) => field !== watch.incarnation);
    if (isAnotherLife) onChange(watch.id);
    const outcome = isAnotherLife ? 'done' : onNews(watch, entries, entries.length === longestReply);
    if (outcome === 'done') watches.delete(watch.id);
  }

  async function check(): Promise<void> {
    await Promise.all(
      [...watches.values()].map(async (watch) => {
        if ((await incarnationOf(watch.id)) === watch.incarnation) return;
        watches.delete(watch.id);
        onChange(watch.id);
      }),
    );
    checkedAt = Date.now();
  }

  /** Ends the XREAD that is under way, so that the next one is asked with what changed. */
  function ring(): void {
    if (bell.rung > bell.heard) return;
    bell.rung += 1;
    const ringing = caller
      .send('XADD', bellKey, 'MAXLEN', '1', `${bell.rung}-0`, 'bell', '')
      .then(() => caller.send('PEXPIRE', bellKey, String(bellLifeMs)));
    // An unheard bell only costs a wait of at most `blockMs`.
    ringing.catch(onError);
  }

  return {
    /** Tells the news of a log after the watch's position, unless that life of it is watched already. */
    watch(watch: Watch): void {
      if (stopping.signal.aborted || watches.get(watch.id)?.incarnation === watch.incarnation) return;
      watches.set(watch.id, watch);
      if (running === undefined) running = run();
      else ring();
    },
    async stop(): Promise<void> {
      stopping.abort();
      if (running === undefined) return;
      ring();
      await running;
    },
  };
}
