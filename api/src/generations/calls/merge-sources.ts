/** Generators that run side by side, each as fast as what it yields is taken. */
export interface MergedSources<K, T> {
  add(key: K, source: AsyncGenerator<T, void>): void;
  has(key: K): boolean;
  readonly size: number;
  /**
   * What comes next of any source, in the order of arrival; a source goes on with its next one only when this is called
   * again. `undefined` when a source has ended, or `wake` was called. Throws what a source throws.
   */
  next(): Promise<T | undefined>;
  /** Lets `next` resolve. */
  wake(): void;
}

type Arrival<K, T> =
  | { readonly key: K; readonly value: T; readonly isDone: false }
  | { readonly key: K; readonly isDone: true }
  | { readonly key: K; readonly error: unknown };

export function mergeSources<K, T>(): MergedSources<K, T> {
  const sources = new Map<K, AsyncGenerator<T, void>>();
  const arrived: Arrival<K, T>[] = [];
  let waiting: PromiseWithResolvers<void> | undefined;
  let isWoken = false;
  /** The source whose value was given out last. */
  let taken: K | undefined;

  function arrive(arrival: Arrival<K, T>): void {
    arrived.push(arrival);
    waiting?.resolve();
  }

  function pull(key: K): void {
    sources
      .get(key)
      ?.next()
      .then(
        (result) => arrive(result.done === true ? { key, isDone: true } : { key, value: result.value, isDone: false }),
        (error: unknown) => arrive({ key, error }),
      );
  }

  return {
    add(key, source) {
      sources.set(key, source);
      pull(key);
    },

    has: (key) => sources.has(key),

    get size() {
      return sources.size;
    },

    async next() {
      if (taken !== undefined) pull(taken);
      taken = undefined;
      if (arrived.length === 0 && !isWoken) {
        waiting = Promise.withResolvers<void>();
        await waiting.promise;
        waiting = undefined;
      }
      isWoken = false;
      const arrival = arrived.shift();
      if (arrival === undefined) return undefined;
      if ('error' in arrival) throw arrival.error;
      if (arrival.isDone) {
        sources.delete(arrival.key);
        return undefined;
      }
      taken = arrival.key;
      return arrival.value;
    },

    wake() {
      isWoken = true;
      waiting?.resolve();
    },
  };
}
