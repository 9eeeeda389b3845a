import { type RefObject, useEffect, useEffectEvent } from 'react';

/** CSS pixels that a finger has to go along the line. */
const shortest = 60;

/** Tells when a finger swipes along the lines: 1 towards the end of the line, as when pages are turned, or -1. */
export function useSwipe(element: RefObject<HTMLElement | null>, onSwipe: (by: 1 | -1) => void): void {
  const swiped = useEffectEvent(onSwipe);
  useEffect(() => {
    const area = element.current;
    let from: { readonly x: number; readonly y: number } | undefined;
    const begin = ({ touches }: TouchEvent) => {
      const [touch] = touches;
      from = touches.length === 1 && touch ? { x: touch.clientX, y: touch.clientY } : undefined;
    };
    const end = ({ changedTouches: [touch], target }: TouchEvent) => {
      if (!from || !touch || !area || scrollsSideways(target, area)) return;
      const [x, y] = [touch.clientX - from.x, touch.clientY - from.y];
      if (Math.abs(x) < shortest || Math.abs(x) < 2 * Math.abs(y)) return;
      const isForward = x < 0 === (getComputedStyle(area).direction !== 'rtl');
      swiped(isForward ? 1 : -1);
    };
    area?.addEventListener('touchstart', begin, { passive: true });
    area?.addEventListener('touchend', end, { passive: true });
    return () => {
      area?.removeEventListener('touchstart', begin);
      area?.removeEventListener('touchend', end);
    };
  }, [element]);
}

/** Whether what is under the finger scrolls by itself, such as a wide table. */
function scrollsSideways(target: EventTarget | null, area: HTMLElement): boolean {
  for (let inner = target instanceof Element ? target : null; inner && inner !== area; inner = inner.parentElement) {
    if (inner.scrollWidth > inner.clientWidth + 1 && getComputedStyle(inner).overflowX !== 'visible') return true;
  }
  return false;
}
