import type { Caller } from '../core/call.ts';
import type { ModelEvent } from '../core/model-event.ts';

/**
 * Where the client waits for one whole answer, reads it to its end before it resolves: one that breaks off then is a
 * call that failed, which can be made again elsewhere, for nobody has seen a word of it.
 */
export function withWholeAnswer(next: Caller): Caller {
  return async (call, target, signal) => {
    const answer = await next(call, target, signal);
    if (call.isStream) return answer;
    const events: ModelEvent[] = [];
    for await (const batch of answer.batches) events.push(...batch);
    const last = events.at(-1);
    if (last?.type === 'failure') throw last.error;
    return { ...answer, batches: onceOf(events) };
  };
}

type Batches = AsyncIterableIterator<readonly ModelEvent[], undefined>;

/** Written out, since a generator costs three times as much to make and run. */
function onceOf(events: readonly ModelEvent[]): Batches {
  let isGiven = false;
  function step(isLast: boolean): ReturnType<Batches['next']> {
    isGiven = true;
    return Promise.resolve(isLast ? { done: true, value: undefined } : { done: false, value: events });
  }
  const batches: Batches = {
    [Symbol.asyncIterator]: () => batches,
    next: () => step(isGiven),
    return: () => step(true),
  };
  return batches;
}
