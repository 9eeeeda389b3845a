import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

interface ScrollAreaProps {
  /** What is inside. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** Content that may be wider than the column. While it is, Tab reaches it and the arrow keys scroll it. */
export function ScrollArea({ label, className, children }: ScrollAreaProps) {
  const ref = useRef<HTMLElement>(null);
  const focusable = useOverflow(ref) ? { tabIndex: 0 } : {};
  return (
    // A figure and no region: an answer with ten tables must not add ten landmarks.
    <figure ref={ref} {...focusable} aria-label={label} className={`markdown-scroll ${className}`}>
      {children}
    </figure>
  );
}

function useOverflow(ref: RefObject<HTMLElement | null>): boolean {
  // Where nothing can be measured, reachable is the safe side.
  const [overflows, setOverflows] = useState(!('ResizeObserver' in globalThis));
  useEffect(() => {
    const area = ref.current;
    if (!area || !('ResizeObserver' in globalThis)) return undefined;
    const observer = new ResizeObserver(() => setOverflows(area.scrollWidth > area.clientWidth));
    observer.observe(area);
    if (area.firstElementChild) observer.observe(area.firstElementChild);
    return () => observer.disconnect();
  }, [ref]);
  return overflows;
}
