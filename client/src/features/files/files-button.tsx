import type { ConversationId } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { FolderOpen } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { filesQuery } from '../../lib/query/code-queries.ts';
import { Sheet } from '../../ui/sheet.tsx';

const FilesPanel = lazy(async () => ({ default: (await import('./files-panel.tsx')).FilesPanel }));

/** Says how many files a conversation has, and opens the panel with them. */
export function FilesButton({ conversationId }: { readonly conversationId: ConversationId }) {
  const { workspace } = useFilesTexts();
  const [isOpen, setOpen] = useState(false);
  const count = useQuery(filesQuery(conversationId)).data?.items.length ?? 0;
  const label = count === 0 ? workspace.button : workspace.buttonCount(count);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={label}
        data-tooltip={label}
        onClick={() => setOpen(true)}
        className="inline-flex h-9 min-w-9 shrink-0 items-center justify-center gap-1.5 rounded-control px-2 text-text-muted transition-colors hover:bg-hover hover:text-text touch:h-11 touch:min-w-11"
      >
        <FolderOpen aria-hidden className="size-4.5 shrink-0" />
        {count > 0 ? (
          <span aria-hidden className="text-xs font-medium tabular-nums">
            {count}
          </span>
        ) : null}
      </button>
      <Sheet open={isOpen} onClose={() => setOpen(false)} label={workspace.button} side="end">
        <Suspense fallback={null}>
          <FilesPanel conversationId={conversationId} onClose={() => setOpen(false)} />
        </Suspense>
      </Sheet>
    </>
  );
}
