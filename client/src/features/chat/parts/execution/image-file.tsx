import { ImageIcon } from 'lucide-react';
import { byteSize } from '../../../../lib/files/byte-size.ts';
import { readFile } from '../../../../lib/files/read-file.ts';
import { useBytes } from '../../../../lib/files/use-bytes.ts';
import { useObjectUrl } from '../../../../lib/files/use-object-url.ts';
import { useCodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { Button } from '../../../../ui/button.tsx';
import { FileFailure } from './file-failure.tsx';
import { FileLine, type RunFile } from './file-line.tsx';

/** Larger pictures are loaded only when somebody asks for them. Bytes. */
const loadedAtOnce = 4_000_000;

export interface ImageFileProps {
  readonly file: RunFile;
  /** Whether it is shown without being asked for, unless it is large. */
  readonly loads: boolean;
}

/** A picture that a run drew, in place. */
export function ImageFile({ file, loads }: ImageFileProps) {
  const { files: texts } = useCodeTexts();
  const { file: bytes, load } = useBytes(file.id, readFile, loads && file.size <= loadedAtOnce);
  const url = useObjectUrl(bytes.blob);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {bytes.state === 'idle' ? (
        <Button
          size="small"
          className="max-w-full self-start"
          icon={<ImageIcon aria-hidden className="size-4 shrink-0" />}
          onClick={load}
        >
          <span className="isolate truncate">{texts.showImage(file.name, byteSize(file.size))}</span>
        </Button>
      ) : bytes.state === 'failed' ? (
        <FileFailure onRetry={load} />
      ) : url === undefined ? (
        <p className="text-xs text-text-muted">{texts.loading}</p>
      ) : (
        // Plots are drawn for paper: their own white is part of them in a dark theme, too.
        <img
          src={url}
          alt={file.name}
          className="max-h-[32rem] max-w-full self-start rounded-control border border-border object-contain"
        />
      )}
      <FileLine file={file} icon={<ImageIcon className="size-4" />} />
    </div>
  );
}
