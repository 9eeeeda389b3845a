import type { ToolCallPart } from '@parley/contracts';
import { useEffect, useState } from 'react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { byteSize } from '../../../lib/files/byte-size.ts';
import { useDownload } from './use-download.ts';
import { useStoredFile } from './use-stored-file.ts';

/** Longer results are only saved as a file: a page with them would be slow. */
const mostShown = 2_000_000;

export interface StoredOutputProps {
  readonly stored: NonNullable<ToolCallPart['stored']>;
  /** Shows all of it in the place of its beginning. */
  readonly onText: (text: string) => void;
}

/** The way to all of a result of which only the beginning is in the message. */
export function StoredOutput({ stored, onText }: StoredOutputProps) {
  const { stored: texts } = useTexts().tools;
  const { file, load } = useStoredFile(stored.id, false);
  const { busy, download } = useDownload(stored.id, `${texts.fileName}.txt`);
  const [isShown, setShown] = useState(false);
  const { blob } = file;
  useEffect(() => {
    if (!blob) return undefined;
    let isGone = false;
    const show = async () => {
      const text = await blob.text();
      if (isGone) return;
      onText(text);
      setShown(true);
    };
    void show();
    return () => {
      isGone = true;
    };
  }, [blob, onText]);
  const size = byteSize(stored.length);
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-2 text-xs text-text-muted">
      {isShown ? null : <span>{file.state === 'failed' ? texts.failed : texts.beginning}</span>}
      {isShown || stored.length > mostShown ? null : (
        <Button size="small" busy={file.state === 'loading'} onClick={load}>
          {texts.showAll(size)}
        </Button>
      )}
      <Button size="small" variant="ghost" busy={busy} onClick={() => void download()}>
        {texts.download(size)}
      </Button>
    </p>
  );
}
