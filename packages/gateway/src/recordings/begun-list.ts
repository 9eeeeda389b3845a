import { logErrorCode } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';

export interface BegunListOptions {
  readonly log: RecordingLog;
  /** Name of this process, never used before. */
  readonly owner: string;
  /** The recordings that are there at this moment. */
  readonly present: () => Iterable<string>;
  readonly onError: (error: unknown) => void;
}

/** Which recordings were begun in a store that one process has to itself. */
export interface BegunList {
  /** Remembers one, soon. Never waits. */
  note(id: string): void;
  /** Those that earlier processes began, as far as they are remembered; they are forgotten now. To be called first. */
  takeOver(): Promise<string[]>;
}

const logId = 'begun';
const longestList = 500;

/** A log of its own in the same store, so that what a crash left half can be found and removed at the next start. */
export function createBegunList({ log, owner, present, onError }: BegunListOptions): BegunList {
  let epoch = 0;
  let seq = 0;
  let length = 0;
  let last: Promise<void> = Promise.resolve();

  async function add(ids: readonly string[]): Promise<void> {
    const producer = { id: owner, epoch };
    if (seq === 0) await log.open(logId, producer);
    await log.append(logId, producer, seq, [{ type: 'begun', ids: [...ids] }]);
    seq += 1;
    length += 1;
  }

  async function renew(): Promise<void> {
    await log.remove(logId);
    epoch += 1;
    seq = 0;
    length = 0;
    await add([...present()]);
  }

  async function readAll(): Promise<string[]> {
    const ids: string[] = [];
    try {
      for (let after = '-1'; ;) {
        const { entries, next, upToDate } = await log.read(logId, after);
        for (const entry of entries) if (entry.type === 'begun') ids.push(...entry.ids);
        if (upToDate) return ids;
        after = next;
      }
    } catch (error) {
      if (logErrorCode(error) === 'missing') return ids;
      throw error;
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.then(() => undefined, onError);
    return mine;
  }

  return {
    note(id) {
      // A failure was told by then; it costs a removal at the next start.
      inTurn(() => (length < longestList ? add([id]) : renew())).catch(() => undefined);
    },
    takeOver: () =>
      inTurn(async () => {
        const ids = await readAll();
        await log.remove(logId);
        return ids;
      }),
  };
}
