import { type RefObject, useEffect } from 'react';
import { useStableCallback } from '../use-stable-callback.ts';

/** Hears the keys pressed in an element that is no control itself, such as a turn or a transcript. */
export function useKeyDown(element: RefObject<HTMLElement | null>, onKeyDown: (event: KeyboardEvent) => void): void {
  const handler = useStableCallback(onKeyDown);
  useEffect(() => {
    const target = element.current;
    target?.addEventListener('keydown', handler);
    return () => target?.removeEventListener('keydown', handler);
  }, [element, handler]);
}
