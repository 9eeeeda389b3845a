import { type RefObject, useEffect, useEffectEvent } from 'react';

export interface ListboxKeys {
  readonly count: number;
  readonly active: number;
  readonly move: (index: number) => void;
  readonly choose: () => void;
  readonly close: () => void;
}

/** Lets a field steer an open list: arrows walk, Enter and Tab choose, Esc closes. Other keys stay the field's. */
export function useListboxKeys(field: RefObject<HTMLTextAreaElement | null>, isOpen: boolean, keys: ListboxKeys): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    // While an input method composes, all keys belong to it; Safari reports its last Enter only as key code 229.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { count, active } = keys;
    if (event.key === 'Escape') keys.close();
    else if (count === 0) return;
    else if (event.key === 'ArrowDown') keys.move((active + 1) % count);
    else if (event.key === 'ArrowUp') keys.move((active + count - 1) % count);
    else if (event.key === 'Enter' || event.key === 'Tab') keys.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  useEffect(() => {
    const element = field.current;
    if (!element || !isOpen) return undefined;
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    element.addEventListener('keydown', listener);
    return () => element.removeEventListener('keydown', listener);
  }, [field, isOpen]);
}
