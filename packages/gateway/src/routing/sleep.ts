import { setTimeout as timeout } from 'node:timers/promises';
import { cancelled } from '../core/gateway-error.ts';

/** Waits; rejects with `cancelled` as soon as `signal` aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = async (ms, signal) => {
  try {
    await timeout(ms, undefined, { signal });
  } catch (error) {
    throw cancelled(error);
  }
};

/** Calls `fired` once after `ms`, unless what it returns is called before. */
export type StartTimer = (ms: number, fired: () => void) => () => void;

export const startTimer: StartTimer = (ms, fired) => {
  const timer = setTimeout(fired, ms);
  return () => clearTimeout(timer);
};
