/** Work that many may wait for and that is done once; it is given up when nobody waits any more. */
export interface SharedTask<T> {
  readonly isRunning: boolean;
  /** Starts it, or waits with the others for what is running. */
  join(signal: AbortSignal): Promise<T>;
  /** Ends what is running; who waits gets the reason. */
  abort(reason: Error): void;
}

interface Run<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/** A task that has not begun. Whoever's signal ends gets `leaveWith()`; the others go on waiting. */
export function createSharedTask<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  leaveWith: () => Error,
  onEnd: () => void = () => undefined,
): SharedTask<T> {
  let current: Run<T> | undefined;

  function begin(): Run<T> {
    const controller = new AbortController();
    const started = Promise.resolve().then(() => operation(controller.signal));
    const run: Run<T> = { promise: started.finally(() => end(run)), controller, waiters: 0 };
    // Everybody may have left before it fails.
    run.promise.catch(() => undefined);
    current = run;
    return run;
  }

  function end(run: Run<T>): void {
    if (current !== run) return;
    current = undefined;
    onEnd();
  }

  return {
    get isRunning() {
      return current !== undefined;
    },
    abort(reason) {
      current?.controller.abort(reason);
    },
    async join(signal) {
      if (signal.aborted) throw leaveWith();
      const run = current ?? begin();
      const left = Promise.withResolvers<never>();
      const leave = (): void => left.reject(leaveWith());
      signal.addEventListener('abort', leave, { once: true });
      run.waiters += 1;
      try {
        return await Promise.race([run.promise, left.promise]);
      } finally {
        signal.removeEventListener('abort', leave);
        run.waiters -= 1;
        if (run.waiters === 0 && current === run) {
          end(run);
          run.controller.abort();
        }
      }
    },
  };
}
