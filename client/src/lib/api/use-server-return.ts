import { configRoutes, ProblemError } from '@parley/contracts';
import { useEffect, useEffectEvent } from 'react';
import { call } from './call.ts';
import { OfflineError } from './send.ts';

/** Milliseconds. */
const askEvery = 3_000;

/** Whether an error says nothing but that the server is away, or not itself, right now. */
export function isPassing(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof ProblemError && error.status >= 500);
}

/** Calls `onReturn` as soon as the server answers again after an error that may pass by itself. */
export function useServerReturn(error: unknown, onReturn: () => unknown): void {
  const tell = useEffectEvent(onReturn);
  useEffect(() => {
    if (!isPassing(error)) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    const ask = async () => {
      try {
        await call(configRoutes.config, {}, { signal });
      } catch {
        // Still away: asked again with the next tick.
        return;
      }
      if (!signal.aborted) tell();
    };
    const timer = setInterval(() => void ask(), askEvery);
    window.addEventListener('online', () => void ask(), { signal });
    return () => {
      clearInterval(timer);
      leaving.abort();
    };
  }, [error]);
}
