import { Upload } from 'lucide-react';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useFilesTexts } from '../lib/i18n/use-files-texts.ts';
import { showToast } from './toast-store.ts';
import { droppedFiles, hasFiles } from '../lib/files/transferred-files.ts';

export interface DropAreaProps {
  /** What files may be dropped on. */
  readonly area: RefObject<HTMLElement | null>;
  /** What happens to them. */
  readonly label: string;
  readonly onDrop: (files: readonly File[]) => void;
}

/**
 * Takes files that are dropped anywhere on an element that is positioned, and says so over all of it while they are
 * dragged there. Of areas within each other, the inner one takes them.
 */
export function DropArea({ area, label, onDrop }: DropAreaProps) {
  const texts = useFilesTexts();
  const [isOver, setOver] = useState(false);
  const drop = useEffectEvent((transfer: DataTransfer) => {
    const { files, folders } = droppedFiles(transfer);
    if (folders > 0) showToast({ text: texts.folders });
    if (files.length > 0) onDrop(files);
  });
  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      setOver(false);
    };
    const over = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event.dataTransfer) || event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
      // Leaving is told for every element on the way; what stays away for a moment has left.
      clearTimeout(timer);
      timer = setTimeout(end, 400);
    };
    // Dropped beside it, a file would be opened in place of the page.
    const refuse = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event.dataTransfer) || event.defaultPrevented) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    };
    window.addEventListener('dragover', refuse, { signal });
    window.addEventListener('drop', refuse, { signal });
    element.addEventListener('dragenter', over, { signal });
    element.addEventListener('dragover', over, { signal });
    element.addEventListener(
      'drop',
      (event) => {
        end();
        if (!event.dataTransfer || !hasFiles(event.dataTransfer) || event.defaultPrevented) return;
        event.preventDefault();
        drop(event.dataTransfer);
      },
      { signal },
    );
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [area]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none absolute inset-2 z-30 grid animate-fade place-items-center rounded-bubble border-2 border-dashed border-accent bg-[color-mix(in_oklab,var(--color-bg)_88%,transparent)]">
      <p className="flex items-center gap-2 text-base font-medium text-accent">
        <Upload aria-hidden className="size-5" />
        {label}
      </p>
    </div>
  );
}
