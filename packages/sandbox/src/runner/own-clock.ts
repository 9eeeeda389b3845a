/** Counts the time in which something works, without that in which it waits for others. */
export interface OwnClock {
  /** Its time is over. */
  readonly over: AbortSignal;
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Begins to count at once, and never again after `stop`. Harmless when told twice. */
export function createOwnClock(milliseconds: number): OwnClock {
  const ending = new AbortController();
  let left = milliseconds;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const end = () => ending.abort(new Error('Its time is over'));

  const pause = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    left -= performance.now() - since;
  };
  const resume = () => {
    if (timer !== undefined || isStopped) return;
    since = performance.now();
    timer = setTimeout(end, Math.max(0, left));
  };

  resume();
  return {
    over: ending.signal,
    pause,
    resume,
    stop() {
      isStopped = true;
      pause();
    },
  };
}
