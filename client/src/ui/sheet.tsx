import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useModal } from './use-modal.ts';

export interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The accessible name. */
  readonly label: string;
  /** The edge it slides in from. At the end it takes most of the page. */
  readonly side?: 'start' | 'end';
  readonly children: ReactNode;
}

const sides = {
  start: 'me-auto w-[min(18.5rem,calc(100vw-3rem))] bg-surface open:animate-slide-in',
  end: 'ms-auto w-[min(34rem,100vw)] bg-bg open:animate-slide-in-end',
} as const;

/** A modal panel that slides in from an edge; Esc, a click beside it or, at the start, a swipe back closes it. */
export function Sheet({ open, onClose, label, side = 'start', children }: SheetProps) {
  const element = useModal(open, onClose, side === 'start' ? 'start' : undefined);
  return (
    <dialog
      ref={element}
      aria-label={label}
      className={classNames(
        'm-0 h-dvh max-h-none max-w-none p-0 shadow-floating backdrop:animate-fade backdrop:bg-scrim',
        sides[side],
      )}
    >
      {open ? children : null}
    </dialog>
  );
}
