import { setTimeout as delay } from 'node:timers/promises';
import { createBegunList } from './begun-list.ts';
import type { FellowGateways } from './fellow-gateways.ts';
import { findRecording } from './read-recording.ts';
import type { RecordingStart } from './read-recording.ts';
import { logErrorCode } from './recording-log.ts';
import type { RecordingStore } from './recording-log.ts';

export interface RecordingUpkeepOptions {
  readonly store: RecordingStore;
  /** Name of this process, never used before. */
  readonly owner: string;
  /** Milliseconds that a whole recording is kept after its end. */
  readonly lifeMs: number;
  /** The recordings that this process writes at this moment, by their logs. */
  readonly live: { has(id: string): boolean; keys(): Iterable<string> };
  /** Runs one piece of work about a log at a time. */
  readonly inTurn: (id: string, work: () => Promise<void>) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

/** Removes what nobody can read: old recordings, and those that ended or were left without an answer. */
export interface RecordingUpkeep {
  /** A call begins in a log. */
  begun(id: string): void;
  /** A call ended with an answer: it is kept for its time. */
  keep(id: string): void;
  /** A call ended without an answer: those who wait for it hear why, then the log goes. */
  removeLater(id: string): void;
  /** The recording of a call was given up for that reason: it goes as soon as the store lets us. */
  abandon(id: string, attempt: string, reason: unknown): Promise<void>;
  /** Removes a recording if the process that writes it turns out to be dead. */
  removeIfOrphaned(id: string, start: RecordingStart, fellows: FellowGateways): Promise<void>;
  /** Removes at once what was to go later, and those of `ids` that hold nothing. */
  finish(ids: readonly string[]): Promise<void>;
}

const voidLifeMs = 5_000;
const sweepMs = 60_000;
/** A shared store forgets closed logs by itself; the sweep only picks up what is left, whatever the clocks say. */
const sharedMarginMs = 2 * 3_600_000;
/** Long enough to know of any process whether it lives. */
const verdictMs = 15_000;

/** Begins at once with what an earlier process left half in a store of its own. */
export function createRecordingUpkeep(options: RecordingUpkeepOptions): RecordingUpkeep {
  const { live, inTurn, onError, closing } = options;
  const { log, isShared } = options.store;
  const waiting = new Map<string, NodeJS.Timeout>();
  /** Whole recordings in a store of our own, the oldest first, and until when. */
  const kept = new Map<string, number>();
  // A shared store forgets by itself what nobody writes to.
  const present = () => [...live.keys(), ...kept.keys()];
  const list = isShared ? undefined : createBegunList({ log, owner: options.owner, present, onError });
  const sweep = setInterval(() => void (isShared ? sweepShared() : sweepOwn()), sweepMs).unref();
  closing.addEventListener('abort', () => clearInterval(sweep));
  void removeOrphans();

  async function removeOrphans(): Promise<void> {
    try {
      for (const id of (await list?.takeOver()) ?? []) await inTurn(id, () => adopt(id));
    } catch (error) {
      onError(error);
    }
  }

  /** What an earlier process left whole gets its time again. */
  async function adopt(id: string): Promise<void> {
    await removeUnless(id, 'complete');
    if (live.has(id) || (await findRecording(log, id)) === undefined) return;
    keep(id);
    list?.note(id);
  }

  async function sweepShared(): Promise<void> {
    try {
      await log.removeClosedBefore(new Date(Date.now() - options.lifeMs - sharedMarginMs));
    } catch (error) {
      onError(error);
    }
  }

  async function sweepOwn(): Promise<void> {
    const now = performance.now();
    try {
      for (const [id, until] of kept) {
        if (until > now) return;
        kept.delete(id);
        await inTurn(id, async () => (live.has(id) ? undefined : log.remove(id)));
      }
    } catch (error) {
      onError(error);
    }
  }

  function keep(id: string): void {
    kept.delete(id);
    if (!isShared) kept.set(id, performance.now() + options.lifeMs);
  }

  /** Removes a log unless a call writes to it, or it is whole (or at least has no end yet). */
  async function removeUnless(id: string, state: 'complete' | 'complete-or-open'): Promise<void> {
    const found = await findRecording(log, id);
    if (found === undefined || live.has(id)) return;
    const end = found === 'empty' ? undefined : found.end;
    if (end?.outcome === 'complete' || (end === undefined && state === 'complete-or-open')) return;
    await log.remove(id);
  }

  async function removeVoid(id: string): Promise<void> {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
    try {
      await removeUnless(id, 'complete-or-open');
    } catch (error) {
      onError(error);
    }
  }

  async function removeAttempt(id: string, attempt: string): Promise<void> {
    const found = await findRecording(log, id);
    if (typeof found === 'object' && found.start.attempt === attempt) await log.remove(id);
  }

  return {
    begun(id) {
      clearTimeout(waiting.get(id));
      waiting.delete(id);
      kept.delete(id);
      list?.note(id);
    },
    keep,
    removeLater(id) {
      clearTimeout(waiting.get(id));
      waiting.set(id, setTimeout(() => void inTurn(id, () => removeVoid(id)), voidLifeMs).unref());
    },
    async abandon(id, attempt, reason) {
      const code = logErrorCode(reason);
      // It is not ours any more.
      if (code === 'missing' || code === 'fenced' || code === 'closed') return;
      while (!closing.aborted) {
        try {
          await inTurn(id, () => removeAttempt(id, attempt));
          return;
        } catch (error) {
          onError(error);
        }
        await delay(voidLifeMs, undefined, { signal: closing, ref: false }).catch(() => undefined);
      }
    },
    async removeIfOrphaned(id, { owner, attempt }, fellows) {
      try {
        const signal = AbortSignal.any([closing, AbortSignal.timeout(verdictMs)]);
        if (await fellows.untilDead(owner, signal)) await inTurn(id, () => removeAttempt(id, attempt));
      } catch (error) {
        onError(error);
      }
    },
    async finish(ids) {
      await Promise.all([...waiting.keys(), ...ids].map(removeVoid));
    },
  };
}
