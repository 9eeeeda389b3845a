import type { ReconnectionScheduler } from '@modelcontextprotocol/client';

const longestDelayMs = 30_000;

const noCancel = (): void => undefined;

/** The waits before broken event streams are opened again: bounded, whatever the server asks for, and all of them stoppable. */
export function createReconnectTimers(): { readonly schedule: ReconnectionScheduler; stop(): void } {
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;
  return {
    schedule(reconnect, delayMs) {
      if (isStopped) return noCancel;
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          reconnect();
        },
        Math.min(Math.max(0, delayMs), longestDelayMs),
      );
      timer.unref();
      timers.add(timer);
      // The SDK remembers one of these for a whole transport; `stop` ends them all.
      return noCancel;
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
