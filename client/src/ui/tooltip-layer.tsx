import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

interface Shown {
  readonly text: string;
  readonly target: Element;
}

const delayMs = 500;

/**
 * Shows the text of `data-tooltip` beside whatever has the pointer or the keyboard focus; mounted once. It repeats what
 * the control's accessible name says, so it is hidden from screen readers. Esc sends it away.
 */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => listenForTooltips(setShown), []);
  if (!shown?.target.isConnected) return null;
  const box = shown.target.getBoundingClientRect();
  const above = box.bottom > window.innerHeight - 48;
  return createPortal(
    <div
      aria-hidden
      className="pointer-events-none fixed z-50 animate-fade rounded-control bg-text px-2 py-1 text-xs whitespace-nowrap text-bg"
      style={{
        top: above ? box.top - 30 : box.bottom + 6,
        left: Math.min(Math.max(box.left + box.width / 2, 60), window.innerWidth - 60),
        translate: '-50% 0',
      }}
    >
      {shown.text}
    </div>,
    shown.target.closest('dialog') ?? document.body,
  );
}

/** Calls back with what to show, or `undefined` for nothing; returns the function that stops listening. */
function listenForTooltips(show: (shown: Shown | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: Element | undefined;
  const leave = () => {
    clearTimeout(timer);
    current = undefined;
    show(undefined);
  };
  const reach = (event: Event, wait: number) => {
    const target = event.target instanceof Element ? event.target.closest('[data-tooltip]') : null;
    if (target === current) return;
    leave();
    const text = target?.getAttribute('data-tooltip');
    if (!target || !text || target.getAttribute('aria-expanded') === 'true') return;
    current = target;
    timer = setTimeout(() => show({ text, target }), wait);
  };
  const over = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') reach(event, delayMs);
  };
  const focus = (event: FocusEvent) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) reach(event, delayMs);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') leave();
  };
  const stop = new AbortController();
  const options = { signal: stop.signal, capture: true, passive: true };
  document.addEventListener('pointerover', over, options);
  document.addEventListener('focusin', focus, options);
  document.addEventListener('focusout', leave, options);
  document.addEventListener('pointerdown', leave, options);
  document.addEventListener('scroll', leave, options);
  document.addEventListener('keydown', key, options);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
