import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';

/** Says that a file could not be loaded, and lets it be tried again. */
export function FileFailure({ onRetry }: { readonly onRetry: () => void }) {
  const { files: texts } = useCodeTexts();
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs text-danger">
      {texts.failed}
      <Button size="small" onClick={onRetry}>
        {texts.retry}
      </Button>
    </p>
  );
}
