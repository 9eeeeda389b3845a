import type { FileId, FileRef } from '@parley/contracts';
import { Download } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { byteSize } from '../../lib/files/byte-size.ts';
import { fileKind } from '../../lib/files/file-kind.ts';
import { saveFile } from '../../lib/files/save-file.ts';
import { useBytes } from '../../lib/files/use-bytes.ts';
import { useObjectUrl } from '../../lib/files/use-object-url.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { Banner } from '../banner.tsx';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { Spinner } from '../spinner.tsx';

/** Larger files are downloaded, not shown. */
const largestShown = 10_000_000;
/** Bytes of a text that are shown. */
const longestText = 100_000;
const imageTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  bmp: 'image/bmp',
};

export interface FilePreviewProps {
  readonly file: FileRef;
  /** Its bytes; has to stay the same function. */
  readonly read: (id: FileId, signal?: AbortSignal) => Promise<Blob>;
  readonly onClose: () => void;
}

/** A file to look at, where browsers can show its kind safely, and to download in any case. */
export function FilePreview({ file, read, onClose }: FilePreviewProps) {
  const texts = useFilesTexts();
  const all = useTexts();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const download = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      saveFile(await read(file.id), file.name);
    } catch (error) {
      setFailure(`${texts.downloadFailed} ${explainError(error, all)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={file.name}
      size="large"
      actions={
        <>
          <span className="me-auto self-center text-text-muted tabular-nums">{byteSize(file.size)}</span>
          <Button busy={busy} icon={<Download aria-hidden className="size-4" />} onClick={() => void download()}>
            {texts.download}
          </Button>
        </>
      }
    >
      {failure === undefined ? null : (
        <Banner tone="danger" className="mb-3">
          {failure}
        </Banner>
      )}
      <Contents file={file} read={read} />
    </Dialog>
  );
}

function Contents({ file, read }: Pick<FilePreviewProps, 'file' | 'read'>) {
  const { preview } = useFilesTexts();
  const kind = fileKind(file);
  const isText = kind === 'text' || kind === 'code' || (kind === 'table' && /[.][ct]sv$/i.test(file.name));
  if (kind !== 'image' && !isText) return <p className="text-text-muted">{preview.none}</p>;
  if (file.size > largestShown) return <p className="text-text-muted">{preview.tooLarge(byteSize(file.size))}</p>;
  return <Loaded file={file} read={read} isText={isText} />;
}

function Loaded({ file, read, isText }: Pick<FilePreviewProps, 'file' | 'read'> & { readonly isText: boolean }) {
  const all = useTexts();
  const { preview } = useFilesTexts();
  const { file: bytes, load } = useBytes(file.id, read, true);
  if (bytes.state === 'failed') {
    return (
      <Banner
        tone="danger"
        actions={
          <Button size="small" onClick={load}>
            {all.common.retry}
          </Button>
        }
      >
        {preview.failed} {explainError(bytes.cause, all)}
      </Banner>
    );
  }
  if (!bytes.blob) return <Spinner label={preview.loading} className="min-h-24 w-full items-center justify-center" />;
  return isText ? <TextContents blob={bytes.blob} /> : <ImageContents file={file} blob={bytes.blob} />;
}

function ImageContents({ file, blob }: { readonly file: FileRef; readonly blob: Blob }) {
  const url = useObjectUrl(useMemo(() => asImage(blob, file), [blob, file]));
  return (
    <img
      src={url}
      alt={file.name}
      className="mx-auto max-h-[70dvh] max-w-full rounded-control bg-white object-contain"
    />
  );
}

function TextContents({ blob }: { readonly blob: Blob }) {
  const { preview } = useFilesTexts();
  const [text, setText] = useState<string>();
  useEffect(() => {
    let isGone = false;
    const read = async () => {
      const beginning = await blob.slice(0, longestText).text();
      if (!isGone) setText(beginning);
    };
    void read();
    return () => {
      isGone = true;
    };
  }, [blob]);
  if (text === undefined) return null;
  return (
    <>
      {blob.size > longestText ? <p className="mb-2 text-text-muted">{preview.cut}</p> : null}
      <div
        // What scrolls must be reachable by keyboard.
        {...{ role: 'group', tabIndex: 0, 'aria-label': preview.text }}
        className="max-h-[65dvh] overflow-auto rounded-card border border-border bg-bg focus-visible:-outline-offset-2"
      >
        <pre className="m-0 w-max min-w-full p-3 text-[0.84375rem]/5">{text}</pre>
      </div>
    </>
  );
}

/** The server gives types it does not trust as mere bytes; an image element runs nothing, whatever it is told. */
function asImage(blob: Blob, { name, mimeType }: FileRef): Blob {
  const type = imageTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? mimeType;
  return new Blob([blob], { type });
}
