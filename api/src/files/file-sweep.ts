import type { Logger } from 'pino';
import type { FileRepository } from '../database/repositories/file-repository.ts';
import type { FileIntake } from './file-intake.ts';

/** Milliseconds. */
const interval = 3_600_000;
const day = 24 * 3_600_000;
/** No upload and no run takes that long, so whoever has not finished in it is dead. */
const longestWrite = 30 * 60_000;

interface FileSweepOptions {
  readonly records: FileRepository;
  readonly intake: Pick<FileIntake, 'discard' | 'remove'>;
  /** Nobody else takes files in for this database: what is unfinished when this process starts stays so. */
  readonly isSoleProducer: boolean;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Removes what dead processes have left half done, and files that have expired. */
export interface FileSweep {
  /** Looks for the first time, then every hour. */
  start(): Promise<void>;
  stop(): void;
}

export function createFileSweep({ records, intake, isSoleProducer, log, now }: FileSweepOptions): FileSweep {
  let timer: NodeJS.Timeout | undefined;

  async function removeLoose(before: Date): Promise<void> {
    for (const { key } of await records.listLooseBefore(before)) {
      if (await records.hasContent(key)) await records.settle(key);
      else await intake.discard(key);
    }
  }

  async function removeExpired(): Promise<void> {
    for (const file of await records.listExpired(new Date(now()))) await intake.remove(file);
  }

  return {
    async start() {
      await removeLoose(new Date(now() + (isSoleProducer ? day : -longestWrite)));
      await removeExpired();
      let isRunning = false;
      timer = setInterval(() => {
        if (isRunning) return;
        isRunning = true;
        removeLoose(new Date(now() - longestWrite))
          .then(removeExpired)
          .catch((error: unknown) => log.error({ err: error }, 'Files could not be tidied up'))
          .finally(() => (isRunning = false));
      }, interval).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}
