import { ChevronRight, File, FileText, Table2 } from 'lucide-react';
import { lazy, Suspense, useId, useState } from 'react';
import { readFile } from '../../../../lib/files/read-file.ts';
import { useBytes } from '../../../../lib/files/use-bytes.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { classNames } from '../../../../ui/class-names.ts';
import { FileFailure } from './file-failure.tsx';
import { FileLine, type RunFile } from './file-line.tsx';
import { previewKind } from './preview-kind.ts';

const TablePreview = lazy(async () => ({ default: (await import('./table-preview.tsx')).TablePreview }));
const TextPreview = lazy(async () => ({ default: (await import('./text-preview.tsx')).TextPreview }));

const icons = { table: Table2, text: FileText, image: File, none: File } as const;

/** A file that a run wrote: a line that opens to what is in it, where that can be shown. */
export function FileRow({ file }: { readonly file: RunFile }) {
  const { files: texts } = useCodeTexts();
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const kind = previewKind(file);
  const Icon = icons[kind];
  return (
    <div className="min-w-0">
      <FileLine file={file} icon={<Icon className="size-4" />}>
        {kind === 'none' ? null : (
          <Button
            size="small"
            variant="ghost"
            aria-label={texts.previewOf(file.name)}
            aria-expanded={open}
            aria-controls={open ? panelId : undefined}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight
              aria-hidden
              className={classNames('size-3.5 transition-transform rtl:-scale-x-100', open && 'rotate-90')}
            />
            {texts.preview}
          </Button>
        )}
      </FileLine>
      {open ? (
        <div id={panelId} className="mt-1.5">
          <Preview file={file} isTable={kind === 'table'} />
        </div>
      ) : null}
    </div>
  );
}

function Preview({ file, isTable }: { readonly file: RunFile; readonly isTable: boolean }) {
  const { files: texts } = useCodeTexts();
  const { file: bytes, load } = useBytes(file.id, readFile, true);
  const { state, blob } = bytes;
  if (state === 'failed') return <FileFailure onRetry={load} />;
  const loading = <p className="text-xs text-text-muted">{texts.loading}</p>;
  if (!blob) return loading;
  const Shown = isTable ? TablePreview : TextPreview;
  return (
    <Suspense fallback={loading}>
      <Shown name={file.name} blob={blob} />
    </Suspense>
  );
}
