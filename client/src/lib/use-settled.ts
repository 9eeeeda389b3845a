import { useEffect, useState } from 'react';

/** Follows a text that is being typed, so many milliseconds after the last key. */
export function useSettled(value: string, settleMs = 250): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [settleMs, value]);
  return settled;
}
