import { useEffect, useState } from 'react';

const settleMs = 250;

/** Follows a value that is being typed, a quarter of a second after the last key. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
