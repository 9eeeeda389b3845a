import type { ReactNode } from 'react';
import { useModal } from './use-modal.ts';

export interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The accessible name. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A modal panel that slides in from the start edge; Esc, a click beside it or a swipe back closes it. */
export function Sheet({ open, onClose, label, children }: SheetProps) {
  const element = useModal(open, onClose, 'start');
  return (
    <dialog
      ref={element}
      aria-label={label}
      className={
        'm-0 h-dvh max-h-none w-[min(18.5rem,calc(100vw-3rem))] max-w-none bg-surface p-0 shadow-floating ' +
        'backdrop:bg-scrim open:animate-slide-in backdrop:animate-fade'
      }
    >
      {open ? children : null}
    </dialog>
  );
}
