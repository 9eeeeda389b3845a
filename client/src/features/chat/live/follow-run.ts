import { foldMessage, hashText, isGap, messageText, ProblemError } from '@parley/contracts';
import type { GenerationEvent, GenerationFinished, Message, RunningMessage } from '@parley/contracts';
import { backOff } from '../../../lib/log-reader/back-off.ts';
import type { LogConnection, LogReader } from '../../../lib/log-reader/log-reader.ts';
import { pause } from '../../../lib/pause.ts';
import { parseEvent } from './parse-event.ts';

/** Where a log begins (Durable Streams). */
const logStart = '-1';

/** What should never happen and was repaired silently: events that were missing, a text that is not the one written. */
export type RunDefect = 'gap' | 'text-mismatch';

export interface FollowRunOptions {
  readonly message: RunningMessage;
  readonly url: string;
  readonly reader: LogReader;
  /** The message as the server holds it; rejects when it cannot be had. */
  readonly fetchMessage: (signal: AbortSignal) => Promise<Message>;
  readonly signal: AbortSignal;
  /** The message after each batch of events. */
  readonly onMessage: (message: RunningMessage) => void;
  readonly onEvent: (event: GenerationEvent) => void;
  readonly onConnection: (connection: LogConnection) => void;
  readonly onDefect: (defect: RunDefect) => void;
}

/**
 * Reads a generation's log, folds it, and resolves with the message once it is final. What the log cannot give (it
 * expired, events are missing, the text is not the one that was written) is taken from the saved message.
 * Rejects when `signal` aborts or the session has ended.
 */
export async function followRun(options: FollowRunOptions): Promise<Message> {
  const { signal, onConnection, onDefect } = options;
  let { message } = options;
  for (let repairs = 0; ; repairs += 1) {
    const read = await readOn(message, options);
    message = read.message;
    if (read.end === 'finished') return settle(message);
    if (read.end === 'unauthorized') throw new Error('The session has ended.');
    if (read.end === 'gap' || read.end === 'text-mismatch') onDefect(read.end);
    // A first gap may be the network's doing: what was folded is right, so reading on from its offset is enough.
    if (read.end === 'gap' && repairs === 0) continue;

    if (repairs > 0) await pause(backOff(repairs), signal);
    const saved = await fetchUntilThere(options);
    if (saved.status !== 'running') return settle(saved);
    if (read.end === 'gone') onConnection('lost');
    message = resumeFrom(message, saved, read.end, repairs);
  }
}

/**
 * Where to read on while the server still calls the message running. A log that was lost is made anew: its offsets are
 * other ones, and it begins with a snapshot.
 */
function resumeFrom(held: RunningMessage, saved: Message, end: ReadEnd, repairs: number): RunningMessage {
  const { progress } = saved;
  const isAhead = progress !== undefined && (end !== 'gone' || progress.events > held.progress.events);
  const message = isAhead ? { ...saved, progress } : held;
  if (end !== 'gone' && repairs < 2) return message;
  return { ...message, progress: { ...message.progress, offset: logStart } };
}

type ReadEnd = 'finished' | 'gap' | 'text-mismatch' | 'gone' | 'unauthorized';

async function readOn(start: RunningMessage, options: FollowRunOptions) {
  const { reader, url, signal, onMessage, onEvent, onConnection } = options;
  const gap = new AbortController();
  let message = start;
  let found: ReadEnd | undefined;

  try {
    const end = await reader.read({
      url,
      offset: start.progress.offset,
      parse: parseEvent,
      signal: AbortSignal.any([signal, gap.signal]),
      onConnection,
      onBatch(batch) {
        let folded = message;
        for (const event of batch.entries) {
          if (isGap(folded, event)) {
            gap.abort();
            return;
          }
          const next = foldMessage(folded, event);
          if (next !== folded || !('n' in event)) onEvent(event);
          if (event.type === 'generation-finished') found = isIntact(next, event) ? 'finished' : 'text-mismatch';
          folded = next;
        }
        message = { ...folded, progress: { ...folded.progress, offset: batch.offset } };
        if (found !== 'text-mismatch') onMessage(message);
      },
    });
    return { message, end: found ?? (end === 'unauthorized' ? ('unauthorized' as const) : ('gone' as const)) };
  } catch (error) {
    signal.throwIfAborted();
    if (gap.signal.aborted) return { message, end: 'gap' as const };
    throw error;
  }
}

function isIntact(message: Message, finished: GenerationFinished): boolean {
  const text = messageText(message);
  return text.length === finished.textLength && hashText(text) === finished.textHash;
}

/** The saved message, however long the server cannot be reached. */
async function fetchUntilThere({ fetchMessage, signal, onConnection }: FollowRunOptions): Promise<Message> {
  for (let failures = 0; ;) {
    try {
      return await fetchMessage(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error)) throw error;
      failures += 1;
      onConnection('lost');
      await pause(backOff(failures), signal);
    }
  }
}

/** Whether asking again is pointless: the server answered that there is nothing for us. */
function isFinal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429;
}

function settle(message: Message): Message {
  const { progress: _, ...settled } = message;
  return settled;
}
