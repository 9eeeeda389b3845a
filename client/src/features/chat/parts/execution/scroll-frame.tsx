import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { classNames } from '../../../../ui/class-names.ts';

export interface ScrollFrameProps {
  /** What is inside. */
  readonly label: string;
  /** What it follows to its end while the reader is there; absent where nothing grows. */
  readonly follows?: string | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Nearer to the end than this is at the end. Pixels. */
const nearby = 12;

/** Content of any size in a box of at most 18 rem. While there is more of it, Tab reaches it and the arrow keys scroll it. */
export function ScrollFrame({ label, follows, className, children }: ScrollFrameProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() =>
      setOverflows(element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth),
    );
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (follows !== undefined && element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [follows]);
  return (
    <div
      ref={box}
      {...(overflows ? { role: 'group', tabIndex: 0, 'aria-label': label } : {})}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearby;
      }}
      className={classNames(
        'max-h-72 overflow-auto focus-visible:-outline-offset-2 has-[>[dir=ltr]]:[direction:ltr]',
        className,
      )}
    >
      {children}
    </div>
  );
}
