import { useTexts } from '../../lib/i18n/use-texts.ts';
import { useDelayedFlag } from '../../ui/use-delayed-flag.ts';
import { VisuallyHidden } from '../../ui/visually-hidden.tsx';

/** Grey lines where turns will be, if loading takes long enough to be noticed. */
export function LoadingThread() {
  const { chat } = useTexts();
  const shown = useDelayedFlag(true);
  if (!shown) return null;
  return (
    <output className="mx-auto flex w-full max-w-(--column-width) animate-pulse flex-col gap-6 px-4 pt-4">
      <VisuallyHidden>{chat.loading}</VisuallyHidden>
      <div className="h-11 w-2/5 self-end rounded-bubble bg-user-bubble" />
      <div className="flex flex-col gap-2.5">
        {['w-full', 'w-11/12', 'w-4/5', 'w-3/5'].map((width) => (
          <div key={width} className={`h-4 rounded-control bg-user-bubble ${width}`} />
        ))}
      </div>
    </output>
  );
}
