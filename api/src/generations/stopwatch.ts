/** Measures work: the time that passes while nobody holds it. */
export interface Stopwatch {
  /** Milliseconds so far. */
  elapsed(): number;
  /** Stops the time until the returned function is called; several may hold it at once. */
  hold(): () => void;
  /** Aborts when so many milliseconds have been measured in all. */
  alarm(milliseconds: number): AbortSignal;
  /** Ends all alarms without a sound. */
  close(): void;
}

interface Alarm {
  readonly at: number;
  readonly controller: AbortController;
  timer?: NodeJS.Timeout;
}

/** The longest that a timer of Node.js can be set to. */
const longestTimer = 2 ** 31 - 1;

/** Starts one, with what was measured `before`. `now` is in milliseconds. */
export function startStopwatch(now: () => number, before = 0): Stopwatch {
  const alarms = new Set<Alarm>();
  let measured = before;
  let runningSince: number | undefined = now();
  let holders = 0;

  function elapsed(): number {
    // The clock of a machine may be set back.
    return measured + (runningSince === undefined ? 0 : Math.max(0, now() - runningSince));
  }

  function set(alarm: Alarm): void {
    const rest = Math.min(longestTimer, Math.max(0, alarm.at - elapsed()));
    alarm.timer = setTimeout(() => ring(alarm), rest).unref();
  }

  function ring(alarm: Alarm): void {
    if (elapsed() < alarm.at) {
      set(alarm);
      return;
    }
    alarms.delete(alarm);
    alarm.controller.abort(new DOMException('The time is up.', 'TimeoutError'));
  }

  function resume(): void {
    holders -= 1;
    if (holders > 0) return;
    runningSince = now();
    for (const alarm of alarms) set(alarm);
  }

  return {
    elapsed,

    hold() {
      holders += 1;
      if (holders === 1) {
        measured = elapsed();
        runningSince = undefined;
        for (const { timer } of alarms) clearTimeout(timer);
      }
      let isHeld = true;
      return () => {
        if (isHeld) resume();
        isHeld = false;
      };
    },

    alarm(milliseconds) {
      const alarm: Alarm = { at: milliseconds, controller: new AbortController() };
      alarms.add(alarm);
      if (runningSince !== undefined) set(alarm);
      return alarm.controller.signal;
    },

    close() {
      for (const { timer } of alarms) clearTimeout(timer);
      alarms.clear();
    },
  };
}
