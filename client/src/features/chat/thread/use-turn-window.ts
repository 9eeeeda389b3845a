import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

const pageSize = 60;

export interface TurnWindow {
  /** Index of the first turn that is mounted. */
  readonly first: number;
  /** Mounts earlier turns; what is on screen stays where it is. */
  readonly showEarlier: () => void;
  readonly showAll: () => void;
  /** Mounts so many of the newest turns, if there are not more already. */
  readonly showLast: (most: number) => void;
}

/** The newest 60 of `count` turns, and 60 more each time somebody reaches their start. */
export function useTurnWindow(count: number, scroller: RefObject<HTMLElement | null>): TurnWindow {
  const [shown, setShown] = useState(pageSize);
  const fromEnd = useRef<number | undefined>(undefined);
  const first = Math.max(0, count - shown);

  // Before the browser paints, and by distance from the end: what was added lies above.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || fromEnd.current === undefined) return;
    element.scrollTo({ top: element.scrollHeight - fromEnd.current });
    fromEnd.current = undefined;
  });

  const grow = useCallback(
    (by: number) => {
      const element = scroller.current;
      if (element) fromEnd.current = element.scrollHeight - element.scrollTop;
      setShown((held) => held + by);
    },
    [scroller],
  );
  const showEarlier = useCallback(() => grow(pageSize), [grow]);
  const showAll = useCallback(() => grow(Number.MAX_SAFE_INTEGER), [grow]);
  const showLast = useCallback((most: number) => setShown((held) => Math.max(held, most)), []);
  return { first, showEarlier, showAll, showLast };
}
