import type { GatewayLog } from '../core/gateway-log.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { UsageQuery, UsageRecord } from './usage-record.ts';

/** Keeps usage records, off the hot path. */
export interface UsageLog {
  add(record: UsageRecord): void;
  /** Newest first, this worker's latest included. */
  list(query: UsageQuery): Promise<readonly UsageRecord[]>;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface UsageLogOptions {
  readonly store: LedgerStore;
  readonly log: GatewayLog;
}

const writeDelay = 100;
/** Records that wait for a store that cannot be reached; older ones are given up, and their number is logged. */
const waitingAtMost = 10_000;

/** Collects records and writes them together, every 100 ms. */
export function createUsageLog({ store, log }: UsageLogOptions): UsageLog {
  let waiting: UsageRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const records = waiting;
    waiting = [];
    if (records.length === 0) return;
    try {
      await store.append(records);
    } catch (error) {
      const all = [...records, ...waiting];
      waiting = all.slice(-waitingAtMost);
      log.error({ err: error, lost: all.length - waiting.length }, 'Usage records could not be written');
    }
  }

  function writeNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  }

  return {
    add(record) {
      waiting.push(record);
      timer ??= setTimeout(() => void writeNow(), writeDelay).unref();
    },
    async list(query) {
      await writeNow();
      return store.list(query);
    },
    close: writeNow,
  };
}
