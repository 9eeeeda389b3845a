import { useEffect, useRef } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';

/** Stands where earlier turns are left out; asks for them when it comes near, or when it is pressed. */
export function EarlierTurns({ onReached }: { readonly onReached: () => void }) {
  const { chat } = useTexts();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onReached();
      },
      { root: element.current.closest('[data-region="transcript"]'), rootMargin: '800px 0px 0px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [onReached]);
  return (
    <div ref={element} className="flex justify-center">
      <Button size="small" variant="ghost" onClick={onReached}>
        {chat.olderTurns}
      </Button>
    </div>
  );
}
