import * as Radix from 'radix-ui/popover';
import { Suspense, useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { popupPlacement } from './popup-placement.ts';

export interface PopoverBodyProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly align: 'start' | 'center' | 'end';
  readonly side: 'top' | 'bottom';
  readonly onCloseFocus?: (() => boolean) | undefined;
  readonly children: ReactNode;
}

/** The open part of `Popover`; loaded on intent, never imported directly. */
export function PopoverBody(props: PopoverBodyProps) {
  const { open, onOpenChange, label, button, align, side, onCloseFocus, children } = props;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {/* The visible button exists before this code does, so Radix gets an inert twin of the same place and size. */}
      <Radix.Anchor asChild>
        <span aria-hidden className="pointer-events-none absolute inset-0" />
      </Radix.Anchor>
      <Radix.Portal container={button.current?.closest<HTMLElement>('dialog, nav, main') ?? undefined}>
        <Radix.Content
          aria-label={label}
          align={align}
          side={side}
          {...popupPlacement(button, onCloseFocus)}
          className={
            'z-50 flex max-h-[min(30rem,var(--radix-popover-content-available-height))] w-[min(22rem,calc(100vw-1rem))] ' +
            'animate-fade flex-col overflow-hidden rounded-card bg-raised text-text shadow-floating outline-none'
          }
        >
          <Suspense fallback={null}>
            {children}
            <FocusWhenLate />
          </Suspense>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Takes the focus to the first thing in the popover when that was fetched only after the popover had opened. */
function FocusWhenLate() {
  const end = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const popover = end.current?.closest<HTMLElement>('[role="dialog"]');
    if (!popover || (document.activeElement !== popover && document.activeElement !== document.body)) return;
    popover.querySelector<HTMLElement>('input, textarea, button:not([tabindex="-1"]), [tabindex="0"]')?.focus();
  }, []);
  return <span ref={end} hidden />;
}
