import { X } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './icon-button.tsx';
import { useModal } from './use-modal.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons at the bottom, the safe choice first. */
  readonly actions?: ReactNode;
  /** 32 rem wide, or 48 for lists to choose from and things to compare. */
  readonly size?: 'medium' | 'large';
  readonly className?: string;
}

const widths = {
  medium: 'w-[min(32rem,calc(100vw-2rem))]',
  large: 'w-[min(48rem,calc(100vw-1.5rem))] max-w-none',
} as const;

/**
 * A modal dialog on the browser's own <dialog>: focus stays inside, Esc and a click beside it close it, and focus
 * returns to where it was.
 */
export function Dialog({ open, onClose, title, children, actions, size = 'medium', className }: DialogProps) {
  const { common } = useTexts();
  const element = useModal(open, onClose);
  const titleId = useId();
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      className={classNames(
        'rounded-card bg-raised p-0 shadow-floating backdrop:bg-scrim',
        widths[size],
        'open:animate-rise backdrop:animate-fade',
        className,
      )}
    >
      {open ? (
        <div className="flex max-h-[calc(100dvh-4rem)] min-h-[inherit] flex-col">
          <header className="flex items-center justify-between gap-2 py-2 ps-5 pe-2">
            <h2 id={titleId} className="text-base font-semibold">
              {title}
            </h2>
            <IconButton label={common.close} icon={<X className="size-4" />} onClick={onClose} />
          </header>
          <div className="min-h-0 flex-auto scroll-py-10 overflow-y-auto px-5 pb-5">{children}</div>
          {actions === undefined ? null : (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-border px-5 py-3">{actions}</footer>
          )}
        </div>
      ) : null}
    </dialog>
  );
}
