/** Calls that wait for others, first come, first served. */
export interface WaitingLine {
  readonly length: number;
  /** Resolves when it is this call's turn to look again, when the time is over, or when `signal` aborts. */
  wait(options: WaitOptions): Promise<void>;
  /** It is the next one's turn. */
  wakeNext(): void;
}

export interface WaitOptions {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** For a call that had its turn in vain. */
  readonly atFront: boolean;
}

/** Who waits longer than a timer can looks again and goes on waiting. */
const longestTimer = 2 ** 31 - 1;

/** A line whose first looks again every `pollMs`: of what other processes do, nobody tells. */
export function createWaitingLine(pollMs: number): WaitingLine {
  const waiters: (() => void)[] = [];
  let poll: NodeJS.Timeout | undefined;

  function wakeNext(): void {
    waiters[0]?.();
  }

  return {
    get length() {
      return waiters.length;
    },
    wakeNext,
    async wait({ waitMs, signal, atFront }) {
      if (signal.aborted) return;
      const turn = Promise.withResolvers<void>();
      const wake = (): void => {
        const index = waiters.indexOf(wake);
        if (index >= 0) waiters.splice(index, 1);
        turn.resolve();
      };
      if (atFront) waiters.unshift(wake);
      else waiters.push(wake);
      const timer = setTimeout(wake, Math.min(longestTimer, Math.max(0, waitMs)));
      signal.addEventListener('abort', wake, { once: true });
      poll ??= setInterval(wakeNext, pollMs);
      try {
        await turn.promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        if (waiters.length === 0) {
          clearInterval(poll);
          poll = undefined;
        }
      }
    },
  };
}
