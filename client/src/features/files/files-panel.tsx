import type { ConversationId, StoredFile } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { FolderOpen, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { readFile } from '../../lib/files/read-file.ts';
import { useFilesTexts } from '../../lib/i18n/use-files-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { filesQuery } from '../../lib/query/code-queries.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DropArea } from '../../ui/drop-area.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilePreview } from '../../ui/files/file-preview.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { FileRow } from './file-row.tsx';
import { RoomMeter } from './room-meter.tsx';
import { UploadButton } from './upload-button.tsx';
import { UploadRow } from './upload-row.tsx';
import { useFileActions } from './use-file-actions.ts';
import { useUploads } from './use-uploads.ts';

export interface FilesPanelProps {
  readonly conversationId: ConversationId;
  readonly onClose: () => void;
}

/** The workspace of a conversation: every file in it, to look at, download and delete, and room for more. */
export function FilesPanel({ conversationId, onClose }: FilesPanelProps) {
  const { common } = useTexts();
  const { workspace } = useFilesTexts();
  const { data, dataUpdatedAt, isError, refetch } = useQuery({ ...filesQuery(conversationId), staleTime: 0 });
  const uploads = useUploads(conversationId);
  const [shown, setShown] = useState<StoredFile>();
  const [leaving, setLeaving] = useState<StoredFile>();
  const heading = useRef<HTMLHeadingElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const actions = useFileActions(conversationId);
  const remove = async () => {
    if (!leaving) return;
    await actions.remove(leaving);
    setLeaving(undefined);
    heading.current?.focus();
  };
  const uploadButton = <UploadButton onChoose={uploads.add} />;
  return (
    <div ref={panel} className="relative flex h-full flex-col">
      <DropArea area={panel} label={workspace.drop} onDrop={uploads.add} />
      <header className="flex items-center justify-between gap-2 border-b border-border py-1.5 ps-5 pe-2 pt-[max(0.375rem,env(safe-area-inset-top))]">
        <h2 ref={heading} tabIndex={-1} className="text-base font-semibold">
          {workspace.title}
        </h2>
        <IconButton label={common.close} icon={<X aria-hidden className="size-4" />} onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="text-text-muted">{workspace.intro}</p>
        <output className="sr-only">{uploads.told}</output>
        <output className="sr-only">{actions.told}</output>
        {actions.failure === undefined ? null : (
          <p role="alert" className="mt-3 text-danger">
            {actions.failure}
          </p>
        )}
        {uploads.list.length > 0 ? (
          <ul aria-label={workspace.uploads} className="m-0 mt-3 flex list-none flex-col gap-1 p-0">
            {uploads.list.map((upload) => (
              <UploadRow
                key={upload.key}
                upload={upload}
                onRetry={() => uploads.retry(upload)}
                onRemove={() => {
                  uploads.remove(upload);
                  heading.current?.focus();
                }}
              />
            ))}
          </ul>
        ) : null}
        {!data ? (
          <div className="py-6">
            <QueryState
              isError={isError}
              failed={workspace.failed}
              loading={workspace.loading}
              onRetry={() => void refetch()}
            />
          </div>
        ) : data.items.length === 0 ? (
          uploads.list.length > 0 ? null : (
            <EmptyState
              icon={<FolderOpen className="size-8" strokeWidth={1.5} />}
              title={workspace.empty}
              text={workspace.emptyText}
              action={uploadButton}
            />
          )
        ) : (
          <ul aria-label={workspace.title} className="m-0 mt-3 list-none divide-y divide-border p-0">
            {data.items.map((file) => (
              <FileRow
                key={file.id}
                file={file}
                now={new Date(dataUpdatedAt)}
                isBusy={actions.busy === file.id}
                onOpen={() => setShown(file)}
                onDownload={() => void actions.download(file)}
                onDelete={() => setLeaving(file)}
              />
            ))}
          </ul>
        )}
      </div>
      {data && (data.items.length > 0 || uploads.list.length > 0) ? (
        <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-border px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          <RoomMeter used={data.used} room={data.room} />
          {uploadButton}
        </footer>
      ) : null}
      {shown === undefined ? null : <FilePreview file={shown} read={readFile} onClose={() => setShown(undefined)} />}
      <ConfirmDialog
        open={leaving !== undefined}
        title={workspace.deleteTitle(leaving?.name ?? '')}
        text={workspace.deleteText}
        action={workspace.delete}
        busy={actions.busy !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => void remove()}
      />
    </div>
  );
}
