import { useEffect, useRef } from 'react';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Button } from '../../ui/button.tsx';

export interface LoadMoreProps {
  readonly busy: boolean;
  readonly onLoadMore: () => void;
}

/** Asks for the next page when it comes into view; a button for those who reach it another way. */
export function LoadMore({ busy, onLoadMore }: LoadMoreProps) {
  const { sidebar } = useTexts();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (busy || !element.current || !('IntersectionObserver' in window)) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onLoadMore();
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [busy, onLoadMore]);
  return (
    <div ref={element} className="flex justify-center py-2">
      <Button variant="ghost" size="small" busy={busy} onClick={onLoadMore}>
        {sidebar.loadMore}
      </Button>
    </div>
  );
}
