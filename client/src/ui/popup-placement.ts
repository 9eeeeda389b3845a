import type { RefObject } from 'react';

/** Any event of Radix's that can be kept from its usual end. */
interface Preventable {
  readonly target: EventTarget | null;
  preventDefault(): void;
}

/** How a popup of Radix lies beside its button, and leaves the opening, closing and focusing to that. */
export function popupPlacement(button: RefObject<HTMLButtonElement | null>, onCloseFocus?: () => boolean) {
  return {
    sideOffset: 4,
    collisionPadding: 8,
    onInteractOutside(event: Preventable) {
      // The button closes its popup by itself; closing here as well would make its click open it again.
      if (event.target instanceof Node && button.current?.contains(event.target)) event.preventDefault();
    },
    onCloseAutoFocus(event: Preventable) {
      event.preventDefault();
      if (onCloseFocus?.() !== false) button.current?.focus();
    },
  };
}
