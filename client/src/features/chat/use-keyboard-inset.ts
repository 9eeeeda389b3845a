import { type RefObject, useEffect } from 'react';

/**
 * Keeps an element above the keyboard of a touch device, where the browser lays the keyboard over the page instead of
 * making the page smaller.
 */
export function useKeyboardInset(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return undefined;
    const adjust = () => {
      // Zooming in makes the viewport smaller, too; then nothing may move.
      const covered = viewport.scale > 1 ? 0 : window.innerHeight - viewport.height - viewport.offsetTop;
      element.current?.style.setProperty('padding-bottom', `${String(Math.max(0, Math.round(covered)))}px`);
    };
    viewport.addEventListener('resize', adjust);
    return () => viewport.removeEventListener('resize', adjust);
  }, [element]);
}
