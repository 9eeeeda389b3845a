import { backOff } from './back-off.ts';
import type { LogBatch } from './log-batch.ts';
import { type LiveMode, readConnection } from './log-connection.ts';
import { createBrowserPageSignals, type PageSignals } from './page-signals.ts';
import { untilShown, waitUnlessWoken } from './page-waits.ts';

/** Why reading ended: the log is closed, no longer there (or never was), or may not be read by this session. */
export type LogEnd = 'closed' | 'gone' | 'unauthorized';

/** `lost` while two or more requests in a row have failed. */
export type LogConnection = 'live' | 'lost';

export interface ReadLogOptions<E> {
  /** Without a query. */
  readonly url: string;
  /** Where to begin: an offset the log has given out, or `-1`. */
  readonly offset: string;
  /** An entry, or `undefined` for one to leave out. */
  readonly parse: (value: unknown) => E | undefined;
  readonly signal: AbortSignal;
  /** Batches in order, each once. */
  readonly onBatch: (batch: LogBatch<E>) => void;
  /** Hears of changes only. */
  readonly onConnection?: (connection: LogConnection) => void;
}

export interface LogReader {
  /** Reads until the log ends. Network trouble is waited out, however long; rejects only when `signal` aborts. */
  read<E>(options: ReadLogOptions<E>): Promise<LogEnd>;
}

export interface LogReaderDependencies {
  /** Adds the credentials; retries once with fresh ones on 401. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly page?: PageSignals;
  readonly random?: () => number;
}

/** Lets a few batches gather, where each one costs a request. */
const pollPauseMs = 150;

/**
 * Reads Durable Streams logs over SSE, or over long-polling once a proxy turned out to hold SSE back. Goes on from the
 * last offset after every interruption: with jittered back-off, and at once when the page or the network returns.
 */
export function createLogReader(dependencies: LogReaderDependencies): LogReader {
  const { fetch, page = createBrowserPageSignals(), random } = dependencies;
  // A property of the network path, not of one log: the next log need not wait 20 s to learn it again.
  let mode: LiveMode = 'sse';

  async function read<E>(options: ReadLogOptions<E>): Promise<LogEnd> {
    const { url, parse, signal, onBatch, onConnection } = options;
    let { offset } = options;
    let failures = 0;
    let connection: LogConnection | undefined;
    const announce = (next: LogConnection) => {
      if (next !== connection) onConnection?.(next);
      connection = next;
    };
    for (;;) {
      let entriesRead = 0;
      const end = await readConnection({
        url: `${url}?offset=${encodeURIComponent(offset)}&live=${mode}`,
        mode,
        fetch,
        page,
        signal,
        onBytes() {
          failures = 0;
          announce('live');
        },
        onBatch(batch) {
          entriesRead += batch.entries.length;
          offset = batch.offset;
          const entries: E[] = [];
          for (const value of batch.entries) {
            const entry = parse(value);
            if (entry !== undefined) entries.push(entry);
          }
          onBatch({ ...batch, entries });
        },
      });
      switch (end.type) {
        case 'closed':
        case 'gone':
        case 'unauthorized':
          return end.type;
        case 'silent':
          mode = 'long-poll';
          failures += 1;
          if (failures > 1) announce('lost');
          break;
        case 'interrupted':
          mode = 'sse';
          break;
        case 'released':
          await untilShown(page, signal);
          break;
        case 'ended':
          // The server ends long responses as a matter of course; the pause keeps one that always does from spinning us.
          if (entriesRead === 0) await waitUnlessWoken(page, backOff(1, random), signal);
          else if (mode === 'long-poll') await waitUnlessWoken(page, pollPauseMs, signal);
          break;
        case 'failed': {
          failures += 1;
          if (failures > 1) announce('lost');
          await waitUnlessWoken(page, Math.max(end.retryAfterMs, backOff(failures, random)), signal);
          break;
        }
      }
    }
  }

  return { read };
}
