import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

/** The connections to one upstream. */
export interface PoolReport {
  readonly origin: string;
  /** Those that serve a call. */
  readonly running: number;
  readonly free: number;
}

/** Connections to upstreams by origin; empty for a dispatcher that does not tell. */
export function reportPools(dispatcher: Dispatcher): PoolReport[] {
  if (!(dispatcher instanceof Agent)) return [];
  return Object.entries(dispatcher.stats).map(([origin, stats]) => ({
    origin,
    running: stats.running,
    free: 'free' in stats ? stats.free : 0,
  }));
}
