/** Events from one that makes them to one that reads them. */
export interface EventChannel<T> {
  /** Adds one; resolves when all up to it are read, or nobody reads any more. */
  push(event: T): Promise<void>;
  /** No more will come. */
  end(): void;
  read(): AsyncGenerator<T, void>;
}

interface Unread<T> {
  event: T;
  /** Who waits until it is read. */
  readonly done: (() => void)[];
}

/** `join` may make one event of the last unread one and a new one, so that a slow reader costs little. */
export function createEventChannel<T>(join: (last: T, next: T) => T | undefined): EventChannel<T> {
  let unread: Unread<T>[] = [];
  let changed = Promise.withResolvers<void>();
  let isEnded = false;
  let isRead = true;

  const wake = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  return {
    push(event) {
      if (!isRead) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const last = unread.at(-1);
      const joined = last === undefined ? undefined : join(last.event, event);
      if (last === undefined || joined === undefined) {
        unread.push({ event, done: [resolve] });
      } else {
        last.event = joined;
        last.done.push(resolve);
      }
      wake();
      return promise;
    },
    end() {
      isEnded = true;
      wake();
    },
    async *read() {
      let current: Unread<T> | undefined;
      try {
        for (;;) {
          current = unread.shift();
          if (current !== undefined) {
            yield current.event;
            for (const done of current.done) done();
          } else if (isEnded) {
            return;
          } else {
            await changed.promise;
          }
        }
      } finally {
        isRead = false;
        for (const { done } of current === undefined ? unread : [current, ...unread]) for (const each of done) each();
        unread = [];
      }
    },
  };
}
