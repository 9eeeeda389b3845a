import type { Answer } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { Bill } from './create-bill.ts';

/**
 * The same answer, seen by its bill as it passes: batches go on as they are, and the bill is closed before the last one
 * is handed on, or when nobody reads on, or when the call is aborted.
 */
export function watchAnswer(answer: Answer, bill: Bill, signal: AbortSignal): Answer {
  const abandon = (): void => bill.close();
  // Without anything held, nothing is lost when a call that nobody reads leaves no record.
  const { isHolding } = bill;
  if (isHolding) {
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) abandon();
  }
  const over = (): void => {
    if (isHolding) signal.removeEventListener('abort', abandon);
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
