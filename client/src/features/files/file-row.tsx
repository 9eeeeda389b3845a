import type { StoredFile } from '@parley/contracts';
import { Download, Trash2 } from 'lucide-react';
import { byteSize } from '../../lib/files/byte-size.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { timeAgo } from '../../lib/time-ago.ts';
import { FileIcon } from '../../ui/files/file-icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

export interface FileRowProps {
  readonly file: StoredFile;
  /** What its age is told by. */
  readonly now: Date;
  readonly isBusy: boolean;
  readonly onOpen: () => void;
  readonly onDownload: () => void;
  readonly onDelete: () => void;
}

/** One file of the workspace: what it is, how large, when it came and by whom. */
export function FileRow({ file, now, isBusy, onOpen, onDownload, onDelete }: FileRowProps) {
  const texts = useFilesTexts();
  const { workspace } = texts;
  const { name, size, origin, createdAt } = file;
  return (
    <li className="flex items-center gap-3 py-1.5">
      <FileIcon file={file} className="size-5 shrink-0 text-text-muted" />
      <div className="min-w-0 flex-1">
        <button
          type="button"
          aria-haspopup="dialog"
          aria-label={texts.open(name, byteSize(size))}
          onClick={onOpen}
          className="block min-h-6 max-w-full truncate rounded-control text-start font-medium hover:underline touch:min-h-8"
          title={name}
        >
          {name}
        </button>
        <p className="text-xs text-text-muted tabular-nums">
          {byteSize(size)} · {workspace.origins[origin]} · {timeAgo(createdAt, now)}
        </p>
      </div>
      <span className="flex shrink-0 items-center">
        <IconButton
          size="small"
          label={texts.downloadNamed(name)}
          aria-disabled={isBusy || undefined}
          icon={<Download aria-hidden className="size-4" />}
          onClick={isBusy ? undefined : onDownload}
        />
        <IconButton
          size="small"
          label={workspace.deleteNamed(name)}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={onDelete}
        />
      </span>
    </li>
  );
}
