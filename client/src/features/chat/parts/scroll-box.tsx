import { type ReactNode, useEffect, useRef, useState } from 'react';
import { classNames } from '../../../ui/class-names.ts';

export interface ScrollBoxProps {
  /** What is inside. */
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Content of any height in a box of at most 18 rem. While there is more of it, Tab reaches it and the arrow keys scroll it. */
export function ScrollBox({ label, className, children }: ScrollBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setOverflows(element.scrollHeight > element.clientHeight));
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={box}
      {...(overflows ? { role: 'group', tabIndex: 0, 'aria-label': label } : {})}
      className={classNames('max-h-72 overflow-y-auto', className)}
    >
      {children}
    </div>
  );
}
