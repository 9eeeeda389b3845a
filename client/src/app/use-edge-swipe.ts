import { useEffect } from 'react';

/** Calls back when a finger is drawn inwards from the start edge of the screen. */
export function useEdgeSwipe(onSwipe: () => void): void {
  useEffect(() => {
    let start: Touch | undefined;
    const stop = new AbortController();
    const options = { passive: true, signal: stop.signal };
    window.addEventListener(
      'touchstart',
      (event) => {
        const touch = event.touches[0];
        start = touch && fromStart(touch) < 28 ? touch : undefined;
      },
      options,
    );
    window.addEventListener(
      'touchend',
      (event) => {
        const end = event.changedTouches[0];
        if (!start || !end) return;
        const across = fromStart(end) - fromStart(start);
        if (across > 60 && Math.abs(end.clientY - start.clientY) < across / 2) onSwipe();
      },
      options,
    );
    return () => stop.abort();
  }, [onSwipe]);
}

/** Pixels from the edge where lines begin. */
function fromStart({ clientX }: Touch): number {
  return document.documentElement.dir === 'rtl' ? window.innerWidth - clientX : clientX;
}
