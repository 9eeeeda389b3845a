import type { GenerationEvent } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import type { Logger } from 'pino';
import type { GenerationRuns } from './generation-runs.ts';

/** Milliseconds. */
const soleInterval = 5_000;
const sharedInterval = 250;
const chatInterval = 60_000;
const retentionInterval = 3_600_000;
const retention = 24 * 3_600_000;

export interface GenerationUpkeep {
  /**
   * Resumes what an earlier process left behind, then begins to look for abandoned generations and queued prompts
   * whose turn has come, every five seconds, or four times a second where other processes may leave them behind; for
   * expired chats, and for people who were joining or leaving one, every minute, and for expired logs every hour. Call
   * it before the first request.
   */
  start(): Promise<void>;
  stop(): void;
}

interface UpkeepOptions {
  readonly runs: Pick<GenerationRuns, 'resumeAll' | 'resumeAbandoned'>;
  /** Completes removals of conversations that a process did not survive. */
  readonly finishRemovals: () => Promise<void>;
  /** Removes temporary chats whose time is up. */
  readonly removeExpiredChats: () => Promise<void>;
  /** Completes joining and leaving of people that a process did not survive, or could not complete. */
  readonly finishParts: () => Promise<void>;
  readonly log: Pick<StreamLog<GenerationEvent>, 'removeClosedBefore'>;
  /** Nobody else writes answers to this database. */
  readonly isSoleProducer: boolean;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Sees to it that every accepted turn ends, and that logs do not stay for ever. */
export function createGenerationUpkeep({
  runs,
  finishRemovals,
  removeExpiredChats,
  finishParts,
  log,
  isSoleProducer,
  logger,
  now,
}: UpkeepOptions): GenerationUpkeep {
  const timers: NodeJS.Timeout[] = [];

  async function removeExpired(): Promise<void> {
    const removed = await log.removeClosedBefore(new Date(now() - retention));
    if (removed > 0) logger.info({ removed }, 'Expired logs were removed');
  }

  function repeat(interval: number, task: () => Promise<void>): void {
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      task()
        .catch((error: unknown) => logger.error({ err: error }, 'Upkeep of generations failed'))
        .finally(() => (isRunning = false));
    }, interval);
    timers.push(timer.unref());
  }

  return {
    async start() {
      await finishRemovals();
      await finishParts();
      await runs.resumeAll();
      // Only now: a log that was sealed and never saved has been by the line above.
      await removeExpired();
      repeat(isSoleProducer ? soleInterval : sharedInterval, () => runs.resumeAbandoned());
      repeat(chatInterval, removeExpiredChats);
      repeat(chatInterval, finishParts);
      repeat(retentionInterval, async () => {
        await finishRemovals();
        await removeExpired();
      });
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
