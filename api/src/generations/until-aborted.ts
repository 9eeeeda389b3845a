import { orAborted } from '../or-aborted.ts';

/**
 * The items of `source` until it ends, or an error: the source's own, or the signal's reason as soon as it aborts, even
 * while the source is silent. The source is then told to end and not waited for.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let isEnded = false;
  try {
    for (;;) {
      const result = await orAborted(iterator.next(), signal);
      if (result.done === true) {
        isEnded = true;
        return;
      }
      yield result.value;
    }
  } finally {
    // Nobody is left to be told of an error that comes after this.
    if (!isEnded) iterator.return?.().catch(() => undefined);
  }
}
