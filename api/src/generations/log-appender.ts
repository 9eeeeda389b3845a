import { setTimeout as delay } from 'node:timers/promises';
import { foldMessage } from '@parley/contracts';
import type { GenerationEvent, NewEvent, ProducerEvent, RunningMessage } from '@parley/contracts';
import { startOffset, StreamLogError } from '@parley/stream-log';
import type { Offset, Producer, StreamLog } from '@parley/stream-log';
import { backOff } from './back-off.ts';
import type { CommandInbox } from './command-inbox.ts';
import { noteMark } from './step-marks.ts';
import type { StepMarks } from './step-marks.ts';

/** More events than a producer writes between two saves of its answer. */
const unsavedAtMost = 1_000_000;

/** Where a producer begins to write. */
export interface LogPosition {
  /** The answer as the log holds it; where the log was lost, as it was last known. */
  readonly message: RunningMessage;
  readonly marks: StepMarks;
  /** How the log lost what `message` holds, if it did. */
  readonly loss: Loss | undefined;
}

/** A log that is not there or empty, or one that went back in time, as Redis does after some restarts. */
export type Loss = 'missing' | 'rolled-back';

export interface LogAppenderOptions {
  readonly log: StreamLog<GenerationEvent>;
  readonly logId: string;
  /** Has opened the log and appended nothing in its epoch. */
  readonly producer: Producer;
  readonly start: LogPosition;
  /** Whether this producer still has to write the answer. Asked before a log is made anew. */
  readonly isOurs: () => Promise<boolean>;
  /** What other hands wrote; a log that is made anew gets back what was not obeyed yet. */
  readonly inbox: CommandInbox;
  /** The log was made anew. */
  readonly onRestated: () => void;
  /** An append must be tried again; told once for each. */
  readonly onDelayed: (error: unknown) => void;
  /** Ends every attempt. */
  readonly signal: AbortSignal;
}

/** Appends one producer's events to a log that may be out of reach or be lost meanwhile. One call at a time. */
export interface LogAppender {
  /** The answer as the log holds it. */
  message(): RunningMessage;
  /** The answer as it will be with these events. */
  preview(events: readonly NewEvent[]): RunningMessage;
  /**
   * Numbers events and resolves when they are in the log, however long it is out of reach. A log that lost what it held
   * gets it back first, as a snapshot. Rejects when a younger producer has the log, it was sealed, or `signal` aborts.
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /** Appends the last events and seals the log, with the promises of `append`. */
  close(events: readonly NewEvent[]): Promise<void>;
  /** Makes the log anew if it is missing. */
  ensure(): Promise<void>;
}

export function createLogAppender(options: LogAppenderOptions): LogAppender {
  const { log, logId, producer, start, isOurs, inbox, onRestated, onDelayed, signal } = options;
  let { message, marks, loss } = start;
  /** How many events readers may hold that `message` does not. */
  let unknown = loss === undefined ? 0 : unsavedAtMost;
  let seq = 0;

  function hold(events: readonly ProducerEvent[], offset: Offset): void {
    for (const event of events) {
      message = foldMessage(message, event);
      marks = noteMark(marks, message, event);
    }
    message = { ...message, progress: { ...message.progress, offset } };
  }

  /** Makes the log anew out of what is known. Its number is one that no reader can have passed. */
  async function restate(lost: Loss): Promise<void> {
    if (!(await isOurs())) throw new Error('The generation is written by somebody else, or was removed.');
    if (lost === 'rolled-back') {
      await takeCommands();
      // Offsets after the point it went back to would be given out twice.
      await log.remove(logId);
      loss = 'missing';
    }
    await log.open(logId, producer);
    const events = numberFrom(message.progress.events + unknown, restatement(message, marks));
    const offset = await log.append(logId, producer, 0, [...events, ...inbox.pending(message.parts)]);
    seq = 1;
    loss = undefined;
    unknown = 0;
    hold(events, offset);
    onRestated();
  }

  async function takeCommands(): Promise<void> {
    for (let after = startOffset, isRead = false; !isRead;) {
      const batch = await log.read(logId, after);
      for (const event of batch.entries) inbox.take(event);
      after = batch.next;
      isRead = batch.upToDate;
    }
  }

  async function attempt(events: readonly NewEvent[], seals: boolean): Promise<void> {
    if (loss === undefined && events.length === 0 && (await log.state(logId)) === 'missing') loss = 'missing';
    if (loss !== undefined) await restate(loss);
    if (events.length === 0) return;
    const numbered = numberFrom(message.progress.events, events);
    const offset = seals
      ? await log.close(logId, producer, seq, numbered)
      : await log.append(logId, producer, seq, numbered);
    seq += 1;
    hold(numbered, offset);
  }

  async function persist(events: readonly NewEvent[], seals: boolean): Promise<void> {
    for (let failures = 0; ;) {
      signal.throwIfAborted();
      try {
        await attempt(events, seals);
        return;
      } catch (error) {
        const found = lossOf(error);
        if (found === undefined && !isPassing(error)) throw error;
        failures += 1;
        if (failures === 1) onDelayed(error);
        if (found !== undefined) {
          loss = found;
          unknown = Math.max(unknown, events.length);
          // Seen for the first time, it is repaired at once.
          if (failures === 1) continue;
        }
      }
      await delay(backOff(failures), undefined, { signal });
    }
  }

  return {
    message: () => message,
    preview: (events) => numberFrom(message.progress.events, events).reduce(foldMessage, message),
    append: (events) => persist(events, false),
    close: (events) => persist(events, true),
    ensure: () => persist([], false),
  };
}

function numberFrom(first: number, events: readonly NewEvent[]): ProducerEvent[] {
  return events.map((event, index) => ({ ...event, n: first + index }));
}

/** The events that lead an empty log to this answer. */
function restatement({ parts, progress, ...message }: RunningMessage, marks: StepMarks): NewEvent[] {
  const { step, attempt } = progress;
  const isUsageMarked = marks.events.some(({ type }) => type === 'usage');
  const usage = isUsageMarked ? marks.usageBefore : message.usage;
  const { trace } = message;
  const held = { ...(usage === undefined ? {} : { usage }), ...(trace === undefined ? {} : { trace }) };
  return [{ type: 'snapshot', step, parts, attempt, ...held }, ...marks.events.map(({ n: _n, ...event }) => event)];
}

/** How a log shows that it does not hold what was written to it. */
function lossOf(error: unknown): Loss | undefined {
  if (!(error instanceof StreamLogError)) return undefined;
  if (error.code === 'missing') return 'missing';
  return error.code === 'sequence-gap' ? 'rolled-back' : undefined;
}

function isPassing(error: unknown): boolean {
  return error instanceof StreamLogError && error.retryable;
}
