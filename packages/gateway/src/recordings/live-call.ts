import { cancelled } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { AnswerSink } from '../server/answer-sink.ts';
import { createEventNumbering } from './event-numbering.ts';
import type { Recorder, RecordingEnd } from './recorder.ts';
import { createTap } from './tap.ts';
import type { Tap } from './tap.ts';

export interface LiveCallOptions {
  readonly attempt: string;
  /** Digest of the request's body. */
  readonly body: string;
  /** Position in the log from which its `start` is read. */
  readonly from: string;
  readonly recorder: Recorder;
  /** Milliseconds without any reader after which the call is given up. */
  readonly graceMs: number;
  /** Aborts when the gateway closes. */
  readonly closing: AbortSignal;
}

/** An upstream call of this process that is recorded. It belongs to no client: they come and go as its readers. */
export interface LiveCall {
  readonly attempt: string;
  readonly body: string;
  readonly from: string;
  /** Number of the last event so far. */
  readonly last: number;
  /** Aborts when the upstream call is to end: nobody is there any more, or somebody cancelled it. */
  readonly signal: AbortSignal;
  /** Where the one who makes the call puts the answer. Never waits for readers while the call is recorded. */
  readonly sink: AnswerSink;
  /** Resolves when the answer is over and the recording written, or `dropped`. */
  readonly over: Promise<RecordingEnd['outcome']>;
  /** Whether the call was told to end, or ended without an answer: only those who read it already hear of it. */
  readonly isVoid: boolean;
  /** Aborts when the recording ended before the answer, so that nobody can follow it in the log. */
  readonly lost: AbortSignal;
  setHeaders(headers: Readonly<Record<string, string>>): void;
  /** Everything from the first event on, straight from the call, for the client that asked first. */
  readonly tap: Tap;
  /** Counts a reader; the result uncounts it. */
  join(): () => void;
  /** A reader in another process is there at this moment. */
  attended(): void;
  cancel(): void;
  /** To be told when nothing is recorded any more. */
  recordingLost(): void;
}

/** Numbers and records one answer, and keeps its call alive for as long as anybody reads it, and a grace longer. */
export function createLiveCall(options: LiveCallOptions): LiveCall {
  const { attempt, body, from, recorder, graceMs, closing } = options;
  const numbering = createEventNumbering(attempt);
  const stop = new AbortController();
  const lost = new AbortController();
  const over = Promise.withResolvers<RecordingEnd['outcome']>();
  const tap = createTap(() => recorder.isRecording);
  let readers = 0;
  let grace: NodeJS.Timeout | undefined;
  let isOver = false;
  let isVoid = false;

  function say(events: readonly string[]): Promise<void> | undefined {
    if (events.length === 0) return undefined;
    recorder.add({ type: 'events', first: numbering.last - events.length + 1, events: [...events] });
    tap.push(events.join(''), numbering.last);
    // Without a recording the client could not catch up later: it sets the pace, as ever.
    return recorder.isRecording ? undefined : tap.drained();
  }

  function end(entry: RecordingEnd, error?: GatewayError): void {
    if (isOver) return;
    isOver = true;
    isVoid = entry.outcome !== 'complete';
    clearTimeout(grace);
    tap.end(error);
    void recorder.end(entry).then(() => over.resolve(lost.signal.aborted ? 'dropped' : entry.outcome));
  }

  function waitForReaders(): void {
    clearTimeout(grace);
    if (readers > 0 || isOver) return;
    if (recorder.isRecording) grace = setTimeout(() => stop.abort(cancelled()), graceMs).unref();
    else stop.abort(cancelled());
  }

  return {
    attempt,
    body,
    from,
    get isVoid() {
      return isVoid || (stop.signal.aborted && !isOver);
    },
    get last() {
      return numbering.last;
    },
    signal: AbortSignal.any([stop.signal, closing]),
    over: over.promise,
    lost: lost.signal,
    sink: {
      write: (bytes) => say(numbering.push(bytes)),
      fail(error, frame) {
        if (isOver) return;
        const wasCancelled = stop.signal.aborted || closing.aborted;
        if (numbering.last === 0) {
          end({ type: 'end', outcome: wasCancelled ? 'cancelled' : 'refused', error: recordOf(error) }, error);
          return;
        }
        void say([...numbering.end(), ...numbering.push(frame)]);
        end({ type: 'end', outcome: wasCancelled ? 'cancelled' : 'complete', error: recordOf(error) });
      },
      end() {
        void say(numbering.end());
        end({ type: 'end', outcome: 'complete' });
      },
    },
    setHeaders: (headers) => recorder.add({ type: 'headers', headers: { ...headers } }),
    tap,
    join() {
      readers += 1;
      clearTimeout(grace);
      let isThere = true;
      return () => {
        if (!isThere) return;
        isThere = false;
        readers -= 1;
        waitForReaders();
      };
    },
    attended: waitForReaders,
    cancel: () => stop.abort(cancelled()),
    recordingLost() {
      lost.abort(cancelled());
      waitForReaders();
    },
  };
}

function recordOf(error: GatewayError): NonNullable<RecordingEnd['error']> {
  const { code, message, upstreamStatus, vendorCode, param, retryAfterMs } = error;
  return {
    code,
    message,
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
