/** How long a call may take: ends `expired` when the time is up, not counting what a user takes to answer. */
export interface CallClock {
  readonly expired: AbortSignal;
  /** Stops the time while the promise of a user's or a model's answer is open. */
  during<T>(wait: () => Promise<T>): Promise<T>;
  /** The server is alive: the time begins anew, up to ten times the whole of it. */
  restart(): void;
  stop(): void;
}

const longestFactor = 10;

/** A clock of so many milliseconds, running. */
export function createCallClock(milliseconds: number): CallClock {
  const controller = new AbortController();
  let left = milliseconds;
  let worked = 0;
  let startedAt = performance.now();
  let waits = 0;
  let timer = setTimeout(expire, left);

  function expire(): void {
    controller.abort();
  }

  function pause(): void {
    clearTimeout(timer);
    const passed = performance.now() - startedAt;
    left -= passed;
    worked += passed;
  }

  function run(): void {
    startedAt = performance.now();
    timer = setTimeout(expire, Math.max(0, left));
  }

  return {
    expired: controller.signal,
    async during(wait) {
      waits += 1;
      if (waits === 1) pause();
      try {
        return await wait();
      } finally {
        waits -= 1;
        if (waits === 0 && !controller.signal.aborted) run();
      }
    },
    restart() {
      if (waits > 0 || controller.signal.aborted) return;
      pause();
      left = Math.min(milliseconds, milliseconds * longestFactor - worked);
      run();
    },
    stop() {
      // A wait that is still open must not start the time of a call that is over.
      waits = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}
