import { RotateCw, X } from 'lucide-react';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { IconButton } from '../icon-button.tsx';

export interface UploadActionsProps {
  /** Of the file. */
  readonly name: string;
  /** Present where it can be tried again. */
  readonly onRetry: (() => void) | undefined;
  readonly onRemove: () => void;
}

/** What can be done about an upload: try it again, take it back. The button that does has `data-remove`. */
export function UploadActions({ name, onRetry, onRemove }: UploadActionsProps) {
  const texts = useFilesTexts();
  return (
    <span className="flex shrink-0 items-center">
      {onRetry ? (
        <IconButton
          size="small"
          label={texts.retry(name)}
          icon={<RotateCw aria-hidden className="size-4" />}
          onClick={onRetry}
        />
      ) : null}
      <IconButton
        size="small"
        data-remove=""
        label={texts.remove(name)}
        icon={<X aria-hidden className="size-4" />}
        onClick={onRemove}
      />
    </span>
  );
}
