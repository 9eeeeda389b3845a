import { useEffect, useEffectEvent } from 'react';
import type { RefObject } from 'react';

/** Hears the keys pressed in an element that is no control itself, such as a list. */
export function useKeyDown(element: RefObject<HTMLElement | null>, onKeyDown: (event: KeyboardEvent) => void): void {
  const hear = useEffectEvent(onKeyDown);
  useEffect(() => {
    const target = element.current;
    const listener = (event: KeyboardEvent) => hear(event);
    target?.addEventListener('keydown', listener);
    return () => target?.removeEventListener('keydown', listener);
  }, [element]);
}
