import { useId, useRef, useState } from 'react';

/** What a button and the popup that it opens share. The popup's code is wanted once the button is reached. */
export function usePopup<K extends 'menu' | 'dialog'>(kind: K, onOpenChange?: (open: boolean) => void) {
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const change = (next: boolean) => {
    setWanted(true);
    setOpen(next);
    onOpenChange?.(next);
  };
  const trigger = {
    ref: button,
    id,
    'aria-haspopup': kind,
    'aria-expanded': open,
    onClick: () => change(!open),
    onPointerEnter: () => setWanted(true),
    onFocus: () => setWanted(true),
  } as const;
  return { button, open, wanted, change, trigger };
}
