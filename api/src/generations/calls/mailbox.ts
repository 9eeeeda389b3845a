/** What one side puts in, the other takes out in order, until it is closed. */
export interface Mailbox<T, E> {
  put(message: T): void;
  /** The last word, after all messages; the first one counts, and nothing can be put in after it. */
  close(end: E): void;
  /** Waits for the next message or the end. One call at a time. */
  next(): Promise<{ readonly message: T } | { readonly end: E }>;
}

export function createMailbox<T, E>(): Mailbox<T, E> {
  const messages: T[] = [];
  let ended: { readonly end: E } | undefined;
  let waiting: PromiseWithResolvers<void> | undefined;
  return {
    put(message) {
      if (ended === undefined) messages.push(message);
      waiting?.resolve();
    },
    close(end) {
      ended ??= { end };
      waiting?.resolve();
    },
    async next() {
      for (;;) {
        if (messages.length > 0) {
          const [message] = messages.splice(0, 1);
          if (message !== undefined) return { message };
        }
        if (ended !== undefined) return ended;
        waiting = Promise.withResolvers<void>();
        await waiting.promise;
      }
    },
  };
}
