import { useTexts } from '../lib/i18n/use-texts.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';
import { Spinner } from './spinner.tsx';

export interface QueryStateProps {
  readonly isError: boolean;
  readonly failed: string;
  readonly loading: string;
  readonly onRetry: () => void;
}

/** What stands in the place of a list that is not there yet, or could not be loaded. */
export function QueryState({ isError, failed, loading, onRetry }: QueryStateProps) {
  const { common } = useTexts();
  if (!isError) return <Spinner label={loading} />;
  return (
    <Banner
      tone="danger"
      actions={
        <Button size="small" onClick={onRetry}>
          {common.retry}
        </Button>
      }
    >
      {failed}
    </Banner>
  );
}
