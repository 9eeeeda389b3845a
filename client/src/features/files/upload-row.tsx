import { explainUpload } from '../../lib/files/explain-upload.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { classNames } from '../../ui/class-names.ts';
import { FileIcon } from '../../ui/files/file-icon.tsx';
import { UploadActions } from '../../ui/files/upload-actions.tsx';
import { UploadBar } from '../../ui/files/upload-bar.tsx';
import type { PanelUpload } from './use-uploads.ts';

export interface UploadRowProps {
  readonly upload: PanelUpload;
  readonly onRetry: () => void;
  readonly onRemove: () => void;
}

/** A file on its way into the workspace, or why it did not get there. */
export function UploadRow({ upload, onRetry, onRemove }: UploadRowProps) {
  const texts = useFilesTexts();
  const all = useTexts();
  const { source, share, hasFailed, cause } = upload;
  const { name } = source;
  const percent = Math.round(share * 100);
  return (
    <li
      className={classNames(
        'relative flex items-center gap-3 overflow-hidden rounded-card border bg-raised py-1.5 ps-3 pe-1',
        hasFailed ? 'border-danger' : 'border-border',
      )}
    >
      <FileIcon file={{ name, mimeType: source.type }} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium" title={name}>
          {name}
        </span>
        <span className={classNames('block text-xs', hasFailed ? 'text-danger' : 'text-text-muted')}>
          {hasFailed ? explainUpload(cause, texts, all) : texts.states.uploading(percent)}
        </span>
      </span>
      <UploadActions name={name} onRetry={hasFailed ? onRetry : undefined} onRemove={onRemove} />
      {hasFailed ? null : <UploadBar label={texts.progress(name)} share={share} />}
    </li>
  );
}
