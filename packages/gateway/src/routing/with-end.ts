import type { Answer, AnswerEnd, Caller } from '../core/call.ts';
import { cancelled, toGatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelUsage } from '../core/model-event.ts';

/**
 * Gives every answer its `ended`, so that wrappers learn how it went without handing on each batch themselves. The
 * reader gets the very promises of the inner iterator: being watched delays nothing.
 */
export function withEnd(next: Caller): Caller {
  return async (call, target, signal) => {
    const answer = await next(call, target, signal);
    return answer.ended === undefined ? watch(answer) : answer;
  };
}

type Step = IteratorResult<readonly ModelEvent[], unknown>;

function watch(answer: Answer): Answer {
  const { promise: ended, resolve } = Promise.withResolvers<AnswerEnd>();
  let usage: ModelUsage | undefined;
  const end = (error?: AnswerEnd['error']): void =>
    resolve({ ...(error === undefined ? {} : { error }), ...(usage === undefined ? {} : { usage }) });

  function note({ done, value }: Step): void {
    if (done === true) {
      end(toGatewayError(new Error('An answer ended without a finish or a failure.')));
      return;
    }
    for (const event of value) {
      if (event.type === 'usage') usage = event.usage;
      else if (event.type === 'finish') end();
      else if (event.type === 'failure') end(event.error);
    }
  }

  const batches: Answer['batches'] = {
    [Symbol.asyncIterator]() {
      const inner = answer.batches[Symbol.asyncIterator]();
      return {
        next() {
          const step = inner.next();
          step.then(note, (thrown: unknown) => end(toGatewayError(thrown)));
          return step;
        },
        async return() {
          end(cancelled());
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { ...answer, batches, ended };
}
