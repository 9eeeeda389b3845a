import { type RefObject, useEffect } from 'react';

const pressMs = 500;
/** A finger that moves further than this scrolls. */
const stillPx = 10;

/** What a finger held down means something else on. */
const ownMeaning = 'a, button, input, textarea, summary, iframe, [role="button"], [contenteditable="true"]';

/** A finger held down on a turn opens its menu. */
export function useLongPress(scroller: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const listening = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    let isHeld = false;
    const cancel = () => clearTimeout(timer);
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      listener: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) => element.addEventListener(type, listener, { signal: listening.signal, passive });

    on('pointerdown', ({ pointerType, target, clientX, clientY }) => {
      cancel();
      isHeld = false;
      const button = menuButton(target);
      if (pointerType !== 'touch' || !button) return;
      start = { x: clientX, y: clientY };
      timer = setTimeout(() => {
        isHeld = true;
        button.scrollIntoView({ block: 'nearest' });
        button.click();
      }, pressMs);
    });
    on('pointermove', ({ clientX, clientY }) => {
      if (Math.hypot(clientX - start.x, clientY - start.y) > stillPx) cancel();
    });
    on('pointerup', cancel);
    on('pointercancel', cancel);
    on(
      'touchend',
      (event) => {
        // The mouse that browsers make up for a finger would press beside the menu, and close it.
        if (isHeld) event.preventDefault();
        isHeld = false;
      },
      false,
    );
    on(
      'contextmenu',
      (event) => {
        // Chromium's own long press comes at about the same time, and would select a word.
        if (event instanceof PointerEvent && event.pointerType === 'touch' && menuButton(event.target)) {
          event.preventDefault();
        }
      },
      false,
    );
    return () => {
      cancel();
      listening.abort();
    };
  }, [scroller]);
}

function menuButton(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof Element) || target.closest(ownMeaning)) return undefined;
  return target.closest('[data-turn]')?.querySelector<HTMLElement>('[data-turn-menu]') ?? undefined;
}
