import { setTimeout as delay } from 'node:timers/promises';
import { logErrorCode } from './recording-log.ts';
import type { RecordingEntry, RecordingLog, RecordingProducer } from './recording-log.ts';

export type RecordingEnd = Extract<RecordingEntry, { type: 'end' }>;
type Addition = Extract<RecordingEntry, { type: 'headers' | 'events' }>;

export interface RecorderOptions {
  readonly log: RecordingLog;
  readonly id: string;
  readonly producer: RecordingProducer;
  /** Milliseconds that what comes is gathered before it is appended. */
  readonly gatherMs: () => number;
  /** Whether a whole recording is sealed, for a store that forgets sealed logs by itself; else its `end` is enough. */
  readonly seals: boolean;
  /** Most characters of one recording. */
  readonly maxLength: number;
  /** The recording ended before its answer: why, for the log of the gateway. Called at most once. */
  readonly onLost: (reason: unknown) => void;
}

export interface Recorder {
  /** Takes note of headers or events; they are written soon, in order. Never waits. */
  add(entry: Addition): void;
  /** Writes what is left and the end; a `complete` one may seal the log. Resolves when that is done, or the recording lost. */
  end(entry: RecordingEnd): Promise<void>;
  /** Whether what is added still gets into the recording. */
  readonly isRecording: boolean;
}

/** How long a store that cannot be reached is asked again, in milliseconds: a restart of Redis, with room to spare. */
const patience = 15_000;
const pauseMs = 250;
/** Length of the texts in one entry, so that readers get them in portions. */
const entryLength = 256 * 1024;

/** Writes what a call says into its log, in batches, beside the call. The log is open and its `start` (seq 0) written. */
export function createRecorder({ log, id, producer, gatherMs, seals, maxLength, onLost }: RecorderOptions): Recorder {
  let queue: RecordingEntry[] = [];
  let seq = 1;
  let total = 0;
  let room = 0;
  let isRecording = true;
  let isLost = false;
  let running: Promise<void> | undefined;
  const ending = new AbortController();

  function lose(reason: unknown): void {
    if (isLost) return;
    isLost = true;
    isRecording = false;
    queue = [];
    onLost(reason);
  }

  async function run(): Promise<void> {
    // What arrives meanwhile goes along; the end does not wait.
    await delay(gatherMs(), undefined, { signal: ending.signal }).catch(() => undefined);
    await write('append');
    running = isRecording && queue.length > 0 ? run() : undefined;
  }

  async function write(how: 'append' | 'close'): Promise<void> {
    const entries = queue;
    if (entries.length === 0 || isLost) return;
    queue = [];
    room = 0;
    const until = performance.now() + patience;
    for (;;) {
      try {
        await log[how](id, producer, seq, entries);
        seq += 1;
        return;
      } catch (error) {
        if (logErrorCode(error) !== 'unavailable' || performance.now() > until) {
          lose(error);
          return;
        }
        await delay(pauseMs);
      }
    }
  }

  async function finish(entry: RecordingEnd): Promise<void> {
    isRecording = false;
    ending.abort();
    await running;
    queue.push(entry);
    await write(seals && entry.outcome === 'complete' ? 'close' : 'append');
  }

  function addEvents(entry: Extract<Addition, { type: 'events' }>): void {
    const length = entry.events.reduce((sum, event) => sum + event.length, 0);
    const last = queue.at(-1);
    room -= length;
    if (last?.type === 'events' && room > 0) last.events.push(...entry.events);
    else {
      queue.push({ ...entry, events: [...entry.events] });
      room = entryLength - length;
    }
    total += length;
  }

  return {
    get isRecording() {
      return isRecording;
    },
    add(entry) {
      if (!isRecording) return;
      if (entry.type === 'events') addEvents(entry);
      else queue.push(entry);
      if (total > maxLength) {
        queue = [];
        const reason = new Error(`The answer is longer than ${maxLength} characters`);
        void finish({ type: 'end', outcome: 'dropped' }).then(() => lose(reason));
        return;
      }
      running ??= run();
    },
    async end(entry) {
      if (isRecording) await finish(entry);
    },
  };
}
