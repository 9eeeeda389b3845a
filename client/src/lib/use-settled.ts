import { useEffect, useState } from 'react';

/** Milliseconds after the last key. */
const settleMs = 250;

/** Follows a text that is being typed, a quarter of a second after the last key. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
