import { SandboxError } from '../core/sandbox-error.ts';

/** Bounds the time spent waiting for a box, without the time its caller takes in between. */
export interface BoxDeadline {
  /** Aborts with a `SandboxError` when the time is over, and as the caller's signal does. */
  readonly signal: AbortSignal;
  /** Ends everything that uses the signal, for this reason. */
  fail(reason: unknown): void;
  /** Gives that many more milliseconds. */
  prolong(milliseconds: number): void;
  /** Stops the clock, until `go`. */
  hold(): void;
  go(): void;
  /** Ends what still uses the signal, for nobody wants it any more; call it in `finally`. */
  end(): void;
}

/** A deadline that runs for so many milliseconds from now. */
export function createBoxDeadline(signal: AbortSignal, milliseconds: number): BoxDeadline {
  const own = new AbortController();
  let left = milliseconds;
  let started = performance.now();
  let timer: NodeJS.Timeout | undefined;

  const expire = () => own.abort(new SandboxError('engine', 'The container did not answer in time.'));
  const hold = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    left -= performance.now() - started;
  };
  const go = () => {
    if (timer !== undefined) return;
    started = performance.now();
    timer = setTimeout(expire, Math.max(0, left));
  };
  go();
  const prolong = (more: number) => {
    const isHeld = timer === undefined;
    hold();
    left += more;
    if (!isHeld) go();
  };

  return {
    signal: AbortSignal.any([signal, own.signal]),
    fail: (reason) => own.abort(reason),
    prolong,
    hold,
    go,
    end() {
      hold();
      own.abort(new SandboxError('engine', 'What was read from the container is not wanted any more.'));
    },
  };
}
