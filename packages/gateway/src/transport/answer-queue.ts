import type { ModelEvent } from '../core/model-event.ts';
import type { Writable } from '../core/writable.ts';

type Batch = readonly ModelEvent[];

export interface AnswerQueue {
  readonly batches: AsyncIterable<Batch>;
  /** Adds the events of so many bytes. */
  push(batch: Batch, bytes: number): void;
  /** Nothing more comes. */
  end(): void;
  /** Bytes that wait for the reader. */
  readonly waiting: number;
}

export interface AnswerQueueOptions {
  /** The reader has taken something; `waiting` bytes are left. */
  readonly taken: (waiting: number) => void;
  /** The reader left before the end. */
  readonly left: () => void;
}

/** Hands the batches of one answer to one reader, in order. */
export function createAnswerQueue({ taken, left }: AnswerQueueOptions): AnswerQueue {
  const batches: { readonly batch: Batch; readonly bytes: number }[] = [];
  let isEnded = false;
  let wake: ((result: IteratorResult<Batch, undefined>) => void) | undefined;

  const iterator: AsyncIterableIterator<Batch, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const first = batches.shift();
      if (first) {
        queue.waiting -= first.bytes;
        taken(queue.waiting);
        return Promise.resolve({ done: false, value: first.batch });
      }
      if (isEnded) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => (wake = resolve));
    },
    return() {
      const wasEnded = isEnded;
      isEnded = true;
      batches.length = 0;
      wake?.({ done: true, value: undefined });
      wake = undefined;
      if (!wasEnded) left();
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  const queue: Writable<AnswerQueue> = {
    batches: iterator,
    waiting: 0,
    push(batch, bytes) {
      if (isEnded || batch.length === 0) return;
      if (wake) {
        const resolve = wake;
        wake = undefined;
        resolve({ done: false, value: batch });
        return;
      }
      batches.push({ batch, bytes });
      queue.waiting += bytes;
    },
    end() {
      isEnded = true;
      wake?.({ done: true, value: undefined });
      wake = undefined;
    },
  };
  return queue;
}
