import { foldMessage, hashText, messageText } from '@parley/contracts';
import type { GenerationEvent, ProducerEvent, RunningMessage } from '@parley/contracts';
import type { Offset, Producer, StreamLog } from '@parley/stream-log';
import { addMerging } from './merge-deltas.ts';
import type { ProgressSaver } from './progress-saver.ts';
import type { NewEvent, TurnOutcome } from './turn-event.ts';

/** Milliseconds between two appends. */
const appendInterval = 30;

/** Writes one generation's events to its log and keeps the answer they make. */
export interface AnswerWriter {
  /** The answer as the log holds it. */
  message(): RunningMessage;
  /** Takes an event; it is in the log within about 30 ms. */
  write(event: NewEvent): void;
  /** Takes the conversation's title; does nothing once the log is sealed. */
  writeTitle(title: string): void;
  /** Resolves when everything taken so far is in the log and saved. */
  flush(): Promise<void>;
  /** Appends the end, seals the log and resolves with the whole answer. Nothing can be written afterwards. */
  seal(outcome: TurnOutcome, at: Date): Promise<RunningMessage>;
  /** Drops what was not appended or saved yet. */
  discard(): void;
}

interface AnswerWriterOptions {
  readonly log: StreamLog<GenerationEvent>;
  readonly logId: string;
  /** Has opened the log and appended nothing in its epoch. */
  readonly producer: Producer;
  /** The answer as the log holds it. */
  readonly message: RunningMessage;
  readonly saver: ProgressSaver;
  /** An append failed: nothing more can be written. Called once. */
  readonly onBroken: (error: unknown) => void;
}

/** One append is under way at a time, so that events and their numbers cannot overtake each other. */
export function createAnswerWriter({
  log,
  logId,
  producer,
  saver,
  onBroken,
  ...start
}: AnswerWriterOptions): AnswerWriter {
  let { message } = start;
  let waiting: NewEvent[] = [];
  let seq = 0;
  let appending = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let lastAppendAt = -appendInterval;
  let isBroken = false;
  let isSealing = false;

  function takeWaiting(): ProducerEvent[] {
    const first = message.progress.events;
    const events = waiting.map((event, index) => ({ ...event, n: first + index }));
    waiting = [];
    return events;
  }

  function hold(events: readonly ProducerEvent[], offset: Offset): void {
    const folded = events.reduce(foldMessage, message);
    message = { ...folded, progress: { ...folded.progress, offset } };
  }

  async function appendWaiting(): Promise<void> {
    lastAppendAt = performance.now();
    if (waiting.length === 0) return;
    const events = takeWaiting();
    const offset = await log.append(logId, producer, seq, events);
    seq += 1;
    hold(events, offset);
    saver.changed(message);
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function append(): Promise<void> {
    stopTimer();
    appending = appending.then(appendWaiting);
    appending.catch(reportOnce);
    return appending;
  }

  function reportOnce(error: unknown): void {
    if (isBroken) return;
    isBroken = true;
    onBroken(error);
  }

  async function close({ status, finishReason, error }: TurnOutcome, at: Date): Promise<void> {
    const events = takeWaiting();
    const folded = events.reduce(foldMessage, message);
    const { step } = folded.progress;
    const text = messageText(folded);
    let n = folded.progress.events;
    if (status === 'done') {
      events.push({ type: 'step-finished', n, step });
      n += 1;
    }
    events.push({
      type: 'generation-finished',
      n,
      step,
      status,
      finishReason,
      ...(error === undefined ? {} : { error }),
      textLength: text.length,
      textHash: hashText(text),
      at: at.toISOString(),
    });
    hold(events, await log.close(logId, producer, seq, events));
  }

  function write(event: NewEvent): void {
    addMerging(waiting, event);
    const delay = Math.max(0, lastAppendAt + appendInterval - performance.now());
    timer ??= setTimeout(() => void append(), delay);
  }

  return {
    message: () => message,
    write,

    writeTitle(title) {
      if (!isSealing) write({ type: 'title', step: waiting.at(-1)?.step ?? message.progress.step, title });
    },

    async flush() {
      await append();
      await saver.flush();
    },

    async seal(outcome, at) {
      isSealing = true;
      stopTimer();
      appending = appending.then(() => close(outcome, at));
      await appending;
      saver.discard();
      return message;
    },

    discard() {
      stopTimer();
      waiting = [];
      saver.discard();
    },
  };
}
