import * as Radix from 'radix-ui/popover';
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
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
