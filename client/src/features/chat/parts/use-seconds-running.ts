import { useEffect, useState } from 'react';

/** Seconds something ran while it was on this page, once it does not any more; `undefined` where nobody saw it begin. */
export function useSecondsRunning(isRunning: boolean): number | undefined {
  const [seconds, setSeconds] = useState<number>();
  useEffect(() => {
    if (!isRunning) return undefined;
    const start = performance.now();
    return () => setSeconds((performance.now() - start) / 1000);
  }, [isRunning]);
  return isRunning ? undefined : seconds;
}
