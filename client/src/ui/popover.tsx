import { lazy, Suspense } from 'react';
import type { ReactNode, RefObject } from 'react';
import { usePopup } from './use-popup.ts';

const PopoverBody = lazy(async () => ({ default: (await import('./popover-body.tsx')).PopoverBody }));

/** To be spread on the button that opens the popover. */
export interface PopoverTriggerProps {
  readonly ref: RefObject<HTMLButtonElement | null>;
  readonly id: string;
  readonly 'aria-haspopup': 'dialog';
  readonly 'aria-expanded': boolean;
  readonly onClick: () => void;
  readonly onPointerEnter: () => void;
  readonly onFocus: () => void;
}

export interface PopoverProps {
  /** The accessible name of what opens. */
  readonly label: string;
  readonly renderTrigger: (props: PopoverTriggerProps) => ReactNode;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom';
  /** Where the focus goes afterwards; the trigger unless given. Return `false` to leave it alone. */
  readonly onCloseFocus?: () => boolean;
  readonly className?: string;
  /** The contents, which exist while it is open. */
  readonly children: (close: () => void) => ReactNode;
}

/** A small window beside a button, for more than a menu can hold. Its code is fetched when the button is reached. */
export function Popover(props: PopoverProps) {
  const { label, renderTrigger, align = 'start', side = 'bottom', onCloseFocus, className, children } = props;
  const { button, open, wanted, change, trigger } = usePopup('dialog');
  return (
    <span className={className ?? 'relative inline-flex'}>
      {renderTrigger(trigger)}
      {wanted ? (
        <Suspense fallback={null}>
          <PopoverBody
            open={open}
            onOpenChange={change}
            label={label}
            button={button}
            align={align}
            side={side}
            onCloseFocus={onCloseFocus}
          >
            {open ? children(() => change(false)) : null}
          </PopoverBody>
        </Suspense>
      ) : null}
    </span>
  );
}
