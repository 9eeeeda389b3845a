import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Rows beyond both edges of what is visible, so that scrolling shows no gaps. */
const spare = 8;
/** What is mounted before anything could be measured. */
const firstCount = 30;

export interface RowWindow {
  /** Index of the first row to mount, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Scrolls just as far as needed to show a row. */
  readonly show: (index: number, place?: 'nearest' | 'center') => void;
}

/** Which of many rows of one height are worth mounting, as their scroller stands. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rowHeight: number, count: number): RowWindow {
  const [range, setRange] = useState({ from: 0, to: firstCount });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = () => {
      if (element.clientHeight === 0) return;
      const from = Math.max(0, Math.floor(element.scrollTop / rowHeight) - spare);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + spare;
      setRange((held) => (held.from === from && held.to === to ? held : { from, to }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, rowHeight]);

  const show = useCallback(
    (index: number, place: 'nearest' | 'center' = 'nearest') => {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      const lowest = top + rowHeight - element.clientHeight;
      const middle = top - (element.clientHeight - rowHeight) / 2;
      const nearest = Math.min(top, Math.max(lowest, element.scrollTop));
      element.scrollTo({ top: place === 'center' ? middle : nearest, behavior: 'instant' });
    },
    [scroller, rowHeight],
  );
  return { from: Math.min(range.from, count), to: Math.min(range.to, count), show };
}
