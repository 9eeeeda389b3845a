import { ArrowDown } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';

/** Floats over the end of a transcript while the reader is further up. */
export function JumpToLatest({ shown, onJump }: { readonly shown: boolean; readonly onJump: () => void }) {
  const { chat } = useTexts();
  if (!shown) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 -top-12 z-10 flex justify-center">
      <button
        type="button"
        aria-label={chat.jumpToLatest}
        data-tooltip={chat.jumpToLatest}
        onClick={onJump}
        className="pointer-events-auto inline-flex size-9 animate-fade items-center justify-center rounded-full bg-raised text-text shadow-floating transition-colors hover:bg-hover touch:size-11"
      >
        <ArrowDown aria-hidden className="size-4.5" />
      </button>
    </div>
  );
}
