import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { whenIdle } from '../../../lib/when-idle.ts';
import type { Turn } from './thread-turns.ts';

const pageSize = 60;
/** Characters that are mounted at once when a chat opens, and with each step after that; a turn counts for some more. */
const openingSize = 6_000;
const stepSize = 15_000;
const turnSize = 300;

export interface TurnWindow {
  /** Index of the first turn that is mounted. */
  readonly first: number;
  /** Mounts earlier turns; what is on screen stays where it is. Absent while the newest are still being mounted. */
  readonly showEarlier: (() => void) | undefined;
  readonly showAll: () => void;
  /** Mounts so many of the newest turns, if there are not more already. */
  readonly showLast: (most: number) => void;
}

/**
 * The newest 60 turns, and 60 more each time somebody reaches their start. When a chat opens, those that fill the window
 * come first, and the others as soon as the browser has painted them.
 */
export function useTurnWindow(turns: readonly Turn[], scroller: RefObject<HTMLElement | null>): TurnWindow {
  const [shown, setShown] = useState(0);
  const fromEnd = useRef<number | undefined>(undefined);
  const isOpening = shown === 0;
  if (isOpening && turns.length > 0) setShown(withMore(turns, 0, openingSize));
  const first = Math.max(0, turns.length - shown);

  // Before the browser paints, and by distance from the end: what was added lies above.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || fromEnd.current === undefined) return;
    element.scrollTo({ top: element.scrollHeight - fromEnd.current });
    fromEnd.current = undefined;
  });
  // Before the browser decides what is out of sight and need not be laid out.
  useLayoutEffect(() => {
    if (!isOpening) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller, isOpening]);

  const grow = useCallback(
    (next: (held: number) => number) => {
      const element = scroller.current;
      if (element) fromEnd.current = element.scrollHeight - element.scrollTop;
      setShown(next);
    },
    [scroller],
  );
  const isWhole = shown >= pageSize;
  useEffect(() => {
    if (isOpening || isWhole) return undefined;
    let isLeft = false;
    // At once, so that nobody scrolls between the look at the position and what is mounted above it.
    whenIdle(() => {
      if (!isLeft) flushSync(() => grow((held) => Math.max(held, withMore(turns, shown, stepSize))));
    });
    return () => {
      isLeft = true;
    };
  }, [turns, shown, isOpening, isWhole, grow]);

  const showEarlier = useCallback(() => grow((held) => held + pageSize), [grow]);
  const showAll = useCallback(() => grow(() => Number.MAX_SAFE_INTEGER), [grow]);
  const showLast = useCallback((most: number) => setShown((held) => Math.max(held, most)), []);
  return { first, showEarlier: isWhole ? showEarlier : undefined, showAll, showLast };
}

/** How many of the newest turns are mounted when `size` characters are added to those that are; 60 where that is all. */
function withMore(turns: readonly Turn[], held: number, size: number): number {
  let added = 0;
  for (let shown = held; shown < pageSize; shown += 1) {
    const turn = turns.at(-1 - shown);
    if (turn === undefined) return pageSize;
    if (added >= size) return shown;
    added += turnSize + lengthOf(turn);
  }
  return Math.max(held, pageSize);
}

function lengthOf(turn: Turn): number {
  const parts = ('message' in turn && turn.message?.parts) || [];
  return parts.reduce((length, part) => length + ('text' in part ? part.text.length : turnSize), 0);
}
