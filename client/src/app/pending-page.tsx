import { useTexts } from '../lib/i18n/use-texts.ts';
import { Spinner } from '../ui/spinner.tsx';

/** What a page shows while its code or its data is on the way. */
export function PendingPage() {
  const { common } = useTexts();
  return (
    <div className="grid min-h-[50dvh] place-items-center text-text-muted">
      <Spinner label={common.loading} />
    </div>
  );
}
