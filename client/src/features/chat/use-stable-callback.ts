import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function of constant identity that always does what the latest render passed; for event handlers of memoised views. */
export function useStableCallback<A extends readonly unknown[], R>(callback: (...values: A) => R): (...values: A) => R {
  const latest = useRef(callback);
  useLayoutEffect(() => {
    latest.current = callback;
  });
  return useCallback((...values: A) => latest.current(...values), []);
}
