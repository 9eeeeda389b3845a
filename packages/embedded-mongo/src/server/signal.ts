/** Wakes whoever waits for something to happen. */
export interface Signal {
  notify(): void;
  /** Resolves at the next `notify`, or after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
}

/** Creates a signal nobody waits for. */
export function createSignal(): Signal {
  let waiting = new Set<() => void>();
  return {
    notify: () => {
      if (waiting.size === 0) return;
      const woken = waiting;
      waiting = new Set();
      for (const wake of woken) wake();
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, milliseconds);
        waiting.add(wake);
      }),
  };
}
