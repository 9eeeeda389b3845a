import type { CodeRunSummary } from '@parley/contracts';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { byteSize } from '../../../../lib/files/byte-size.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { IconButton } from '../../../../ui/icon-button.tsx';
import { useFileDownload } from './use-file-download.ts';

export type RunFile = CodeRunSummary['files'][number];

export interface FileLineProps {
  readonly file: RunFile;
  readonly icon: ReactNode;
  /** Further buttons before the one that saves it. */
  readonly children?: ReactNode;
}

/** A file’s name and size, with a button to save it. */
export function FileLine({ file, icon, children }: FileLineProps) {
  const { files: texts } = useCodeTexts();
  const { busy, download } = useFileDownload(file);
  const size = byteSize(file.size);
  return (
    <div className="flex min-h-7 min-w-0 items-center gap-2 text-xs">
      <span aria-hidden className="inline-flex shrink-0 text-text-muted">
        {icon}
      </span>
      <bdi className="min-w-0 truncate font-medium text-text" title={file.name}>
        {file.name}
      </bdi>
      <span className="shrink-0 text-text-muted tabular-nums">
        {size}
        {file.change === 'changed' ? ` · ${texts.changed}` : null}
      </span>
      <span className="ms-auto flex shrink-0 items-center gap-1">
        {children}
        <IconButton
          size="small"
          label={texts.download(file.name, size)}
          aria-disabled={busy || undefined}
          icon={<Download aria-hidden className="size-4" />}
          onClick={() => {
            if (!busy) void download();
          }}
        />
      </span>
    </div>
  );
}
