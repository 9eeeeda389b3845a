import { foldMessage } from '@parley/contracts';
import type { GenerationEvent, RunningMessage } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import { startOffset } from '@parley/stream-log';

/** Where a generation stands according to its log. */
export interface RestoredAnswer {
  readonly message: RunningMessage;
  /** The step to go on with. */
  readonly step: number;
  /** That step was begun and not finished: what it wrote must be written again. */
  readonly isInterrupted: boolean;
  readonly isStopRequested: boolean;
  /** When the log was sealed, if it was. */
  readonly finishedAt: Date | undefined;
}

interface RestoreOptions {
  readonly log: StreamLog<GenerationEvent>;
  readonly logId: string;
  readonly empty: RunningMessage;
  /** The answer as it was last saved. */
  readonly saved: RunningMessage;
}

/**
 * Folds a log into the answer it makes. The log is the truth even where it knows less than the saved answer; only
 * what a log that was lost and begun again does not hold is taken from there.
 */
export async function restoreAnswer({ log, logId, empty, saved }: RestoreOptions): Promise<RestoredAnswer> {
  let message: RunningMessage | undefined;
  let newest: GenerationEvent['type'] | undefined;
  let isStopRequested = false;
  let finishedAt: Date | undefined;
  let offset = startOffset;
  for (;;) {
    const batch = await log.read(logId, offset);
    for (const event of batch.entries) {
      if (event.type === 'stop-requested') isStopRequested = true;
      if (!('n' in event)) continue;
      message = foldMessage(message ?? (event.n === 0 ? empty : saved), event);
      if (event.type !== 'title') newest = event.type;
      if (event.type === 'generation-finished') finishedAt = new Date(event.at);
    }
    offset = batch.next;
    if (batch.upToDate) break;
  }
  message ??= saved;
  const { progress } = message;
  return {
    message: { ...message, progress: { ...progress, offset } },
    step: newest === 'step-finished' ? progress.step + 1 : progress.step,
    isInterrupted: progress.events > 0 && newest !== 'generation-started' && newest !== 'step-finished',
    isStopRequested,
    finishedAt,
  };
}
