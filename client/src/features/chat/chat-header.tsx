import type { ReactNode, RefObject } from 'react';
import { useEffect, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';

export interface ChatHeaderProps {
  readonly title: string | undefined;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Buttons at its end. */
  readonly children: ReactNode;
}

/** The row above a transcript: the title, with a border only while something is scrolled under it. */
export function ChatHeader({ title, scroller, children }: ChatHeaderProps) {
  const isScrolled = useIsScrolled(scroller);
  return (
    <header
      className={classNames(
        'flex h-(--header-height) shrink-0 items-center border-b pe-4 transition-colors',
        'ps-[max(1rem,var(--header-start))] pt-[env(safe-area-inset-top)] box-content',
        isScrolled ? 'border-border' : 'border-transparent',
      )}
    >
      {title === undefined ? null : (
        <h1 dir="auto" className="min-w-0 truncate text-sm font-medium">
          {title}
        </h1>
      )}
      <span className="ms-auto flex shrink-0 items-center gap-2 ps-2">{children}</span>
    </header>
  );
}

function useIsScrolled(scroller: RefObject<HTMLElement | null>): boolean {
  const [isScrolled, setIsScrolled] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = () => setIsScrolled(element.scrollTop > 4);
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller]);
  return isScrolled;
}
