import type { Attachment } from '@parley/contracts';
import { Download, ImageIcon } from 'lucide-react';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { Button } from '../../../ui/button.tsx';
import { AppAttachment } from './app/app-attachment.tsx';
import { byteSize } from '../../../lib/files/byte-size.ts';
import { useDownload } from './use-download.ts';
import { useObjectUrl } from '../../../lib/files/use-object-url.ts';
import { useStoredFile } from './use-stored-file.ts';

/** Larger pictures and recordings are loaded only when somebody asks for them. */
const loadedAtOnce = 4_000_000;

/** What a tool gave beside text: pictures to look at, recordings to listen to, files to keep. */
export function AttachmentList({ attachments }: { readonly attachments: readonly Attachment[] }) {
  const { stored } = useTexts().tools;
  return (
    <ul aria-label={stored.attachments} className="m-0 flex list-none flex-wrap items-start gap-2 p-0 text-sm">
      {attachments.map((attachment) => (
        <li key={attachment.id} className={attachment.kind === 'app' ? 'w-full min-w-0' : 'max-w-full min-w-0'}>
          <AttachmentView attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function AttachmentView({ attachment }: { readonly attachment: Attachment }) {
  switch (attachment.kind) {
    case 'image':
    case 'audio':
      return <Media attachment={attachment} />;
    case 'app':
      return <AppAttachment attachment={attachment} />;
    default:
      return <FileButton attachment={attachment} />;
  }
}

/** A picture or a recording in place, or a button where it is large, or could not be loaded. */
function Media({ attachment }: { readonly attachment: Attachment }) {
  const { stored } = useTexts().tools;
  const { id, kind, mimeType, title, size } = attachment;
  const { file, load } = useStoredFile(id, size <= loadedAtOnce);
  const url = useObjectUrl(file.blob);
  if (file.state === 'failed') {
    return (
      <p className={chip}>
        <span className="truncate">{title}</span> · {stored.failed}
        <Button size="small" onClick={load}>
          {stored.retry}
        </Button>
      </p>
    );
  }
  if (file.state === 'idle') {
    return (
      <Button size="small" icon={<ImageIcon aria-hidden className="size-4" />} onClick={load}>
        {stored.showImage(title, byteSize(size))}
      </Button>
    );
  }
  if (url === undefined) return <p className={`${chip} text-text-muted`}>{stored.loading}</p>;
  if (kind === 'audio') {
    return (
      <figure className="m-0 flex flex-col gap-1">
        <figcaption className="text-xs text-text-muted">{title}</figcaption>
        {/* What a tool recorded has no captions. */}
        <audio controls preload="metadata" src={url} aria-label={title} className="max-w-full">
          <track kind="captions" />
          {mimeType}
        </audio>
      </figure>
    );
  }
  return (
    <img
      src={url}
      alt={title}
      className="max-h-96 max-w-full rounded-card border border-border bg-surface object-contain"
    />
  );
}

function FileButton({ attachment: { id, title, size } }: { readonly attachment: Attachment }) {
  const { stored } = useTexts().tools;
  const { busy, download } = useDownload(id, title);
  return (
    <Button
      size="small"
      busy={busy}
      icon={<Download aria-hidden className="size-4" />}
      aria-label={stored.downloadNamed(title, byteSize(size))}
      className="max-w-full"
      onClick={() => void download()}
    >
      <span className="min-w-0 truncate">{title}</span>
      <span className="shrink-0 font-normal text-text-muted">{byteSize(size)}</span>
    </Button>
  );
}

const chip =
  'inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-control border border-border px-2.5 py-1 text-xs';
