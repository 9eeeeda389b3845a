import type { FileRef } from '@parley/contracts';
import { useState } from 'react';
import { byteSize } from '../../../lib/files/byte-size.ts';
import { readFile } from '../../../lib/files/read-file.ts';
import { useFilesTexts } from '../../../lib/i18n/use-files-texts.ts';
import { FileIcon } from '../../../ui/files/file-icon.tsx';
import { FilePreview } from '../../../ui/files/file-preview.tsx';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';

/** The files a question brought along; each opens to be looked at and downloaded. */
export function QuestionFiles({ files }: { readonly files: readonly FileRef[] }) {
  const texts = useFilesTexts();
  const [open, setOpen] = useState<FileRef>();
  return (
    <>
      <ul aria-label={texts.question} className="m-0 flex max-w-full list-none flex-wrap gap-1.5 p-0 pb-1.5">
        {files.map((file) => (
          <li key={file.id} className="max-w-full min-w-0">
            <button
              type="button"
              aria-haspopup="dialog"
              onClick={() => setOpen(file)}
              className="flex min-h-9 max-w-full items-center gap-2 rounded-control border border-outline bg-bg px-2.5 py-1 text-start text-sm transition-colors hover:bg-hover touch:min-h-11"
            >
              <FileIcon file={file} />
              <VisuallyHidden>{`${texts.openShort} `}</VisuallyHidden>
              <span className="min-w-0 truncate font-medium" title={file.name}>
                {file.name}
              </span>{' '}
              <span className="shrink-0 text-xs text-text-muted tabular-nums">{byteSize(file.size)}</span>
            </button>
          </li>
        ))}
      </ul>
      {open === undefined ? null : <FilePreview file={open} read={readFile} onClose={() => setOpen(undefined)} />}
    </>
  );
}
