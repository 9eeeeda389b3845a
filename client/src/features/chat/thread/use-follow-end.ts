import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Closer to the end than this counts as being there. */
const atEndPx = 32;

export interface FollowEnd {
  /** Whether the reader is at the end. */
  readonly isAtEnd: boolean;
  /** Goes to the end and stays there. */
  readonly jumpToEnd: () => void;
  /** Stays where the reader is from now on. */
  readonly leaveEnd: () => void;
}

/**
 * Keeps a scroller at its end while the reader is there, and leaves it alone otherwise. The position is set once layout
 * is done, in a ResizeObserver, so no frame shows the text out of place.
 */
export function useFollowEnd(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): FollowEnd {
  const follows = useRef(true);
  const [isAtEnd, setIsAtEnd] = useState(true);

  const jumpToEnd = useCallback(() => {
    follows.current = true;
    setIsAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller]);

  const leaveEnd = useCallback(() => {
    follows.current = false;
    setIsAtEnd(false);
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return undefined;
    const distance = () => element.scrollHeight - element.clientHeight - element.scrollTop;
    let last = { top: element.scrollTop, height: element.scrollHeight };
    const look = () => {
      last = { top: element.scrollTop, height: element.scrollHeight };
    };
    const decide = (next: boolean) => {
      follows.current = next;
      setIsAtEnd(next);
    };
    // Only going up is a wish to leave the end: growth moves the end away without a scroll, and what shrinks scrolls
    // upwards by itself.
    const onScroll = () => {
      if (distance() <= atEndPx) decide(true);
      else if (element.scrollTop < last.top && element.scrollHeight >= last.height) decide(false);
      look();
    };
    const observer = new ResizeObserver(() => {
      if (follows.current) element.scrollTo({ top: element.scrollHeight });
      look();
    });
    observer.observe(content.current);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, content]);

  return { isAtEnd, jumpToEnd, leaveEnd };
}
