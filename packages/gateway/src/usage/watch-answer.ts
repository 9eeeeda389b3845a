import type { Answer } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Bill } from './create-bill.ts';

/**
 * The same answer, seen by its bill as it passes: batches go on as they are, and the bill is closed before the last one
 * is handed on, or when nobody reads on, or when `signal` aborts.
 */
export function watchAnswer(answer: Answer, bill: Bill, signal: AbortSignal | undefined): Answer {
  const abandon = (): void => bill.close();
  // Without anything held, nothing is lost when a call that nobody reads leaves no record.
  const leaving = bill.isHolding ? signal : undefined;
  if (leaving) {
    leaving.addEventListener('abort', abandon, { once: true });
    if (leaving.aborted) abandon();
  }
  const over = (): void => {
    leaving?.removeEventListener('abort', abandon);
    bill.close();
  };

  const note = ({ done, value }: IteratorResult<readonly ModelEvent[], unknown>): void => {
    if (done === true || bill.see(value)) over();
  };

  const batches: AsyncIterable<readonly ModelEvent[]> = {
    [Symbol.asyncIterator]() {
      const inner = answer.batches[Symbol.asyncIterator]();
      return {
        next() {
          const step = inner.next();
          // Before whoever reads: the charge is known when the end is. Being watched delays nothing.
          step.then(note, over);
          return step;
        },
        async return() {
          over();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { ...answer, batches };
}
