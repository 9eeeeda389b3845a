import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { logErrorCode } from './recording-log.ts';
import type { RecordingEntry, RecordingLog } from './recording-log.ts';
import { untilWoken } from './until-woken.ts';

/** What one gateway process tells the one that makes a call. */
export type Notice = Extract<RecordingEntry, { type: 'attended' | 'cancel' }>;

export interface FellowGatewaysOptions {
  readonly log: RecordingLog;
  /** Name of this process, never used before. */
  readonly owner: string;
  readonly beatMs?: number;
  /** Hears every notice, now and then twice. */
  readonly onNotice: (notice: Notice) => void;
  readonly onError: (error: unknown) => void;
}

/** The gateway processes that share a log: which of them live, and a way to tell them something. */
export interface FellowGateways {
  tell(notice: Notice): Promise<void>;
  /** Resolves with true once `owner` is known to be dead, at once where that is known; with false when `signal` aborts. */
  untilDead(owner: string, signal: AbortSignal): Promise<boolean>;
  /** Resolves with true at the next sign of life of `owner`, with false once it is known to be dead, or `signal` aborts. */
  isAlive(owner: string, signal: AbortSignal): Promise<boolean>;
  stop(): Promise<void>;
}

/** How many beats of our own without one of another tell that it is dead. */
const missedBeats = 4;
const logId = 'gateways';
/** Entries after which the log is begun anew. */
const longestLog = 2_000;

/**
 * Every process adds its beat to one log, about once a second, and reads all of them: one whose beats fail to come
 * while several of our own do is dead. Only the order in the log counts, no clock of any machine; a store that is away
 * delays everybody's beats alike.
 */
export function createFellowGateways(options: FellowGatewaysOptions): FellowGateways {
  const { log, owner, beatMs = 1_000, onNotice, onError } = options;
  const stopping = new AbortController();
  /** When each was heard last, in beats of our own, and how often while it was new. */
  const heard = new Map<string, { at: number; beats: number }>();
  const waiting = new Set<() => void>();
  let ownBeats = 0;

  async function beatOn(): Promise<void> {
    let seq = 0;
    let epoch = 0;
    let isOpen = false;
    while (!stopping.signal.aborted) {
      try {
        if (!isOpen) await log.open(logId, { id: owner, epoch });
        isOpen = true;
        await log.append(logId, { id: owner, epoch }, seq, [{ type: 'beat', owner }]);
        seq += 1;
      } catch (error) {
        if (logErrorCode(error) !== 'missing') onError(error);
        isOpen = false;
        epoch += 1;
        seq = 0;
      }
      await delay(isOpen ? beatMs : beatMs / 4, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await hearAll();
      } catch (error) {
        const code = logErrorCode(error);
        if (code !== 'missing' && code !== 'invalid-offset') onError(error);
      }
      await delay(beatMs / 4, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  async function hearAll(): Promise<void> {
    let length = 0;
    for await (const { entries, upToDate } of log.follow(logId, '-1', stopping.signal)) {
      for (const entry of entries) {
        if (entry.type === 'beat') hear(entry.owner, upToDate);
        else if (entry.type === 'attended' || entry.type === 'cancel') onNotice(entry);
      }
      length += entries.length;
      if (length > longestLog) await log.remove(logId);
      for (const resume of waiting) resume();
    }
  }

  function hear(name: string, isFresh: boolean): void {
    if (name === owner) ownBeats += 1;
    // What lies before our own first beat is history.
    const isNews = isFresh && ownBeats > 0;
    heard.set(name, { at: ownBeats, beats: (heard.get(name)?.beats ?? 0) + (isNews ? 1 : 0) });
  }

  /** Of one who was never heard, the beats that it misses count from now. */
  function lookUp(name: string) {
    const known = heard.get(name) ?? { at: ownBeats, beats: 0 };
    heard.set(name, known);
    return { isDead: ownBeats - known.at >= missedBeats, beats: known.beats };
  }

  async function until(name: string, signal: AbortSignal, isEnough: (beats: number) => boolean) {
    const either = AbortSignal.any([signal, stopping.signal]);
    for (;;) {
      const { isDead, beats } = lookUp(name);
      if (isDead) return 'dead';
      if (isEnough(beats)) return 'alive';
      if (either.aborted) return undefined;
      await untilWoken(waiting, either);
    }
  }

  const running = Promise.all([beatOn(), listen()]);
  return {
    async tell(notice) {
      await log.append(logId, { id: `notice:${randomUUID()}`, epoch: 0 }, 0, [notice]);
    },
    untilDead: async (name, signal) => (await until(name, signal, () => false)) === 'dead',
    async isAlive(name, signal) {
      const known = lookUp(name).beats;
      return (await until(name, signal, (beats) => beats > known)) === 'alive';
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
