import { useEffect, useState } from 'react';
import type { RefObject } from 'react';

/** Rows are mounted this far beyond what can be seen, in pixels, and looked at anew as often. */
const stride = 360;

/** The part of a scrolled list that is mounted, in pixels from its start. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** Follows what can be seen of `scroller`; it changes once in a while as it is scrolled, not with every step. */
export function useRowWindow(scroller: RefObject<HTMLElement | null>): RowWindow {
  const [view, setView] = useState({ step: 0, height: window.innerHeight });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = () => {
      const step = Math.floor(element.scrollTop / stride);
      const height = element.clientHeight || window.innerHeight;
      setView((held) => (held.step === step && held.height === height ? held : { step, height }));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      element.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [scroller]);
  return { from: (view.step - 1) * stride, to: (view.step + 2) * stride + view.height };
}
