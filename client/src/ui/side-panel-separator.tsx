import { type RefObject, useEffect, useRef } from 'react';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { panelWidths, setPanelWidth, usePanelWidth } from './side-panel-width.ts';

/** How far one arrow key moves it, in per cent. */
const keyStep = 2;

export interface SidePanelSeparatorProps {
  readonly panel: RefObject<HTMLElement | null>;
  readonly panelId: string;
}

/** The edge of a side panel: dragged, or moved by the arrow keys, Home and End (WAI-ARIA window splitter). */
export function SidePanelSeparator({ panel, panelId }: SidePanelSeparatorProps) {
  const { common } = useTexts();
  const percent = usePanelWidth((width) => width.percent);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const handle = element.current;
    if (!handle) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const isMirrored = () => getComputedStyle(handle).direction === 'rtl';
    handle.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        handle.focus();
        handle.setPointerCapture(event.pointerId);
      },
      { signal },
    );
    handle.addEventListener(
      'pointermove',
      (event) => {
        const room = panel.current?.parentElement?.getBoundingClientRect();
        if (!room || room.width === 0 || !handle.hasPointerCapture(event.pointerId)) return;
        const wanted = isMirrored() ? event.clientX - room.left : room.right - event.clientX;
        setPanelWidth((wanted / room.width) * 100);
      },
      { signal },
    );
    handle.addEventListener(
      'keydown',
      (event) => {
        const next = widthAfter(event.key, isMirrored());
        if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        setPanelWidth(next);
      },
      { signal },
    );
    return () => stop.abort();
  }, [panel]);
  // Moved by somebody it is a control, which <hr> is not.
  const splitter = {
    role: 'separator',
    tabIndex: 0,
    'aria-orientation': 'vertical',
    'aria-controls': panelId,
    'aria-label': common.resizePanel,
    'aria-valuemin': panelWidths.min,
    'aria-valuemax': panelWidths.max,
    'aria-valuenow': Math.round(percent),
  } as const;
  return (
    <div
      {...splitter}
      ref={element}
      className={
        'absolute inset-y-0 -start-2 z-10 w-6 cursor-col-resize touch-none outline-none ' +
        'before:absolute before:inset-y-0 before:start-[7px] before:w-[3px] before:transition-colors ' +
        'hover:before:bg-outline focus-visible:before:bg-accent active:before:bg-accent'
      }
    />
  );
}

/** Towards the start the panel grows, because it stands at the end. */
function widthAfter(key: string, isMirrored: boolean): number | undefined {
  const { percent } = usePanelWidth.getState();
  if (key === 'Home') return panelWidths.min;
  if (key === 'End') return panelWidths.max;
  if (key === 'ArrowLeft') return percent + (isMirrored ? -keyStep : keyStep);
  if (key === 'ArrowRight') return percent + (isMirrored ? keyStep : -keyStep);
  return undefined;
}
