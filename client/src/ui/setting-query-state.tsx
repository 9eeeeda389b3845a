import { useTexts } from '../lib/i18n/use-texts.ts';
import { Button } from './button.tsx';
import { SettingRow } from './setting-row.tsx';
import { Spinner } from './spinner.tsx';

export interface SettingQueryStateProps {
  readonly isError: boolean;
  readonly failed: string;
  readonly onRetry: () => void;
}

/** What stands in a section of the settings for what is not there yet, or could not be loaded. */
export function SettingQueryState({ isError, failed, onRetry }: SettingQueryStateProps) {
  const { common } = useTexts();
  return (
    <SettingRow label={isError ? failed : common.loading}>
      {isError ? <Button onClick={onRetry}>{common.retry}</Button> : <Spinner active />}
    </SettingRow>
  );
}
