import { hashText, messageText } from '@parley/contracts';
import type { NewEvent, RunningMessage } from '@parley/contracts';
import { createLogAppender } from './log-appender.ts';
import type { LogAppenderOptions } from './log-appender.ts';
import { addMerging } from './merge-deltas.ts';
import type { ProgressSaver } from './progress-saver.ts';
import { isNested } from './step-marks.ts';
import type { TurnOutcome } from './turn-event.ts';

/** Milliseconds between two appends. */
const defaultAppendInterval = 30;

/** Writes one generation's events to its log and keeps the answer they make. */
export interface AnswerWriter {
  /** The answer as the log holds it. */
  message(): RunningMessage;
  /** Takes an event; it is in the log within about 30 ms, or as soon as the log can be reached again. */
  write(event: NewEvent): void;
  /** Takes the conversation's title; does nothing once the log is sealed. */
  writeTitle(title: string): void;
  /** Resolves when everything taken so far is in the log. */
  written(): Promise<void>;
  /** Resolves when everything taken so far is in the log and saved. */
  flush(): Promise<void>;
  /** Sees to it that the log is there, although there is nothing to write. */
  ensureLog(): Promise<void>;
  /** Appends the end, seals the log and resolves with the whole answer. Nothing can be written afterwards. */
  seal(outcome: TurnOutcome, at: Date): Promise<RunningMessage>;
  /** Drops what was not appended or saved yet. */
  discard(): void;
}

export interface AnswerWriterOptions extends Omit<LogAppenderOptions, 'signal'> {
  readonly saver: ProgressSaver;
  /** Milliseconds between two appends; deltas of that time are merged. */
  readonly appendIntervalMs?: number | undefined;
  /** An append failed for good: nothing more can be written. Called once. */
  readonly onBroken: (error: unknown) => void;
}

/** One append is under way at a time, so that events and their numbers cannot overtake each other. */
export function createAnswerWriter(options: AnswerWriterOptions): AnswerWriter {
  const { saver, onBroken, appendIntervalMs = defaultAppendInterval } = options;
  const discarded = new AbortController();
  const appender = createLogAppender({ ...options, signal: discarded.signal });
  let waiting: NewEvent[] = [];
  let appending = Promise.resolve();
  /** The append that comes after the one under way. */
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastAppendAt = -appendIntervalMs;
  let isBroken = false;
  let isSealing = false;

  async function appendWaiting(): Promise<void> {
    next = undefined;
    lastAppendAt = performance.now();
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    await appender.append(events);
    saver.changed(appender.message());
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function then(task: () => Promise<void>): Promise<void> {
    appending = appending.then(task);
    appending.catch(reportOnce);
    return appending;
  }

  function append(): Promise<void> {
    stopTimer();
    next ??= then(appendWaiting);
    return next;
  }

  function reportOnce(error: unknown): void {
    if (isBroken || discarded.signal.aborted) return;
    isBroken = true;
    onBroken(error);
  }

  async function close({ status, finishReason, error, trace }: TurnOutcome, at: Date): Promise<void> {
    const folded = appender.preview(waiting);
    const { step } = folded.progress;
    const text = messageText(folded);
    const events = waiting;
    waiting = [];
    if (status === 'done' || trace !== undefined) {
      events.push({ type: 'step-finished', step, ...(trace === undefined ? {} : { trace }) });
    }
    events.push({
      type: 'generation-finished',
      step,
      status,
      finishReason,
      ...(error === undefined ? {} : { error }),
      textLength: text.length,
      textHash: hashText(text),
      at: at.toISOString(),
    });
    await appender.close(events);
  }

  function write(event: NewEvent): void {
    addMerging(waiting, event);
    const pause = lastAppendAt + appendIntervalMs - performance.now();
    if (pause > 0) timer ??= setTimeout(() => void append(), pause);
    else void append();
  }

  return {
    message: () => appender.message(),
    write,

    writeTitle(title) {
      const step = waiting.findLast((event) => !isNested(event))?.step ?? appender.message().progress.step;
      if (!isSealing) write({ type: 'title', step, title });
    },

    written: () => append(),

    async flush() {
      await append();
      await saver.flush();
    },

    async ensureLog() {
      if (!isSealing) await then(() => appender.ensure());
    },

    async seal(outcome, at) {
      isSealing = true;
      stopTimer();
      await then(() => close(outcome, at));
      saver.discard();
      return appender.message();
    },

    discard() {
      discarded.abort();
      stopTimer();
      waiting = [];
      saver.discard();
    },
  };
}
