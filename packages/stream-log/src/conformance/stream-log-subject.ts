import { randomUUID } from 'node:crypto';
import type { Batch, Offset, StreamLog, StreamLogStore } from '../stream-log.ts';

/** A program that writes to the store on its own. */
export interface WriterProcess {
  /** Each number, once its append was acknowledged. */
  readonly acknowledged: AsyncIterable<number>;
  /** Ends it with SIGKILL, in mid-append or wherever it is; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A log under test, with what its store allows to be done to it. Entries are numbers. */
export interface StreamLogSubject {
  readonly log: StreamLogStore<number>;
  /** The store as the next run of the program finds it; `undefined` when it ends with the program. */
  readonly reopen: (() => Promise<StreamLogStore<number>>) | undefined;
  /**
   * Starts a program that opens a log as producer `writer` of epoch 0 and appends 0, 1, 2, … to it, each under its own
   * number as sequence number, until it is killed.
   */
  readonly startWriter: ((logId: string) => WriterProcess) | undefined;
  /** Shuts down what is open and clears away the store. */
  dispose(): Promise<void>;
}

export const writer = { id: 'writer', epoch: 0 };

/** A name no other test uses. */
export function newLogId(): string {
  return `generations/${randomUUID()}`;
}

/** Opens a log and appends each batch as `writer`; returns the offsets after them. */
export async function writeBatches(log: StreamLog<number>, id: string, batches: number[][]): Promise<Offset[]> {
  await log.open(id, writer);
  const offsets: Offset[] = [];
  for (const [seq, batch] of batches.entries()) offsets.push(await log.append(id, writer, seq, batch));
  return offsets;
}

/** All entries of a log after an offset, read page by page. */
export async function readAll(log: StreamLog<number>, id: string, after: Offset = '-1', limit?: number) {
  const entries: number[] = [];
  let batch: Batch<number> | undefined;
  do {
    batch = await log.read(id, batch?.next ?? after, limit);
    entries.push(...batch.entries);
  } while (!batch.upToDate);
  return entries;
}
