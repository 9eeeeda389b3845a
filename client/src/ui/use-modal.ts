import { useEffect, useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';

/**
 * Ties a <dialog> to `open`: shown modally, so that focus stays inside and returns afterwards. Esc, a click beside it
 * and, where `swipe` is set, a swipe towards the start edge ask to close it.
 */
export function useModal(open: boolean, onClose: () => void, swipe?: 'start'): RefObject<HTMLDialogElement | null> {
  const element = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    if (open && element.current?.open === false) element.current.showModal();
    if (!open) element.current?.close();
  }, [open]);

  // Taken from the page while open, it would keep the focus that closing gives back.
  useLayoutEffect(() => {
    const dialog = element.current;
    return () => {
      // Nobody asks to close it: another may stand in its place already.
      close.current = () => undefined;
      dialog?.close();
    };
  }, []);

  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return undefined;
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true };
    let touchStart = 0;
    dialog.addEventListener('close', () => close.current(), options);
    dialog.addEventListener(
      'click',
      (event) => {
        if (event.target === dialog) close.current();
      },
      options,
    );
    if (swipe) {
      dialog.addEventListener('touchstart', (event) => (touchStart = event.touches[0]?.clientX ?? 0), options);
      dialog.addEventListener(
        'touchend',
        (event) => {
          const end = event.changedTouches[0]?.clientX ?? touchStart;
          const towardsStart = getComputedStyle(dialog).direction === 'rtl' ? end - touchStart : touchStart - end;
          if (towardsStart > 60) close.current();
        },
        options,
      );
    }
    return () => stop.abort();
  }, [swipe]);

  return element;
}
