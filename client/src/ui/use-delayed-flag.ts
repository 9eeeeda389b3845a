import { useEffect, useRef, useState } from 'react';

/** Follows `active`, but turns on only after 200 ms and then stays on for at least 400 ms, so nothing flickers. */
export function useDelayedFlag(active: boolean): boolean {
  const [shown, setShown] = useState(false);
  const shownAt = useRef(0);
  useEffect(() => {
    if (active === shown) return undefined;
    const wait = active ? 200 : Math.max(0, shownAt.current + 400 - performance.now());
    const timer = setTimeout(() => {
      if (active) shownAt.current = performance.now();
      setShown(active);
    }, wait);
    return () => clearTimeout(timer);
  }, [active, shown]);
  return shown;
}
