import { setTimeout as delay } from 'node:timers/promises';
import type { GenerationEvent } from '@parley/contracts';
import { startOffset, StreamLogError } from '@parley/stream-log';
import type { Batch, LogReader, Offset } from '@parley/stream-log';
import { backOff } from './back-off.ts';

interface FollowCommandsOptions {
  readonly log: LogReader<GenerationEvent>;
  readonly logId: string;
  /** Where the commands begin that are not known yet. */
  readonly after: Offset;
  /** Hears of every entry, the producer's own among them; may be told of the same one twice. */
  readonly onEntry: (event: GenerationEvent) => void;
  /** Waiting for commands failed, and is about to begin again; `isMissing` when there is no log. */
  readonly onFailure: (failure: unknown, isMissing: boolean) => void;
  readonly signal: AbortSignal;
}

export interface CommandFollower {
  /** Begins again at the start of the log, which was made anew. */
  restart(): void;
  /** Resolves when every command that is in the log now has been told of. */
  catchUp(): Promise<void>;
  /** Resolves when the log is sealed or `signal` has aborted; never rejects. */
  readonly ended: Promise<void>;
}

/** Waits for what other hands write to a generation's log. A log that fails or is lost is waited for, too. */
export function followCommands(options: FollowCommandsOptions): CommandFollower {
  const { log, logId, onEntry, onFailure, signal } = options;
  let { after } = options;
  let restarting = new AbortController();
  let failures = 0;

  function tell({ entries, next }: Batch<GenerationEvent>): void {
    for (const event of entries) onEntry(event);
    after = next;
  }

  async function catchUp(): Promise<void> {
    try {
      for (;;) {
        const batch = await log.read(logId, after);
        tell(batch);
        if (batch.upToDate) return;
      }
    } catch (error) {
      // A log that was lost has nothing more to tell.
      if (!isLost(error)) throw error;
    }
  }

  /** Resolves with whether the log is sealed; otherwise it is to begin again. */
  async function follow(): Promise<boolean> {
    const either = AbortSignal.any([signal, restarting.signal]);
    for await (const batch of log.follow(logId, after, either)) {
      failures = 0;
      if (either.aborted) return false;
      tell(batch);
      if (batch.closed) return true;
    }
    if (either.aborted) return false;
    throw new StreamLogError('unavailable', `Nobody tells the news of the log ${logId} any more`);
  }

  async function pauseAfter(failure: unknown): Promise<void> {
    failures += 1;
    const either = AbortSignal.any([signal, restarting.signal]);
    await delay(backOff(failures), undefined, { signal: either }).catch(() => undefined);
    // Offsets of a log that was lost are no good in the one that took its place.
    if (isLost(failure)) after = startOffset;
    const isMissing = failure instanceof StreamLogError && failure.code === 'missing';
    if (!signal.aborted) onFailure(failure, isMissing);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      if (restarting.signal.aborted) {
        restarting = new AbortController();
        after = startOffset;
      }
      try {
        if (await follow()) return;
      } catch (error) {
        if (!restarting.signal.aborted && !signal.aborted) await pauseAfter(error);
      }
    }
  }

  return { restart: () => restarting.abort(), catchUp, ended: run() };
}

/** Whether a log is gone, or another one has taken its place. */
function isLost(error: unknown): boolean {
  return error instanceof StreamLogError && (error.code === 'missing' || error.code === 'invalid-offset');
}
