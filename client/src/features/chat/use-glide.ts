import { type RefObject, useLayoutEffect, useRef } from 'react';

const glide = { duration: 240, easing: 'cubic-bezier(.22, 1, .36, 1)' };

/** Lets an element glide from where it was to its new place when `state` changes; not for people who prefer no motion. */
export function useGlide(element: RefObject<HTMLElement | null>, state: boolean): void {
  const last = useRef<{ readonly state: boolean; readonly top: number } | undefined>(undefined);
  useLayoutEffect(() => {
    // Measuring forces a layout, so it ends with the only change there is to show.
    if (!element.current || (!state && last.current?.state === false)) return;
    const { top } = element.current.getBoundingClientRect();
    const before = last.current;
    last.current = { state, top };
    if (!before || before.state === state || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    element.current.animate([{ transform: `translateY(${String(before.top - top)}px)` }, { transform: 'none' }], glide);
  });
}
