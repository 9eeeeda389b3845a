import { setTimeout as delay } from 'node:timers/promises';
import { generationEventSchema, generationRoutes } from '@parley/contracts';
import { storedAnswer } from './api-client.ts';
import type { Turn } from './api-client.ts';
import { describeError } from './describe-error.ts';
import { RefusedError } from './connection.ts';
import type { Connect } from './connection.ts';
import { createTranscript } from './transcript.ts';
import type { Transcript } from './transcript.ts';

/** Milliseconds before a reader comes back, with up to as much again by chance. */
const backOff = 75;
/** Silent event streams in a row after which a reader polls instead, as the client does. */
const silencesUntilPolling = 1;

/** One tab: it follows a generation to its end, through whatever happens to its connection. */
export interface GenerationReader {
  readonly transcript: Transcript;
  /** `ended` when the log was read to its seal, `never` when that did not happen in time. */
  readonly ended: Promise<'ended' | 'never'>;
  /** Loses the connection now, and has none for so many milliseconds. */
  drop(offlineMs: number): void;
  /** Times it found entries missing and read again from the start. */
  rereads(): number;
  /** The newest reason why its connection ended. */
  trouble(): string;
}

export interface ReaderOptions {
  readonly turn: Turn;
  readonly token: string;
  /** Base URLs; after a connection that failed the next one is asked. */
  readonly addresses: readonly string[];
  /** The index of the first address. */
  readonly firstAddress?: number;
  readonly connect: Connect;
  readonly live: 'sse' | 'long-poll';
  /** Milliseconds until it gives up. */
  readonly patienceMs: number;
}

class MissingEntries extends Error {}

export function startReader(options: ReaderOptions): GenerationReader {
  const { turn, token, addresses, connect, patienceMs } = options;
  const transcript = createTranscript(turn);
  const enough = AbortSignal.timeout(patienceMs);
  let connection = new AbortController();
  let offset = '-1';
  let live = options.live;
  let address = options.firstAddress ?? 0;
  let isClosed = false;
  let offlineUntil = 0;
  let rereads = 0;
  let silences = 0;
  let trouble = '';

  function onBatch(entries: readonly unknown[], next: string, closed: boolean): void {
    for (const entry of entries) {
      const event = generationEventSchema.safeParse(entry);
      if (event.success && transcript.take(event.data) === 'gap') throw new MissingEntries('Entries are missing.');
    }
    if (entries.length > 0) silences = 0;
    offset = next;
    isClosed = closed;
  }

  function recover(error: unknown): void {
    if (connection.signal.aborted) return;
    trouble = describeError(error);
    if (error instanceof MissingEntries || (error instanceof RefusedError && error.status < 500)) {
      offset = '-1';
      rereads += 1;
    }
    if (trouble === 'Nothing came.') silences += 1;
    if (silences >= silencesUntilPolling) live = 'long-poll';
    address += 1;
  }

  /** The log is gone for good once the message is whole: then that is the truth. */
  async function readMessage(error: unknown): Promise<void> {
    if (!(error instanceof RefusedError) || (error.status !== 404 && error.status !== 410)) return;
    const message = await storedAnswer(addresses[address % addresses.length] ?? '', token, turn.started);
    if (message !== undefined && message.status !== 'running') transcript.takeStored(message);
  }

  async function attempt(): Promise<'ended' | 'failed'> {
    connection = new AbortController();
    const base = addresses[address % addresses.length] ?? '';
    const url = new URL(generationRoutes.stream.path.replace(':id', turn.started.generationId), base).href;
    const over = new AbortController();
    const takeBatch: typeof onBatch = (...batch) => {
      // What comes after its connection has been given up is read again by the next one.
      if (!over.signal.aborted) onBatch(...batch);
    };
    const signal = AbortSignal.any([enough, connection.signal]);
    try {
      await connect({ url, token, offset, live, onBatch: takeBatch, signal });
      return 'ended';
    } catch (error) {
      recover(error);
      await readMessage(error);
      return 'failed';
    } finally {
      over.abort();
    }
  }

  async function follow(): Promise<'ended' | 'never'> {
    while (!enough.aborted) {
      const outcome = await attempt();
      if (transcript.isWhole()) return 'ended';
      if (isClosed) offset = '-1';
      const pause = outcome === 'ended' && live === 'long-poll' ? 0 : backOff * (1 + Math.random());
      const wait = Math.max(pause, offlineUntil - performance.now());
      if (wait > 0 && !enough.aborted) await delay(wait);
    }
    return 'never';
  }

  return {
    transcript,
    ended: follow(),
    drop(offlineMs) {
      offlineUntil = performance.now() + offlineMs;
      connection.abort();
    },
    rereads: () => rereads,
    trouble: () => trouble,
  };
}
