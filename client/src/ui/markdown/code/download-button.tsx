import { Download } from 'lucide-react';
import { saveFile } from '../../../lib/files/save-file.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';

/** The same element each time, as in CopyButton. */
const icon = <Download size={14} aria-hidden />;

export interface DownloadButtonProps {
  readonly name: string;
  /** Made when it is asked for; nothing where it cannot be. */
  readonly content: () => Blob | Promise<Blob | undefined>;
  /** Beside the icon, where there is more than one. */
  readonly caption?: string;
}

/** Saves something of an answer as a file. */
export function DownloadButton({ name, content, caption }: DownloadButtonProps) {
  const { markdown } = useTexts();
  const save = async () => {
    const blob = await content();
    if (blob) saveFile(blob, name);
  };
  return (
    <button
      type="button"
      aria-label={markdown.download(name)}
      data-tooltip={markdown.download(name)}
      onClick={() => void save()}
    >
      {icon}
      {caption === undefined ? null : <span aria-hidden>{caption}</span>}
    </button>
  );
}
