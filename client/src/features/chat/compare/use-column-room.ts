import { type CSSProperties, type RefObject, useLayoutEffect, useState } from 'react';

/** CSS pixels from which answers stand side by side. */
const sideBySideFrom = 900;
const widest = 1240;
/** Kept free at both edges of the transcript together. */
const margins = 32;

interface ColumnRoom {
  readonly isWide: boolean;
  /** Lets the columns reach beyond the column of text. */
  readonly style: CSSProperties;
}

const narrow: ColumnRoom = { isWide: false, style: {} };

/** How much of the transcript answers side by side may take up. */
export function useColumnRoom(element: RefObject<HTMLElement | null>): ColumnRoom {
  const [room, setRoom] = useState(narrow);
  useLayoutEffect(() => {
    const frame = element.current?.parentElement;
    const transcript = element.current?.closest<HTMLElement>('[data-region="transcript"]');
    if (!frame || !transcript) return undefined;
    const measure = () => {
      const available = transcript.clientWidth;
      if (available < sideBySideFrom) {
        setRoom(narrow);
        return;
      }
      const style = getComputedStyle(frame);
      const inner = frame.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      const width = Math.min(available - margins, widest);
      setRoom({ isWide: true, style: { width, marginInlineStart: (inner - width) / 2 } });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(transcript);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return room;
}
