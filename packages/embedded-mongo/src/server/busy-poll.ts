import { availableParallelism } from 'node:os';

/** Told of what connections ask and get, keeps this thread awake where the next request is about to come. */
export interface BusyPoll {
  /** Bytes of a request have come. */
  requested(connectionId: number): void;
  /** All that a connection has asked for is answered. */
  answered(connectionId: number): void;
}

/** A driver asks for the next document 0.2 to 0.3 ms after it was given one. */
const MILLISECONDS = 0.4;

/**
 * To wake a thread that sleeps in `epoll_wait` costs 30 to 50 µs on a virtual machine, an eighth of a findOne. One client
 * that asks for one thing after another is therefore waited for awake: once it has asked again promptly, the event loop
 * keeps turning for up to 0.4 ms after each of its answers. Who asks late is waited for asleep until prompt again, so
 * that a series of requests wastes 0.4 ms once, and an idle store nothing. (KVM does the same under the name
 * `halt_poll_ns`, Linux's sockets as `SO_BUSY_POLL`.) With requests of several connections the thread is awake anyway,
 * and on a single processor turning would keep the client from its work: there it is never done.
 */
export function createBusyPoll(processors = availableParallelism()): BusyPoll {
  if (processors < 2) return { requested: () => {}, answered: () => {} };
  let answeredLast = 0;
  let answeredAt = 0;
  let isPrompt = false;
  let awakeUntil = 0;
  let turning: NodeJS.Immediate | undefined;
  const turn = (): void => {
    turning = performance.now() < awakeUntil ? setImmediate(turn) : undefined;
  };
  return {
    requested: (connectionId) => {
      isPrompt = connectionId === answeredLast && performance.now() - answeredAt < MILLISECONDS;
      awakeUntil = 0;
    },
    answered: (connectionId) => {
      answeredLast = connectionId;
      answeredAt = performance.now();
      if (!isPrompt) return;
      awakeUntil = answeredAt + MILLISECONDS;
      turning ??= setImmediate(turn);
    },
  };
}
